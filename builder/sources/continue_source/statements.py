"""The body of a function: declarations, decisions and `return`.

A body may declare, decide and return; it may not assign, loop or throw. Called by functions.py.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from tree_sitter import Node

from builder.sources.continue_source import machine
from builder.sources.continue_source.patterns import bind
from builder.sources.continue_source.scopes import Scope
from builder.sources.continue_source.typescript import line_of, part, parts, text_of, unwrapped
from builder.sources.continue_source.values import (
    UNDEFINED,
    Closure,
    Opaque,
    Thunk,
    UndecidedError,
    Value,
    known,
    to_boolean,
)

if TYPE_CHECKING:
    from builder.sources.continue_source.evaluator import Evaluator


class _Flow(Enum):
    GOES_ON = "no return yet"


def returned(evaluator: Evaluator, body: Node, scope: Scope) -> Value:
    """What a function's block returns."""
    result = _run(evaluator, parts(body), scope)
    return UNDEFINED if isinstance(result, _Flow) else result


def _run(evaluator: Evaluator, statements: list[Node], scope: Scope) -> Value | _Flow:
    """Go through statements up to the first `return`."""
    for statement in statements:
        if statement.type == "function_declaration":
            scope.names[text_of(part(statement, "name"))] = known(Closure(statement, scope))
    for statement in statements:
        step = _STATEMENTS.get(statement.type, _not_understood)
        result = step(evaluator, statement, scope)
        if not isinstance(result, _Flow):
            return result
    return _Flow.GOES_ON


def _declare(evaluator: Evaluator, statement: Node, scope: Scope) -> _Flow:
    for declarator in (c for c in parts(statement) if c.type == "variable_declarator"):
        value = declarator.child_by_field_name("value")
        thunk = Thunk(_later(evaluator, value, scope)) if value else known(UNDEFINED)
        bind(evaluator, part(declarator, "name"), thunk, scope)
    return _Flow.GOES_ON


def _later(evaluator: Evaluator, node: Node, scope: Scope) -> Callable[[], Value]:
    return lambda: evaluator.evaluate(node, scope)


def _return(evaluator: Evaluator, statement: Node, scope: Scope) -> Value | _Flow:
    value = parts(statement)
    return evaluator.evaluate(value[0], scope) if value else UNDEFINED


def _if(evaluator: Evaluator, statement: Node, scope: Scope) -> Value | _Flow:
    condition = to_boolean(evaluator.evaluate(part(statement, "condition"), scope))
    branch = statement.child_by_field_name("consequence" if condition else "alternative")
    if branch is None:
        return _Flow.GOES_ON
    return _run(evaluator, parts(branch) if _is_block(branch) else [branch], scope.inner())


def _is_block(node: Node) -> bool:
    return node.type in ("statement_block", "else_clause")


def _block(evaluator: Evaluator, statement: Node, scope: Scope) -> Value | _Flow:
    return _run(evaluator, parts(statement), scope.inner())


def _try(evaluator: Evaluator, statement: Node, scope: Scope) -> Value | _Flow:
    return _block(evaluator, part(statement, "body"), scope)


def _expression(evaluator: Evaluator, statement: Node, scope: Scope) -> _Flow:
    """A statement for its effect: only calls that leave the source (a log line, say) have none here."""
    expression = unwrapped(parts(statement)[0])
    if expression.type == "call_expression":
        callee = unwrapped(part(expression, "function"))
        while callee.type == "member_expression":
            callee = unwrapped(part(callee, "object"))
        if machine.only_reports(text_of(callee)) or isinstance(
            evaluator.evaluate(callee, scope), Opaque
        ):
            return _Flow.GOES_ON
    raise UndecidedError(f"line {line_of(statement)} changes something, which is not evaluated")


def _nothing(_evaluator: Evaluator, _statement: Node, _scope: Scope) -> _Flow:
    return _Flow.GOES_ON


def _not_understood(_evaluator: Evaluator, statement: Node, _scope: Scope) -> _Flow:
    raise UndecidedError(f"{statement.type} on line {line_of(statement)} is not evaluated")


_STATEMENTS: dict[str, Callable[[Evaluator, Node, Scope], Value | _Flow]] = {
    "empty_statement": _nothing,
    "else_clause": _block,
    "expression_statement": _expression,
    "function_declaration": _nothing,
    "if_statement": _if,
    "interface_declaration": _nothing,
    "lexical_declaration": _declare,
    "return_statement": _return,
    "statement_block": _block,
    "try_statement": _try,
    "type_alias_declaration": _nothing,
    "variable_declaration": _declare,
}
