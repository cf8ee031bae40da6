"""Price rules and seat labels.

Nothing in here imports Django, so the rules can be tested without a database.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

BASE_PRICES = {
    "stalls": Decimal("32.00"),
    "circle": Decimal("26.00"),
    "gallery": Decimal("14.50"),
}
CONCESSIONS = {
    "full": Decimal("1"),
    "student": Decimal("0.65"),
    "senior": Decimal("0.80"),
    "child": Decimal("0.50"),
}
BOOKING_FEE = Decimal("1.50")
GROUP_SIZE = 10
GROUP_DISCOUNT = Decimal("0.15")
EARLY_BIRD = timedelta(days=30)
EARLY_BIRD_DISCOUNT = Decimal("0.10")

# Rows and seats per row, front to back. There is no row I and no row O.
SECTIONS = {
    "stalls": ("ABCDEFGH", 14),
    "circle": ("JKLM", 12),
    "gallery": ("NP", 10),
}
SEAT_LABEL = re.compile(r"([A-Z])(\d{1,2})")


@dataclass(frozen=True, order=True)
class Seat:
    row: str
    number: int

    def __str__(self) -> str:
        return f"{self.row}{self.number}"


def section_for(seat: Seat) -> str:
    for section, (rows, width) in SECTIONS.items():
        if seat.row in rows and 1 <= seat.number <= width:
            return section
    raise ValueError(f"There is no seat {seat} in this house.")


def parse_seat(label: str) -> Seat:
    """Turn a label such as "C7" into a seat of this house."""
    match = SEAT_LABEL.fullmatch(label.strip().upper())
    if match is None:
        raise ValueError(f"{label!r} is not a seat label.")
    seat = Seat(match[1], int(match[2]))
    section_for(seat)
    return seat


def house_seats() -> list[Seat]:
    return [
        Seat(row, number)
        for rows, width in SECTIONS.values()
        for row in rows
        for number in range(1, width + 1)
    ]


def best_block(free: Iterable[Seat], size: int) -> list[Seat]:
    """The foremost `size` neighbouring seats of one row, or nothing."""
    run: list[Seat] = []
    for seat in sorted(free):
        if run and (seat.row, seat.number) != (run[-1].row, run[-1].number + 1):
            run = []
        run.append(seat)
        if len(run) == size:
            return run
    return []


@dataclass(frozen=True)
class Quote:
    subtotal: Decimal
    discount: Decimal
    fees: Decimal

    @property
    def total(self) -> Decimal:
        return self.subtotal - self.discount + self.fees


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def ticket_price(section: str, concession: str = "full") -> Decimal:
    if concession not in CONCESSIONS:
        raise ValueError(f"There is no concession called {concession!r}.")
    return _cents(BASE_PRICES[section] * CONCESSIONS[concession])


def quote(tickets: list[tuple[str, str]], *, sold_at: datetime, starts_at: datetime) -> Quote:
    """Price an order of (section, concession) pairs; of two discounts the larger one counts."""
    if not tickets:
        raise ValueError("An order needs at least one ticket.")
    subtotal = sum((ticket_price(*ticket) for ticket in tickets), Decimal("0"))
    rate = Decimal("0")
    if len(tickets) > GROUP_SIZE:
        rate = GROUP_DISCOUNT
    if starts_at - sold_at >= EARLY_BIRD:
        rate = max(rate, EARLY_BIRD_DISCOUNT)
    return Quote(subtotal, _cents(subtotal * rate), BOOKING_FEE * len(tickets))
