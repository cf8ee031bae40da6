"""What JavaScript does with text where Python differs: which characters are white space, how JSON is written.

Continue trims, splits and prints by JavaScript's rules, and its results show them. Not imitated: lengths counted in
UTF-16 units (a difference only for characters beyond the first 65,536).
"""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal

SPACE = " \t\n\r\v\f\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""The characters that `\\s` matches, for use in a character class."""

_AROUND = re.compile(f"^[{SPACE}]+|[{SPACE}]+\\Z")
_INDEX = re.compile(r"0|[1-9]\d{0,8}")
_SAFE_INTEGER = 2**53


def trim(text: str) -> str:
    """What `trim` leaves."""
    return _AROUND.sub("", text)


def as_double(value: float) -> float:
    """The number as JavaScript holds it; too large a whole number is infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)


def to_json(value: object) -> str:
    """What `JSON.stringify` writes for a value that came from JSON."""
    match value:
        case bool() | str() | None:
            return json.dumps(value, ensure_ascii=False)
        case int() | float():
            return _number(value)
        case dict():
            members = (f"{to_json(str(name))}:{to_json(value[name])}" for name in _ordered(value))
            return "{" + ",".join(members) + "}"
        case list():
            return "[" + ",".join(to_json(item) for item in value) + "]"
        case _:
            raise TypeError(f"{type(value).__name__} is no JSON value")


def _ordered(names: dict[str, object]) -> list[str]:
    """Names that look like positions come first, by number."""
    return sorted(names, key=lambda name: int(name) if _INDEX.fullmatch(name) else _SAFE_INTEGER)


def _number(value: float) -> str:
    if isinstance(value, int) and abs(value) < _SAFE_INTEGER:
        return str(value)
    double = as_double(value)
    if not math.isfinite(double):
        return "null"
    if 1e-6 <= abs(double) < 1e21:
        shown = format(Decimal(repr(double)), "f")
        return shown.removesuffix(".0")
    mantissa, _, exponent = repr(double).partition("e")
    return f"{mantissa}e{int(exponent):+d}" if exponent else "0"
