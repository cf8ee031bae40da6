"""A partial evaluator of TypeScript expressions: what a constant, a member or a call comes to.

Nothing is executed: the syntax tree is read and its value worked out. What cannot be worked out ends in
a DiscoveryError with file and line. literals.py, operators.py, functions.py and methods.py know the
single kinds of expression; machine.py states what lies outside the source; values.py says what a value
is. Assignments, loops and classes are outside what is understood.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tree_sitter import Node

from builder.errors import DiscoveryError
from builder.sources.continue_source import functions, literals, machine, operators, patterns
from builder.sources.continue_source.module_syntax import WHOLE
from builder.sources.continue_source.modules import External, Modules, Site
from builder.sources.continue_source.scopes import Scope
from builder.sources.continue_source.typescript import part, text_of, unwrapped
from builder.sources.continue_source.values import (
    UNDEFINED,
    Closure,
    JsObject,
    Json,
    Opaque,
    Thunk,
    UndecidedError,
    Undefined,
    Value,
    is_nullish,
    to_text,
)

_DEEPEST_CALL = 60
_MOST_CALLS = 100_000
_LONGEST_TEXT = 200_000
_LONGEST_ARRAY = 10_000
"""No real definition comes near these limits; a source that was made to exhaust the reader does."""

Handler = Callable[["Evaluator", Node, Scope], Value]


class Evaluator:
    """Values of one source tree. Remembers each, and which inputs of the machine it came from."""

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self._sites: dict[Site, Thunk] = {}
        self._recordings: list[set[str]] = []
        self._calls = 0
        self._depth = 0

    @contextmanager
    def recording(self) -> Iterator[set[str]]:
        """Collect the inputs of the machine that are used meanwhile."""
        inputs: set[str] = set()
        self._recordings.append(inputs)
        try:
            yield inputs
        finally:
            self._recordings.pop()
            self.note(inputs)

    def note(self, inputs: set[str] | frozenset[str] | tuple[str, ...]) -> None:
        """Say that inputs of the machine were used."""
        if self._recordings:
            self._recordings[-1].update(inputs)

    def force(self, thunk: Thunk) -> Value:
        """The value of a thunk, computed the first time. Raises UndecidedError for a circle."""
        if thunk.running:
            raise UndecidedError("the value depends on itself")
        if thunk.compute is not None:
            thunk.running = True
            try:
                with self.recording() as inputs:
                    thunk.value = thunk.compute()
            finally:
                thunk.running = False
            thunk.compute, thunk.inputs = None, frozenset(inputs)
        self.note(thunk.inputs)
        return thunk.value

    def apply(self, function: Closure, arguments: list[Value]) -> Value:
        """What a function of the source returns for these arguments."""
        self._calls += 1
        if self._depth >= _DEEPEST_CALL or self._calls > _MOST_CALLS:
            raise UndecidedError("the calls go too deep, or there are too many")
        self._depth += 1
        try:
            return functions.call_closure(self, function, arguments)
        finally:
            self._depth -= 1

    def evaluate(self, node: Node, scope: Scope) -> Value:
        """The value of an expression. Raises DiscoveryError where it cannot be worked out."""
        node = unwrapped(node)
        handler = _HANDLERS.get(node.type)
        try:
            if handler is None:
                raise UndecidedError(f"{node.type} is a form that discovery does not evaluate")
            return _within_limits(handler(self, node, scope))
        except UndecidedError as error:
            shown = " ".join(text_of(node).split())[:60]
            raise DiscoveryError(f"{scope.module.at(node)}: {error} (in {shown!r})") from error

    def member(self, value: Value, name: str) -> Value:
        """A member of a value, `undefined` where there is none."""
        if isinstance(value, JsObject):
            return self.force(value.members[name]) if name in value.members else UNDEFINED
        if isinstance(value, Opaque):
            return self._outside(f"{value.path}.{name}")
        if is_nullish(value):
            raise UndecidedError(f"{to_text(value)} has no member {name}")
        if name == "length" and isinstance(value, str | list):
            return len(value.encode("utf-16-le")) // 2 if isinstance(value, str) else len(value)
        if isinstance(value, list) and name.isdecimal():
            return value[int(name)] if int(name) < len(value) else UNDEFINED
        raise UndecidedError(f"the member {name} of such a value is not known")

    def site(self, site: Site) -> Value:
        """The value that is declared at a place of the source."""
        if site not in self._sites:
            self._sites[site] = Thunk(lambda: self._declared(site))
        return self.force(self._sites[site])

    def name(self, name: str, scope: Scope) -> Value:
        """What an identifier stands for."""
        thunk = scope.find(name)
        if thunk is not None:
            return self.force(thunk)
        place = self.modules.local(scope.module, name)
        if isinstance(place, Site):
            return self.site(place)
        if isinstance(place, External):
            return self._external(place)
        if name == "undefined":
            return UNDEFINED
        if machine.is_global(name):
            return Opaque(name, exists=True)
        raise UndecidedError(f"{name} is declared nowhere")

    def json(self, value: Value) -> Json:
        """The value as JSON has it: without undefined members and without functions."""
        if isinstance(value, JsObject):
            members = {key: self.force(thunk) for key, thunk in value.members.items()}
            return {
                key: self.json(member)
                for key, member in members.items()
                if member is not UNDEFINED and not isinstance(member, Closure)
            }
        if isinstance(value, list):
            return [self.json(item) for item in value]
        if isinstance(value, Opaque):
            raise UndecidedError(f"{value.path} is not told by the source")
        return None if isinstance(value, Undefined | Closure) else value

    def _outside(self, path: str) -> Value:
        stated = machine.read_outside(path)
        if stated is None:
            return Opaque(path)
        self.note(stated.inputs)
        return stated.value

    def _external(self, place: External) -> Value:
        package = place.specifier.removeprefix("node:")
        if place.name in (WHOLE, "default"):
            return Opaque(package, exists=True)
        return self._outside(f"{package}.{place.name}")

    def _declared(self, site: Site) -> Value:
        module = self.modules.load(site.path)
        scope = Scope(module)
        if site.name == WHOLE:
            return self._namespace(site.path)
        node = module.declarations.get(site.name)
        if node is None:
            raise UndecidedError(f"{site.path} does not declare {site.name}")
        if node.type == "enum_declaration":
            return literals.enumeration(self, node, scope)
        if node.type == "function_declaration":
            return Closure(node, scope)
        if node.type.endswith("class_declaration"):
            return Opaque(site.name, exists=True)
        if node.type == "variable_declarator":
            return self._variable(node, site.name, scope)
        return self.evaluate(node, scope)

    def _variable(self, declarator: Node, name: str, scope: Scope) -> Value:
        value = declarator.child_by_field_name("value")
        if value is None:
            raise UndecidedError(f"{name} has no value where it is declared")
        inner = scope.inner()
        whole = Thunk(lambda: self.evaluate(value, scope))
        patterns.bind(self, part(declarator, "name"), whole, inner)
        return self.force(inner.names[name])

    def _namespace(self, path: str) -> JsObject:
        """A module as an object, for `import * as x`."""
        names = self.modules.exported_names(path)
        return JsObject({name: self._export_later(path, name) for name in names})

    def _export_later(self, path: str, name: str) -> Thunk:
        return Thunk(lambda: self._export(path, name))

    def _export(self, path: str, name: str) -> Value:
        place = self.modules.exported(path, name)
        if isinstance(place, Site):
            return self.site(place)
        return self._external(place) if place else UNDEFINED


def _within_limits(value: Value) -> Value:
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        raise UndecidedError(f"the text has more than {_LONGEST_TEXT:,} characters")
    if isinstance(value, list) and len(value) > _LONGEST_ARRAY:
        raise UndecidedError(f"the array has more than {_LONGEST_ARRAY:,} items")
    return value


_HANDLERS: dict[str, Handler] = {
    "array": literals.array,
    "arrow_function": literals.function,
    "binary_expression": operators.binary,
    "call_expression": functions.call,
    "false": lambda _evaluator, _node, _scope: False,
    "function_expression": literals.function,
    "identifier": lambda evaluator, node, scope: evaluator.name(text_of(node), scope),
    "member_expression": operators.member,
    "new_expression": lambda _evaluator, node, _scope: Opaque(text_of(node), exists=True),
    "null": lambda _evaluator, _node, _scope: None,
    "number": literals.number,
    "object": literals.object_literal,
    "regex": lambda _evaluator, node, _scope: Opaque(text_of(node), exists=True),
    "string": literals.string,
    "subscript_expression": operators.subscript,
    "template_string": literals.template,
    "ternary_expression": operators.conditional,
    "true": lambda _evaluator, _node, _scope: True,
    "unary_expression": operators.unary,
    "undefined": lambda _evaluator, _node, _scope: UNDEFINED,
}
