"""Operators, conditions and member access.

Called by evaluator.py. A condition that cannot be decided from the source is an error, not a branch
taken on a guess.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from tree_sitter import Node

from builder.sources.continue_source.scopes import Scope
from builder.sources.continue_source.typescript import part, text_of
from builder.sources.continue_source.values import (
    UNDEFINED,
    Closure,
    JsObject,
    Opaque,
    UndecidedError,
    Value,
    is_nullish,
    is_number,
    to_boolean,
    to_text,
)

if TYPE_CHECKING:
    from builder.sources.continue_source.evaluator import Evaluator


def conditional(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """`a ? b : c`, where a is known."""
    condition = to_boolean(evaluator.evaluate(part(node, "condition"), scope))
    return evaluator.evaluate(part(node, "consequence" if condition else "alternative"), scope)


def member(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """`a.b` and `a?.b`."""
    value = evaluator.evaluate(part(node, "object"), scope)
    if is_nullish(value) and node.child_by_field_name("optional_chain"):
        return UNDEFINED
    return evaluator.member(value, text_of(part(node, "property")))


def subscript(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """`a[b]` and `a?.[b]`."""
    value = evaluator.evaluate(part(node, "object"), scope)
    if is_nullish(value) and node.child_by_field_name("optional_chain"):
        return UNDEFINED
    return evaluator.member(value, to_text(evaluator.evaluate(part(node, "index"), scope)))


def unary(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """`!a`, `-a`, `+a`, `typeof a`, `void a`."""
    operator = text_of(part(node, "operator"))
    value = evaluator.evaluate(part(node, "argument"), scope)
    if operator == "!":
        return not to_boolean(value)
    if operator == "void":
        return UNDEFINED
    if operator == "typeof":
        return _type_name(value)
    if operator in "+-" and isinstance(value, int | float):
        return -value if operator == "-" else +value
    raise UndecidedError(f"the operator {operator} is not evaluated on such a value")


def _type_name(value: Value) -> str:
    if isinstance(value, Opaque):
        raise UndecidedError(f"the type of {value.path} is not told by the source")
    if isinstance(value, bool):
        return "boolean"
    if is_number(value):
        return "number"
    names = {str: "string", Closure: "function", type(UNDEFINED): "undefined"}
    return names.get(type(value), "object")


def binary(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """`a + b`, comparisons, arithmetic, and `&&`, `||`, `??` with their short cut."""
    operator = text_of(part(node, "operator"))
    left = evaluator.evaluate(part(node, "left"), scope)
    right = part(node, "right")
    if operator in ("&&", "||"):
        return evaluator.evaluate(right, scope) if to_boolean(left) == (operator == "&&") else left
    if operator == "??":
        return evaluator.evaluate(right, scope) if is_nullish(_told(left)) else left
    return _apply(operator, left, evaluator.evaluate(right, scope))


def _told(value: Value) -> Value:
    if isinstance(value, Opaque) and not value.exists:
        raise UndecidedError(f"whether {value.path} is there is not told by the source")
    return value


def _apply(operator: str, left: Value, right: Value) -> Value:
    if operator == "+":
        return _add(left, right)
    if operator in ("===", "!==", "==", "!="):
        same = _same(left, right, loose=operator in ("==", "!="))
        return same == operator.startswith("=")
    if isinstance(left, int | float) and isinstance(right, int | float):
        return _arithmetic(operator, left, right)
    raise UndecidedError(f"the operator {operator} is not evaluated on such values")


def _add(left: Value, right: Value) -> Value:
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left + right
    if isinstance(left, str | list | JsObject) or isinstance(right, str | list | JsObject):
        return to_text(left) + to_text(right)
    raise UndecidedError("neither two numbers nor texts are added")


def _same(left: Value, right: Value, *, loose: bool) -> bool:
    if isinstance(left, Opaque) or isinstance(right, Opaque):
        unknown = left if isinstance(left, Opaque) else right
        raise UndecidedError(f"it compares {getattr(unknown, 'path', '')}, which is not known")
    if loose and (is_nullish(left) or is_nullish(right)):
        return is_nullish(left) and is_nullish(right)
    if isinstance(left, list | JsObject | Closure):
        return left is right
    if is_number(left) != is_number(right) or isinstance(left, bool) != isinstance(right, bool):
        if loose:
            raise UndecidedError("== between different types is not evaluated")
        return False
    return left == right


_ARITHMETIC: dict[str, Callable[[float, float], Value]] = {
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: _quotient(a, b),
    "%": lambda a, b: math.fmod(a, b) if b else math.nan,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


def _arithmetic(operator: str, left: float, right: float) -> Value:
    if operator not in _ARITHMETIC:
        raise UndecidedError(f"the operator {operator} is not evaluated")
    return _ARITHMETIC[operator](left, right)


def _quotient(left: float, right: float) -> float:
    if right:
        quotient = left / right
        return int(quotient) if quotient.is_integer() else quotient
    return math.copysign(math.inf, left) if left else math.nan
