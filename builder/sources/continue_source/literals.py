"""Literals: strings, templates, numbers, arrays, objects, functions and enums.

Called by evaluator.py, one function for each kind of syntax node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from builder.sources.continue_source import machine
from builder.sources.continue_source.scopes import Scope
from builder.sources.continue_source.typescript import (
    part,
    parts,
    string_value,
    template_pieces,
    text_of,
)
from builder.sources.continue_source.values import (
    UNDEFINED,
    Closure,
    JsObject,
    Opaque,
    Thunk,
    UndecidedError,
    Value,
    is_nullish,
    known,
    to_text,
)

if TYPE_CHECKING:
    from builder.sources.continue_source.evaluator import Evaluator


def string(_evaluator: Evaluator, node: Node, _scope: Scope) -> Value:
    """`"…"` and `'…'`."""
    return string_value(node)


def template(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """A template, with the text of every expression in it."""
    texts = []
    for piece in template_pieces(node):
        if isinstance(piece, str):
            texts.append(piece)
        else:
            texts.append(_text_in_template(evaluator, evaluator.evaluate(piece, scope)))
    return "".join(texts)


def _text_in_template(evaluator: Evaluator, value: Value) -> str:
    """Functions of node such as `os.platform` have a text of their own when they are not called."""
    stated = machine.COERCED.get(value.path) if isinstance(value, Opaque) else None
    if stated is None:
        return to_text(value)
    evaluator.note(stated.inputs)
    return to_text(stated.value)


def number(_evaluator: Evaluator, node: Node, _scope: Scope) -> Value:
    """`1`, `1_000`, `0x1f`, `1.5e3`."""
    digits = text_of(node).replace("_", "").lower()
    if digits.startswith(("0x", "0b", "0o")):
        return int(digits, 0)
    if digits.endswith("n"):
        raise UndecidedError("big integers are not evaluated")
    return int(digits) if digits.isdecimal() else _shortest(float(digits))


def _shortest(value: float) -> int | float:
    return int(value) if value.is_integer() else value


def array(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """`[a, ...b]`."""
    return expressions(evaluator, node, scope)


def expressions(evaluator: Evaluator, node: Node, scope: Scope) -> list[Value]:
    """The elements of an array or the arguments of a call, spreads opened."""
    values: list[Value] = []
    for child in parts(node):
        if child.type == "spread_element":
            spread = evaluator.evaluate(parts(child)[0], scope)
            if not isinstance(spread, list):
                raise UndecidedError("only an array can be spread into an array")
            values.extend(spread)
        else:
            values.append(evaluator.evaluate(child, scope))
    return values


def function(_evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """An arrow or a function expression: its body waits for a call."""
    return Closure(node, scope)


def object_literal(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """`{ a: 1, b, ...c, d() {} }`; members are computed when they are read."""
    members: dict[str, Thunk] = {}
    for child in parts(node):
        if child.type == "spread_element":
            members |= _spread(evaluator.evaluate(parts(child)[0], scope))
        else:
            name, thunk = _member(evaluator, child, scope)
            members[name] = thunk
    return JsObject(members)


def _spread(value: Value) -> dict[str, Thunk]:
    if isinstance(value, JsObject):
        return value.members
    if is_nullish(value) or value is False:
        return {}
    raise UndecidedError("only an object can be spread into an object")


def _member(evaluator: Evaluator, node: Node, scope: Scope) -> tuple[str, Thunk]:
    if node.type == "pair":
        value = part(node, "value")
        return _key(evaluator, part(node, "key"), scope), Thunk(
            lambda: evaluator.evaluate(value, scope)
        )
    if node.type == "shorthand_property_identifier":
        name = text_of(node)
        return name, Thunk(lambda: evaluator.name(name, scope))
    if node.type == "method_definition":
        if any(child.type in ("get", "set") for child in node.children):
            raise UndecidedError("accessors are not evaluated")
        return _key(evaluator, part(node, "name"), scope), known(Closure(node, scope))
    raise UndecidedError(f"{node.type} in an object is not evaluated")


def _key(evaluator: Evaluator, node: Node, scope: Scope) -> str:
    if node.type == "string":
        return string_value(node)
    if node.type == "computed_property_name":
        return to_text(evaluator.evaluate(parts(node)[0], scope))
    if node.type == "number":
        return to_text(number(evaluator, node, scope))
    return text_of(node)


def enumeration(evaluator: Evaluator, node: Node, scope: Scope) -> JsObject:
    """An enum: texts, numbers, and numbers that count on from the one before."""
    result = JsObject()
    # Initialisers may use the members before them by their bare names.
    inner = scope.inner()
    previous: Value = -1
    for child in parts(part(node, "body")):
        if child.type == "enum_assignment":
            name = _key(evaluator, part(child, "name"), scope)
            previous = evaluator.evaluate(part(child, "value"), inner)
        else:
            name = _key(evaluator, child, scope)
            previous = previous + 1 if isinstance(previous, int | float) else UNDEFINED
        result.members[name] = inner.names[name] = known(previous)
    return result
