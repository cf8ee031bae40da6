# frozen_string_literal: true

require "date"
require_relative "pricing"

module Bindery
  # When an order can be collected. The workshop is open from Monday to Friday.
  class Schedule
    WORKING_DAYS = { "saddle" => 2, "perfect" => 4, "case" => 8, "coptic" => 10 }.freeze
    COPIES_PER_EXTRA_DAY = 10

    # closed: dates on which the workshop stays shut, such as public holidays
    def initialize(closed: [])
      @closed = closed
    end

    # The day on which the order is ready; a rush order takes half as long.
    def due_on(style:, copies:, rush: false, from: Date.today)
      days = days_needed(style, copies)
      days = days.ceildiv(2) if rush
      from + days
    end

    def open?(day)
      !day.saturday? && !day.sunday? && !@closed.include?(day)
    end

    private

    def days_needed(style, copies)
      base = WORKING_DAYS.fetch(style) { raise InvalidOrder, "unknown style: #{style}" }
      base + (copies / COPIES_PER_EXTRA_DAY)
    end
  end
end
