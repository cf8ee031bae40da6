# frozen_string_literal: true

require "json"
require "sinatra/base"

module Bindery
  # The HTTP side of the workshop.
  class App < Sinatra::Base
    before { content_type :json }

    not_found { { error: "not found" }.to_json }

    get "/" do
      { name: "bookbindery" }.to_json
    end
  end
end
