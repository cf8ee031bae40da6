"""Makes control characters visible: what a row, a file or a model says is shown on a terminal, never obeyed by it.

Used wherever text of others is printed for people. What is written for programs, JSON and datasets, stays as it is.
"""

_KEPT = "\n\t"
_DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""They turn the order of the letters behind them, so that a line reads otherwise than it is."""


def _code(number: int) -> str:
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


_VISIBLE = {
    number: _code(number)
    for number in (*range(0x20), *range(0x7F, 0xA0), *map(ord, _DIRECTIONS), *range(0xD800, 0xE000))
    if chr(number) not in _KEPT
}


def make_visible(text: str) -> str:
    r"""The text with control characters, marks of direction and halves of pairs written as `\x1b`, `\u202e`."""
    return text.translate(_VISIBLE)
