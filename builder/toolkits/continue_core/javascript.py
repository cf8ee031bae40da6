"""What JavaScript does with text where Python differs: which characters are white space, how JSON is written.

Continue trims, splits, measures and prints by JavaScript's rules, and its results show them.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Iterable
from decimal import Decimal

SPACE = " \t\n\r\v\f\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""The characters that `\\s` matches, for use in a character class."""

_SPACES = SPACE.replace("\u2000-\u200a", "".join(map(chr, range(0x2000, 0x200B))))
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_AFTER_INDICES = 2**32 - 1
_PATTERN = re.compile(r"(\$[$&`'])")
_SAFE_INTEGER = 2**53
_SAFE_DIGITS = 15
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
_LAST_OF_ONE_UNIT = "\uffff"
_RADIX = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_DECIMAL = re.compile(r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")


def trim(text: str) -> str:
    """What `trim` leaves."""
    return text.strip(_SPACES)


def length(text: str) -> int:
    """How long JavaScript finds a text: characters beyond the first 65,536 count twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, start: int, end: int | None = None) -> str:
    """What `slice` leaves; half of a character at a cut is shown as U+FFFD."""
    if text.isascii():
        return text[start:end]
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * start : None if end is None else 2 * end].decode("utf-16-le", "replace")


def units(text: str) -> str:
    """The text with each UTF-16 unit as a character of its own, so that positions are JavaScript's."""
    if text.isascii() or max(text) <= _LAST_OF_ONE_UNIT:
        return text
    raw = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, struct.unpack(f"<{len(raw) // 2}H", raw)))


def from_units(text: str) -> str:
    """The text that these UTF-16 units make; half of a pair stays what it is."""
    if text.isascii() or not _HALF_A_PAIR.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def is_true(value: object) -> bool:
    """Whether a condition takes a value from JSON for true."""
    return isinstance(value, dict | list) or bool(value)


def replace_pattern(text: str, wanted: str, new: str, count: int = -1) -> str:
    """What `replace` (count 1) and `replaceAll` (count -1) make of a text, `$` in the new one having its meanings.

    An empty text stands before every character and at the end.
    """
    out, behind, start = [], 0, text.find(wanted)
    while start >= 0 and count != 0:
        end = start + len(wanted)
        meanings = {"$$": "$", "$&": wanted, "$`": text[:start], "$'": text[end:]}
        pieces = _PATTERN.split(new)
        out += [text[behind:start], *(meanings.get(piece, piece) for piece in pieces)]
        behind, count = end, count - 1
        start = text.find(wanted, max(end, start + 1))
    return "".join(out) + text[behind:]


def as_double(value: float) -> float:
    """The number as JavaScript holds it; too large a whole number is infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def as_number(value: object) -> float:
    """What arithmetic makes of a value from JSON; NaN where that is no number."""
    match value:
        case bool() | None:
            return float(value or 0)
        case int() | float():
            return as_double(value)
        case str():
            return _read_number(trim(value))
        case [] | [None]:
            return 0.0
        case [str() | int() | float() as only] if not isinstance(only, bool):
            return as_number(only)
        case _:
            return math.nan


def _read_number(text: str) -> float:
    if _RADIX.fullmatch(text):
        return as_double(int(text, 0))
    if _DECIMAL.fullmatch(text):
        return as_double(float(text))
    return math.nan if text else 0.0


def to_json(value: object) -> str:
    """What `JSON.stringify` writes for a value that came from JSON."""
    match value:
        case str():
            return _HALF_A_PAIR.sub(_escaped, json.dumps(value, ensure_ascii=False))
        case bool() | None:
            return json.dumps(value)
        case int() | float():
            return _number(value)
        case dict():
            members = (
                f"{to_json(str(name))}:{to_json(value[name])}" for name in ordered_names(value)
            )
            return "{" + ",".join(members) + "}"
        case list():
            return "[" + ",".join(to_json(item) for item in value) + "]"
        case _:
            raise TypeError(f"{type(value).__name__} is no JSON value")


def number_text(value: float) -> str:
    """How a text shows a number, or a boolean, that is put into it."""
    if isinstance(value, bool):
        return to_json(value)
    double = as_double(value)
    if math.isfinite(double):
        return to_json(value)
    return "NaN" if math.isnan(double) else ("Infinity" if double > 0 else "-Infinity")


def from_json(text: str) -> object:
    """What `JSON.parse` reads. Raises ValueError, and RecursionError for a hostile depth of brackets."""
    return json.loads(text, parse_int=_whole_number, parse_constant=_no_number)


def _whole_number(digits: str) -> float:
    return int(digits) if len(digits) <= _SAFE_DIGITS else float(digits)


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no JSON value")


def ordered_names(names: Iterable[str]) -> list[str]:
    """The names of an object's members as JavaScript orders them: first those that look like positions, by number."""
    return sorted(names, key=_position)


def _position(name: str) -> int:
    return min(int(name), _AFTER_INDICES) if _INDEX.fullmatch(name) else _AFTER_INDICES


def _escaped(half: re.Match[str]) -> str:
    return f"\\u{ord(half[0]):04x}"


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
