# frozen_string_literal: true

require "date"
require "json"
require "sequel"
require "sinatra/base"
require_relative "lib/bindery/order_store"
require_relative "lib/bindery/pricing"

module Bindery
  # The HTTP side of the workshop: quotes, orders and how far they have come.
  class App < Sinatra::Base
    configure do
      set :pricing, Pricing.load(File.expand_path("data/papers.csv", __dir__))
      set :store, OrderStore.new(Sequel.connect(ENV.fetch("DATABASE_URL", "sqlite://bindery.sqlite3")))
    end

    configure :development do
      set :show_exceptions, :after_handler
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
      pages = Integer(body["pages"], exception: false) || raise(InvalidOrder, "pages must be a whole number")
      copies = Integer(body["copies"], exception: false) || raise(InvalidOrder, "copies must be a whole number")
      settings.pricing.quote(style:, paper: body["paper"].to_s, pages:, copies:).to_h.to_json
    end

    get "/orders" do
      found = params["q"] ? settings.store.search(params["q"]) : settings.store.list
      found.to_json
    end

    post "/orders" do
      body = JSON.parse(request.body.read)
      style = body["style"].to_s
      pages = Integer(body["pages"], exception: false) || raise(InvalidOrder, "pages must be a whole number")
      copies = Integer(body["copies"], exception: false) || raise(InvalidOrder, "copies must be a whole number")
      quote = settings.pricing.quote(style:, paper: body["paper"].to_s, pages:, copies:)
      order = settings.store.create(
        customer: body.fetch("customer") { raise InvalidOrder, "customer is missing" },
        title: body.fetch("title") { raise InvalidOrder, "title is missing" },
        style:, copies:, total_cents: quote.total_cents,
        due_on: Date.iso8601(body.fetch("due_on") { raise InvalidOrder, "due_on is missing" })
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
