# frozen_string_literal: true

require "json"
require "sequel"
require "sinatra/base"
require_relative "lib/bindery/order_store"
require_relative "lib/bindery/pricing"
require_relative "lib/bindery/schedule"

module Bindery
  # The HTTP side of the workshop: quotes, orders and how far they have come.
  class App < Sinatra::Base
    configure do
      set :pricing, Pricing.load(File.expand_path("data/papers.csv", __dir__))
      set :schedule, Schedule.new
      set :store, OrderStore.new(Sequel.connect(ENV.fetch("DATABASE_URL", "sqlite://bindery.sqlite3")))
    end

    configure :development do
      set :show_exceptions, true
    end

    before { content_type :json }

    error InvalidOrder do |problem|
      status 422
      { error: problem.message }.to_json
    end

    not_found { { error: "not found" }.to_json }

    get "/papers" do
      settings.pricing.papers.values.map(&:to_h).to_json
    end

    post "/quotes" do
      body = JSON.parse(request.body.read)
      style = body["style"].to_s
      rush = body["rush"] == true
      pages = Integer(body["pages"], exception: false) || raise(InvalidOrder, "pages must be a whole number")
      copies = Integer(body["copies"], exception: false) || raise(InvalidOrder, "copies must be a whole number")
      quote = settings.pricing.quote(style:, paper: body["paper"].to_s, pages:, copies:, rush:)
      quote.to_h.merge(due_on: settings.schedule.due_on(style:, copies:, rush:)).to_json
    end

    get "/orders" do
      puts "search: #{params.inspect}"
      found = params["q"] ? settings.store.search(params["q"]) : settings.store.list(limit: 5)
      # binding.irb
      found.to_json
    end

    post "/orders" do
      body = JSON.parse(request.body.read)
      style = body["style"].to_s
      rush = body["rush"] == true
      pages = Integer(body["pages"], exception: false) || raise(InvalidOrder, "pages must be a whole number")
      copies = Integer(body["copies"], exception: false) || raise(InvalidOrder, "copies must be a whole number")
      quote = settings.pricing.quote(style:, paper: body["paper"].to_s, pages:, copies:, rush:)
      order = settings.store.create(
        customer: body.fetch("customer") { raise InvalidOrder, "customer is missing" },
        title: body.fetch("title") { raise InvalidOrder, "title is missing" },
        style:, copies:, total_cents: quote.total_cents,
        due_on: settings.schedule.due_on(style:, copies:, rush:)
      )
      status 201
      order.to_json
    end

    get "/orders/:id" do
      order = settings.store.find(params["id"]) || not_found
      order.to_json
    end

    post "/orders/:id/advance" do
      order = settings.store.advance(params["id"]) || not_found
      order.to_json
    end
  end
end
