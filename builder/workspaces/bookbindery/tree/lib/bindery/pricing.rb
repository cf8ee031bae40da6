# frozen_string_literal: true

require "csv"

module Bindery
  # Raised for an order that the workshop cannot make; the message is meant for the customer.
  class InvalidOrder < StandardError; end

  Paper = Data.define(:code, :name, :gsm, :cents_per_sheet)

  Quote = Data.define(:sheets, :total_cents)

  # What an order costs: work by the copy, paper by the sheet. All amounts are whole cents.
  class Pricing
    WORK_CENTS = { "saddle" => 450, "perfect" => 900, "case" => 2_800, "coptic" => 4_200 }.freeze
    PAGES_PER_SHEET = 4
    WASTE_PERCENT = 5
    RUSH_PERCENT = 25
    DISCOUNT_FROM = 10
    DISCOUNT_PERCENT = 10

    attr_reader :papers

    def self.load(path)
      papers = CSV.read(path, headers: true).map do |row|
        Paper.new(row["code"], row["name"], Integer(row["gsm"]), Integer(row["cents_per_sheet"]))
      end
      new(papers.to_h { |paper| [paper.code, paper] })
    end

    def initialize(papers)
      @papers = papers
    end

    def quote(style:, paper:, pages:, copies:, rush: false)
      raise InvalidOrder, "pages and copies must be positive" unless pages.positive? && copies.positive?

      sheets = sheets_needed(pages, copies)
      total = work_cents(style, copies) + (sheets * paper_named(paper).cents_per_sheet)
      total = percent(total, 100 + RUSH_PERCENT) if rush
      Quote.new(sheets:, total_cents: total)
    end

    private

    def work_cents(style, copies)
      each = WORK_CENTS.fetch(style) { raise InvalidOrder, "unknown style: #{style}" }
      copies >= DISCOUNT_FROM ? percent(each * copies, 100 - DISCOUNT_PERCENT) : each * copies
    end

    def sheets_needed(pages, copies)
      percent(pages.ceildiv(PAGES_PER_SHEET) * copies, 100 + WASTE_PERCENT)
    end

    def paper_named(code)
      papers.fetch(code) { raise InvalidOrder, "unknown paper: #{code}" }
    end

    # A share of a whole number, rounded up to a whole number.
    def percent(amount, share)
      (amount * share).ceildiv(100)
    end
  end
end
