# frozen_string_literal: true

require "minitest/autorun"
require_relative "../lib/bindery/pricing"

class PricingTest < Minitest::Test
  def setup
    laid = Bindery::Paper.new("LAID90", "Laid cream", 90, 14)
    @pricing = Bindery::Pricing.new({ "LAID90" => laid })
  end

  def quote(**changes)
    @pricing.quote(style: "case", paper: "LAID90", pages: 160, copies: 1, **changes)
  end

  def test_paper_is_counted_in_sheets_with_waste
    assert_equal 42, quote.sheets
  end

  def test_work_and_paper_add_up
    assert_equal 2_800 + (42 * 14), quote.total_cents
  end

  def test_ten_copies_get_a_discount_on_the_work
    assert_equal 25_200 + (420 * 14), quote(copies: 10).total_cents
  end

  def test_a_rush_order_costs_a_quarter_more
    assert_equal 4_235, quote(rush: true).total_cents
  end

  def test_an_unknown_style_is_refused
    error = assert_raises(Bindery::InvalidOrder) { quote(style: "spiral") }
    assert_equal "unknown style: spiral", error.message
  end
end
