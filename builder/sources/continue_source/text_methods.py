"""What strings can do, as far as it needs no regular expression.

Called by methods.py, which knows arrays and the built-in objects.
"""

from collections.abc import Callable

from builder.sources.continue_source.values import UNDEFINED, UndecidedError, Value, to_text

_MOST_REPEATS = 1_000_000
"""Beyond what the evaluator lets a text be, so that the result is refused and not wrong."""

_SPACE = " \t\n\v\f\r\u00a0\ufeff\u2028\u2029"


def whole(value: Value, default: int) -> int:
    """A position or a count; the default for undefined."""
    if value is UNDEFINED:
        return default
    if isinstance(value, int | float):
        return int(value)
    raise UndecidedError("a position is no number")


def argument(arguments: list[Value], index: int) -> Value:
    """An argument, `undefined` where it was not given."""
    return arguments[index] if index < len(arguments) else UNDEFINED


def _plain(value: Value) -> str:
    if not isinstance(value, str):
        raise UndecidedError("only a string is looked for, no regular expression")
    return value


def _slice_text(text: str, arguments: list[Value]) -> Value:
    start = whole(argument(arguments, 0), 0)
    return text[start : whole(argument(arguments, 1), len(text))]


def _substring(text: str, arguments: list[Value]) -> Value:
    ends = [whole(argument(arguments, 0), 0), whole(argument(arguments, 1), len(text))]
    low, high = sorted(min(max(end, 0), len(text)) for end in ends)
    return text[low:high]


def _split(text: str, arguments: list[Value]) -> Value:
    separator = _plain(argument(arguments, 0))
    return list(text.split(separator) if separator else text)


def _replacement(text: str, arguments: list[Value], count: int) -> Value:
    old, new = _plain(argument(arguments, 0)), _plain(argument(arguments, 1))
    if "$" in new:
        raise UndecidedError("a replacement with $ is not evaluated")
    return text.replace(old, new, count)


TEXT_METHODS: dict[str, Callable[[str, list[Value]], Value]] = {
    "charAt": lambda text, a: text[whole(argument(a, 0), 0) :][:1],
    "concat": lambda text, a: text + "".join(map(to_text, a)),
    "endsWith": lambda text, a: text.endswith(_plain(argument(a, 0))),
    "includes": lambda text, a: _plain(argument(a, 0)) in text,
    "indexOf": lambda text, a: text.find(_plain(argument(a, 0))),
    "padEnd": lambda text, a: _padded(text, a, at_end=True),
    "padStart": lambda text, a: _padded(text, a, at_end=False),
    "repeat": lambda text, a: text * min(whole(argument(a, 0), 0), _MOST_REPEATS),
    "replace": lambda text, a: _replacement(text, a, 1),
    "replaceAll": lambda text, a: _replacement(text, a, -1),
    "slice": _slice_text,
    "split": _split,
    "startsWith": lambda text, a: text.startswith(_plain(argument(a, 0))),
    "substring": _substring,
    "toLowerCase": lambda text, _a: text.lower(),
    "toString": lambda text, _a: text,
    "toUpperCase": lambda text, _a: text.upper(),
    "trim": lambda text, _a: text.strip(_SPACE),
    "trimEnd": lambda text, _a: text.rstrip(_SPACE),
    "trimStart": lambda text, _a: text.lstrip(_SPACE),
}


def _padded(text: str, arguments: list[Value], *, at_end: bool) -> Value:
    width, fill = min(whole(argument(arguments, 0), 0), _MOST_REPEATS), argument(arguments, 1)
    if fill is not UNDEFINED and len(_plain(fill)) != 1:
        raise UndecidedError("padding with more than one character is not evaluated")
    character = " " if fill is UNDEFINED else _plain(fill)
    return text.ljust(width, character) if at_end else text.rjust(width, character)
