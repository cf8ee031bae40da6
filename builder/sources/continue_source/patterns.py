"""Giving names their values: parameters, declarations, and what is taken apart with `{ a, b: c }`.

Every name gets a thunk, so that only what is used is computed. Used by functions.py and statements.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from builder.sources.continue_source.scopes import Scope
from builder.sources.continue_source.typescript import part, parts, string_value, text_of
from builder.sources.continue_source.values import (
    UNDEFINED,
    Thunk,
    UndecidedError,
    Value,
)

if TYPE_CHECKING:
    from builder.sources.continue_source.evaluator import Evaluator


def or_default(evaluator: Evaluator, given: Thunk, default: Node | None, scope: Scope) -> Thunk:
    """A value, or the default of its name where it is undefined."""
    if default is None:
        return given

    def chosen() -> Value:
        value = evaluator.force(given)
        return evaluator.evaluate(default, scope) if value is UNDEFINED else value

    return Thunk(chosen)


def bind(evaluator: Evaluator, pattern: Node, value: Thunk, scope: Scope) -> None:
    """Give the names of a pattern their values, each computed when it is used."""
    if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
        scope.names[text_of(pattern)] = value
    elif pattern.type == "object_pattern":
        for entry in parts(pattern):
            _bind_entry(evaluator, entry, value, scope)
    elif pattern.type == "array_pattern":
        for index, entry in enumerate(parts(pattern)):
            bind(evaluator, entry, _member_of(evaluator, value, str(index)), scope)
    elif pattern.type in ("assignment_pattern", "object_assignment_pattern"):
        left, right = part(pattern, "left"), part(pattern, "right")
        bind(evaluator, left, or_default(evaluator, value, right, scope), scope)
    else:
        raise UndecidedError(f"{pattern.type} is not evaluated")


def _bind_entry(evaluator: Evaluator, entry: Node, value: Thunk, scope: Scope) -> None:
    if entry.type == "pair_pattern":
        key = part(entry, "key")
        name = string_value(key) if key.type == "string" else text_of(key)
        bind(evaluator, part(entry, "value"), _member_of(evaluator, value, name), scope)
        return
    named = part(entry, "left") if entry.type == "object_assignment_pattern" else entry
    bind(evaluator, entry, _member_of(evaluator, value, text_of(named)), scope)


def _member_of(evaluator: Evaluator, value: Thunk, name: str) -> Thunk:
    return Thunk(lambda: evaluator.member(evaluator.force(value), name))
