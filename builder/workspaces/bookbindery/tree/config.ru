# frozen_string_literal: true

require_relative "app"

# Tells the order desk which build has answered.
class BuildHeader
  def initialize(app, build)
    @app = app
    @build = build
  end

  def call(env)
    status, headers, body = @app.call(env)
    [status, headers.merge("X-Bindery-Build" => @build), body]
  end
end

use BuildHeader, ENV.fetch("BINDERY_BUILD", "development")
run Bindery::App
