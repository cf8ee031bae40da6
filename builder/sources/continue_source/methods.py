"""What arrays, numbers and JavaScript's built-in objects can do.

Only methods that change nothing. Called by functions.py; text_methods.py knows strings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from builder.sources.continue_source.text_methods import TEXT_METHODS, argument, whole
from builder.sources.continue_source.values import (
    UNDEFINED,
    Closure,
    JsObject,
    Opaque,
    Thunk,
    UndecidedError,
    Value,
    is_nullish,
    is_number,
    json_text,
    known,
    to_boolean,
    to_text,
)

if TYPE_CHECKING:
    from builder.sources.continue_source.evaluator import Evaluator

Method = Callable[["Evaluator", list[Value], list[Value]], Value]


def is_static(written: str) -> bool:
    """Whether a callee is a function of one of JavaScript's own objects (`JSON.stringify`)."""
    return written in _STATICS


def call_static(evaluator: Evaluator, written: str, arguments: list[Value]) -> Value:
    """Call a function of one of JavaScript's own objects."""
    return _STATICS[written](evaluator, arguments)


def call_method(evaluator: Evaluator, value: Value, name: str, arguments: list[Value]) -> Value:
    """Call a method of a string, an array or a number."""
    if isinstance(value, str) and name in TEXT_METHODS:
        return TEXT_METHODS[name](value, arguments)
    if isinstance(value, list) and name in _ARRAY:
        return _ARRAY[name](evaluator, value, arguments)
    if name == "toString" and not arguments:
        return to_text(value)
    if name == "toLocaleString" and isinstance(value, int) and not arguments:
        return f"{value:,}"
    raise UndecidedError(f"the method {name} is not evaluated")


def _called(evaluator: Evaluator, function: Value, item: Value, index: int) -> Value:
    if isinstance(function, Opaque) and function.path in _STATICS:
        return _STATICS[function.path](evaluator, [item])
    if not isinstance(function, Closure):
        raise UndecidedError("a function of the source was expected")
    return evaluator.apply(function, [item, index])


def _map(evaluator: Evaluator, items: list[Value], arguments: list[Value]) -> list[Value]:
    return [_called(evaluator, argument(arguments, 0), item, i) for i, item in enumerate(items)]


def _tests(evaluator: Evaluator, items: list[Value], arguments: list[Value]) -> list[bool]:
    """Whether the function holds for each item."""
    return [to_boolean(value) for value in _map(evaluator, items, arguments)]


def _filter(evaluator: Evaluator, items: list[Value], arguments: list[Value]) -> list[Value]:
    passed = _tests(evaluator, items, arguments)
    return [item for item, kept in zip(items, passed, strict=True) if kept]


def _join(_evaluator: Evaluator, items: list[Value], arguments: list[Value]) -> Value:
    separator = argument(arguments, 0)
    between = "," if separator is UNDEFINED else to_text(separator)
    return between.join("" if is_nullish(item) else to_text(item) for item in items)


def _slice_array(_evaluator: Evaluator, items: list[Value], arguments: list[Value]) -> list[Value]:
    start = whole(argument(arguments, 0), 0)
    return items[start : whole(argument(arguments, 1), len(items))]


def _concat(_evaluator: Evaluator, items: list[Value], arguments: list[Value]) -> list[Value]:
    return items + _flattened(arguments)


def _flattened(items: list[Value]) -> list[Value]:
    flat: list[Value] = []
    for item in items:
        flat.extend(item) if isinstance(item, list) else flat.append(item)
    return flat


def _first(items: list[Value]) -> Value:
    return items[0] if items else UNDEFINED


def _contains(_evaluator: Evaluator, items: list[Value], arguments: list[Value]) -> Value:
    wanted = argument(arguments, 0)
    if not isinstance(wanted, str) or not all(isinstance(item, str) for item in items):
        raise UndecidedError("only texts are looked for in an array")
    return wanted in items


_ARRAY: dict[str, Method] = {
    "concat": _concat,
    "every": lambda e, items, a: all(_tests(e, items, a)),
    "filter": _filter,
    "find": lambda e, items, a: _first(_filter(e, items, a)),
    "flat": lambda _e, items, _a: _flattened(items),
    "flatMap": lambda e, items, a: _flattened(_map(e, items, a)),
    "includes": _contains,
    "join": _join,
    "map": _map,
    "slice": _slice_array,
    "some": lambda e, items, a: any(_tests(e, items, a)),
}


def _stringify(evaluator: Evaluator, arguments: list[Value]) -> Value:
    indent = argument(arguments, 2)
    if not is_nullish(argument(arguments, 1)) or not (is_nullish(indent) or is_number(indent)):
        raise UndecidedError("JSON.stringify is only evaluated with a number of spaces")
    return json_text(evaluator.json(argument(arguments, 0)), whole(indent, 0) if indent else 0)


def _members(arguments: list[Value]) -> dict[str, Thunk]:
    value = argument(arguments, 0)
    if not isinstance(value, JsObject):
        raise UndecidedError("an object was expected")
    return value.members


def _entries(evaluator: Evaluator, arguments: list[Value]) -> Value:
    return [[name, evaluator.force(thunk)] for name, thunk in _members(arguments).items()]


def _from_entries(_evaluator: Evaluator, arguments: list[Value]) -> Value:
    pairs = argument(arguments, 0)
    if not isinstance(pairs, list):
        raise UndecidedError("an array of pairs was expected")
    return JsObject({to_text(p[0]): known(p[1]) for p in pairs if isinstance(p, list)})


_STATICS: dict[str, Callable[[Evaluator, list[Value]], Value]] = {
    "Boolean": lambda _e, a: to_boolean(argument(a, 0)),
    "String": lambda _e, a: to_text(argument(a, 0)),
    "Array.isArray": lambda _e, a: isinstance(argument(a, 0), list),
    "JSON.stringify": _stringify,
    "Object.entries": _entries,
    "Object.freeze": lambda _e, a: argument(a, 0),
    "Object.fromEntries": _from_entries,
    "Object.keys": lambda _e, a: list(_members(a)),
    "Object.values": lambda e, a: [e.force(thunk) for thunk in _members(a).values()],
}
