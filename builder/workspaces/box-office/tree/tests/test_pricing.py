import unittest
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from boxoffice.pricing import (
    BOOKING_FEE,
    Seat,
    best_block,
    house_seats,
    parse_seat,
    quote,
    section_for,
    ticket_price,
)

CURTAIN = datetime(2025, 11, 14, 19, 30, tzinfo=UTC)
THE_DAY_BEFORE = CURTAIN - timedelta(days=1)


class TicketPriceTests(unittest.TestCase):
    def test_full_price(self):
        self.assertEqual(ticket_price("stalls"), Decimal("32.00"))

    def test_concession_is_rounded_to_cents(self):
        self.assertEqual(ticket_price("gallery", "student"), Decimal("9.43"))

    def test_unknown_concession(self):
        with self.assertRaisesRegex(ValueError, "press"):
            ticket_price("circle", "press")


class QuoteTests(unittest.TestCase):
    def test_fee_is_charged_per_ticket(self):
        order = quote([("circle", "full")] * 3, sold_at=THE_DAY_BEFORE, starts_at=CURTAIN)
        self.assertEqual(order.fees, 3 * BOOKING_FEE)
        self.assertEqual(order.total, Decimal("82.50"))

    def test_small_party_pays_in_full(self):
        order = quote([("stalls", "full")] * 9, sold_at=THE_DAY_BEFORE, starts_at=CURTAIN)
        self.assertEqual(order.discount, Decimal("0.00"))

    def test_group_discount(self):
        order = quote([("stalls", "full")] * 12, sold_at=THE_DAY_BEFORE, starts_at=CURTAIN)
        self.assertEqual(order.discount, Decimal("57.60"))

    def test_early_bird(self):
        early = CURTAIN - timedelta(days=45)
        order = quote([("stalls", "full")] * 2, sold_at=early, starts_at=CURTAIN)
        self.assertEqual(order.discount, Decimal("6.40"))

    def test_discounts_do_not_add_up(self):
        early = CURTAIN - timedelta(days=45)
        order = quote([("stalls", "full")] * 12, sold_at=early, starts_at=CURTAIN)
        self.assertEqual(order.discount, Decimal("57.60"))

    def test_empty_order(self):
        with self.assertRaises(ValueError):
            quote([], sold_at=THE_DAY_BEFORE, starts_at=CURTAIN)


class SeatTests(unittest.TestCase):
    def test_labels_are_forgiving(self):
        self.assertEqual(parse_seat(" c7 "), Seat("C", 7))

    def test_no_such_seat(self):
        for label in ["I3", "A15", "P11", "A0", "7C", ""]:
            with self.subTest(label), self.assertRaises(ValueError):
                parse_seat(label)

    def test_sections(self):
        self.assertEqual(section_for(Seat("K", 12)), "circle")

    def test_capacity(self):
        self.assertEqual(len(house_seats()), 180)

    def test_block_stays_in_one_row(self):
        free = [Seat("A", 14), Seat("B", 1), Seat("B", 2), Seat("B", 3)]
        self.assertEqual(best_block(free, 3), [Seat("B", 1), Seat("B", 2), Seat("B", 3)])

    def test_no_block(self):
        self.assertEqual(best_block([Seat("A", 1), Seat("A", 3)], 2), [])


if __name__ == "__main__":
    unittest.main()
