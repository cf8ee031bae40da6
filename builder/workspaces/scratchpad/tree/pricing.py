"""Discounts, as the shop computes them."""

RATES = ((50, 0.15), (20, 0.10), (5, 0.05))


def discount_rate(quantity: int) -> float:
    """The rate for a quantity: 5 % from 5 pieces, 10 % from 20, 15 % from 50."""
    for least, rate in RATES:
        if quantity >= least:
            return rate
    return 0.0


def total(quantity: int, unit_price: float) -> float:
    """What an order costs, rounded to cents."""
    return round(quantity * unit_price * (1 - discount_rate(quantity)), 2)
