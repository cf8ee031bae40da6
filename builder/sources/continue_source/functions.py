"""Calls: functions of the source, of node and of JavaScript itself.

Called by evaluator.py. statements.py goes through a body; methods.py knows what strings, arrays and the
built-in objects can do; machine.py states what lies outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from builder.sources.continue_source import literals, machine, methods
from builder.sources.continue_source.patterns import bind, or_default
from builder.sources.continue_source.scopes import Scope
from builder.sources.continue_source.statements import returned
from builder.sources.continue_source.typescript import part, parts, text_of, unwrapped
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
)

if TYPE_CHECKING:
    from builder.sources.continue_source.evaluator import Evaluator


def call(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """`f(a)`, `a.f(b)`, `a?.f(b)`."""
    callee = unwrapped(part(node, "function"))
    arguments = part(node, "arguments")
    stated = machine.project_call(text_of(callee))
    if stated is not None:
        evaluator.note(stated.inputs)
        return stated.value
    if arguments.type == "template_string":
        raise UndecidedError("tagged templates are not evaluated")
    given = Thunk(lambda: literals.expressions(evaluator, arguments, scope))
    if methods.is_static(text_of(callee)):
        return methods.call_static(evaluator, text_of(callee), _arguments(evaluator, given))
    if callee.type == "member_expression":
        return _call_member(evaluator, callee, scope, given)
    return _call_value(evaluator, evaluator.evaluate(callee, scope), given)


def _call_member(evaluator: Evaluator, callee: Node, scope: Scope, given: Thunk) -> Value:
    name = text_of(part(callee, "property"))
    value = evaluator.evaluate(part(callee, "object"), scope)
    if is_nullish(value) and callee.child_by_field_name("optional_chain"):
        return UNDEFINED
    if isinstance(value, JsObject | Opaque):
        return _call_value(evaluator, evaluator.member(value, name), given)
    return methods.call_method(evaluator, value, name, _arguments(evaluator, given))


def _call_value(evaluator: Evaluator, function: Value, given: Thunk) -> Value:
    if isinstance(function, Closure):
        return evaluator.apply(function, _arguments(evaluator, given))
    if isinstance(function, Opaque):
        stated = machine.CALLS.get(function.path)
        if stated is None:
            return Opaque(f"{function.path}()")
        evaluator.note(stated.inputs)
        return stated.value
    raise UndecidedError("what is called is no function")


def _arguments(evaluator: Evaluator, given: Thunk) -> list[Value]:
    arguments = evaluator.force(given)
    return arguments if isinstance(arguments, list) else []


def call_closure(evaluator: Evaluator, function: Closure, arguments: list[Value]) -> Value:
    """What a function of the source returns. `async` makes no difference here."""
    scope = function.scope.inner()
    _bind_parameters(evaluator, function.node, arguments, scope)
    body = part(function.node, "body")
    if body.type != "statement_block":
        return evaluator.evaluate(body, scope)
    return returned(evaluator, body, scope)


def _bind_parameters(
    evaluator: Evaluator, function: Node, arguments: list[Value], scope: Scope
) -> None:
    single = function.child_by_field_name("parameter")
    if single is not None:
        scope.names[text_of(single)] = known(arguments[0] if arguments else UNDEFINED)
        return
    for index, parameter in enumerate(parts(part(function, "parameters"))):
        pattern = part(parameter, "pattern")
        if pattern.type == "rest_pattern":
            scope.names[text_of(parts(pattern)[0])] = known(list(arguments[index:]))
            return
        given = known(arguments[index] if index < len(arguments) else UNDEFINED)
        default = parameter.child_by_field_name("value")
        bind(evaluator, pattern, or_default(evaluator, given, default, scope), scope)
