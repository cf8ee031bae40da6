# frozen_string_literal: true

require "sequel"

module Bindery
  # Orders, and the stages that each of them has reached so far.
  class OrderStore
    STAGES = %w[received sewn cased pressed ready].freeze

    def initialize(db)
      @db = db
      create_tables
    end

    def create(customer:, title:, style:, copies:, total_cents:, due_on:)
      id = @db.transaction do
        orders.insert(customer:, title:, style:, copies:, total_cents:, due_on:).tap do |order_id|
          reach(order_id, STAGES.first)
        end
      end
      find(id)
    end

    def find(id)
      order = orders.first(id:)
      order && with_stages(order)
    end

    def list(limit: 50)
      orders.order(Sequel.desc(:id)).limit(limit).all.map { |order| with_stages(order) }
    end

    def search(term)
      found = orders.where(Sequel.lit("title LIKE '%#{term}%' OR customer LIKE '%#{term}%'"))
      found.order(:due_on).all.map { |order| with_stages(order) }
    end

    # Moves an order to its next stage; an order that is ready stays as it is.
    def advance(id)
      order = find(id)
      return unless order

      following = STAGES[STAGES.index(order[:stages].last[:stage]) + 1]
      reach(order[:id], following) if following
      find(id)
    end

    private

    def orders = @db[:orders]

    def stages = @db[:stages]

    def reach(order_id, stage)
      stages.insert(order_id:, stage:, reached_at: Time.now.utc)
    end

    def with_stages(order)
      reached = stages.where(order_id: order[:id]).order(:id).select(:stage, :reached_at).all
      order.merge(stages: reached)
    end

    def create_tables
      @db.create_table?(:orders) do
        primary_key :id
        String :customer, null: false
        String :title, null: false
        String :style, null: false
        Integer :copies, null: false
        Integer :total_cents, null: false
        Date :due_on, null: false
      end
      @db.create_table?(:stages) do
        primary_key :id
        foreign_key :order_id, :orders, null: false, index: true
        String :stage, null: false
        DateTime :reached_at, null: false
      end
    end
  end
end
