"""Which tools a surface offers, in which order, and under which conditions.

Follows the functions that put the lists together (arrays, spreads, `push`, `if`, `?:`, `filter`, calls
of one another) and keeps the conditions on the way instead of deciding them; gates.py names them.
Evaluates no tool; definitions.py says what counts as one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from tree_sitter import Node

from builder.errors import DiscoveryError
from builder.sources.continue_source.conditions import Condition, Path, negated, simplest
from builder.sources.continue_source.definitions import is_tool
from builder.sources.continue_source.module_syntax import WHOLE, Module
from builder.sources.continue_source.modules import Modules, Site
from builder.sources.continue_source.typescript import line_of, part, parts, text_of, unwrapped

_FROM_SERVERS = re.compile("mcp", re.IGNORECASE)
"""Tools of MCP servers are added to the list at run time: none of them is Continue's own."""

_LITERALS = frozenset({"number", "object", "regex", "string", "template_string", "true", "false"})
_FUNCTIONS = frozenset({"arrow_function", "function_declaration", "function_expression"})


class Offer(NamedTuple):
    """A tool that is sent when all conditions of its path hold."""

    site: Site
    path: Path = ()

    def under(self, path: Path) -> Offer:
        """The offer inside a branch."""
        return Offer(self.site, (*path, *(c for c in self.path if c not in path)))


@dataclass(slots=True)
class _Frame:
    """One function while it is followed: its lists, its other constants, what it has returned."""

    module: Module
    lists: dict[str, list[Offer]] = field(default_factory=dict)
    constants: dict[str, Node] = field(default_factory=dict)
    returned: list[Offer] = field(default_factory=list)


def read_offers(modules: Modules, site: Site) -> list[Offer]:
    """The offers of one list: a constant or a function. A tool may be there repeatedly."""
    return _Reader(modules).declared(site, modules.load(site.path).declarations[site.name])


def merged(offers: list[Offer]) -> dict[Site, Path]:
    """Each tool once, at its first place, under conditions that cover all its offers."""
    paths: dict[Site, list[Path]] = {}
    for offer in offers:
        paths.setdefault(offer.site, []).append(offer.path)
    return {site: simplest(ways) for site, ways in paths.items()}


class _Reader:
    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._reading: list[Site] = []

    def declared(self, site: Site, node: Node) -> list[Offer]:
        """The offers of a declaration: a list, a function that returns one, or a tool itself."""
        if is_tool(node):
            return [Offer(site)]
        module = self._modules.load(site.path)
        if site in self._reading:
            raise DiscoveryError(f"{module.at(node)}: the list {site.name} contains itself")
        self._reading.append(site)
        try:
            return self._value(node, _Frame(module))
        finally:
            self._reading.pop()

    def _value(self, node: Node, frame: _Frame) -> list[Offer]:
        value = node.child_by_field_name("value") if node.type == "variable_declarator" else node
        function = unwrapped(value) if value else node
        if function.type not in _FUNCTIONS:
            return self._offers(function, frame)
        body = part(function, "body")
        if body.type != "statement_block":
            return self._offers(body, frame)
        self._walk(parts(body), frame, ())
        return frame.returned

    def _offers(self, node: Node, frame: _Frame) -> list[Offer]:
        """What an expression adds to a list: a tool, or a list of them."""
        node = unwrapped(node)
        if node.type == "spread_element":
            return self._offers(parts(node)[0], frame)
        if node.type == "array":
            return [offer for child in parts(node) for offer in self._offers(child, frame)]
        if node.type == "ternary_expression":
            return self._either(node, frame)
        if node.type == "call_expression":
            return self._called(node, frame)
        if node.type == "identifier" and text_of(node) in frame.lists:
            return list(frame.lists[text_of(node)])
        return self._named(node, frame)

    def _either(self, node: Node, frame: _Frame) -> list[Offer]:
        condition = self._condition(part(node, "condition"), frame)
        then = self._offers(part(node, "consequence"), frame)
        otherwise = self._offers(part(node, "alternative"), frame)
        return [offer.under((condition,)) for offer in then] + [
            offer.under((negated(condition),)) for offer in otherwise
        ]

    def _called(self, node: Node, frame: _Frame) -> list[Offer]:
        callee = unwrapped(part(node, "function"))
        if callee.type == "member_expression" and text_of(part(callee, "property")) == "filter":
            return self._filtered(node, frame, ())
        return self._named(callee, frame)

    def _named(self, node: Node, frame: _Frame) -> list[Offer]:
        site = self._site(node, frame.module)
        declaration = self._declaration(site) if site else None
        if site is not None and declaration is not None:
            return self.declared(site, declaration)
        if _FROM_SERVERS.search(text_of(node)):
            return []
        raise DiscoveryError(
            f"{frame.module.at(node)}: {text_of(node)[:60]!r} is no tool and no list of tools"
        )

    def _site(self, node: Node, module: Module) -> Site | None:
        """Where a name, or a member of an imported module, is declared."""
        if node.type == "identifier":
            place = self._modules.local(module, text_of(node))
        elif node.type == "member_expression":
            owner = self._site(unwrapped(part(node, "object")), module)
            if owner is None or owner.name != WHOLE:
                return None
            place = self._modules.exported(owner.path, text_of(part(node, "property")))
        else:
            return None
        return place if isinstance(place, Site) else None

    def _declaration(self, site: Site) -> Node | None:
        return self._modules.load(site.path).declarations.get(site.name)

    def _condition(self, node: Node, frame: _Frame) -> Condition:
        node = unwrapped(node)
        if node.type == "unary_expression" and text_of(part(node, "operator")) == "!":
            return negated(self._condition(part(node, "argument"), frame))
        meaning = frame.constants.get(text_of(node), node)
        return Condition(_normal(node), _normal(unwrapped(meaning)))

    def _walk(self, statements: list[Node], frame: _Frame, path: Path) -> str | None:
        """Follow statements; says how they end: "returned", "threw" or None."""
        for statement in statements:
            if statement.type == "if_statement":
                end, path = self._branch(statement, frame, path)
            else:
                end = self._step(statement, frame, path)
            if end is not None:
                return end
        return None

    def _step(self, statement: Node, frame: _Frame, path: Path) -> str | None:
        if statement.type in ("lexical_declaration", "variable_declaration"):
            self._declare(statement, frame)
        elif statement.type == "expression_statement":
            self._change(unwrapped(parts(statement)[0]), frame, path)
        elif statement.type == "return_statement":
            for value in parts(statement):
                frame.returned += [offer.under(path) for offer in self._offers(value, frame)]
            return "returned"
        elif statement.type == "throw_statement":
            return "threw"
        elif statement.type in ("statement_block", "else_clause"):
            return self._walk(parts(statement), frame, path)
        elif statement.type == "try_statement":
            return self._walk(parts(part(statement, "body")), frame, path)
        elif any(f"{name}.push" in text_of(statement) for name in frame.lists):
            raise DiscoveryError(
                f"{frame.module.at(statement)}: {statement.type} changes a list of tools"
            )
        return None

    def _branch(self, node: Node, frame: _Frame, path: Path) -> tuple[str | None, Path]:
        """Follow both branches; returns how both end, and the path of what comes after."""
        condition = self._condition(part(node, "condition"), frame)
        then = self._walk([part(node, "consequence")], frame, (*path, condition))
        alternative = node.child_by_field_name("alternative")
        otherwise = None
        if alternative is not None:
            otherwise = self._walk([alternative], frame, (*path, negated(condition)))
        if then and otherwise:
            return then, path
        if then == "returned":
            return None, (*path, negated(condition))
        return None, (*path, condition) if otherwise == "returned" else path

    def _declare(self, statement: Node, frame: _Frame) -> None:
        for declarator in (c for c in parts(statement) if c.type == "variable_declarator"):
            value = declarator.child_by_field_name("value")
            if value is None:
                continue
            name = text_of(part(declarator, "name"))
            if _may_hold_tools(unwrapped(value)):
                frame.lists[name] = self._offers(value, frame)
            else:
                frame.constants[name] = value

    def _change(self, node: Node, frame: _Frame, path: Path) -> None:
        """`list.push(…)` and `list = …`; any other statement leaves the lists as they are."""
        if node.type == "assignment_expression":
            name, value = text_of(part(node, "left")), unwrapped(part(node, "right"))
            if name in frame.lists:
                frame.lists[name] = self._assigned(value, frame, path)
        elif node.type == "call_expression":
            owner, _, method = text_of(part(node, "function")).rpartition(".")
            if owner not in frame.lists:
                return
            if method != "push":
                raise DiscoveryError(f"{frame.module.at(node)}: {method} on a list of tools")
            added = [
                offer
                for child in parts(part(node, "arguments"))
                for offer in self._offers(child, frame)
            ]
            frame.lists[owner] += [offer.under(path) for offer in added]

    def _assigned(self, value: Node, frame: _Frame, path: Path) -> list[Offer]:
        if value.type == "call_expression" and text_of(part(value, "function")).endswith(".filter"):
            return self._filtered(value, frame, path)
        if path:
            raise DiscoveryError(
                f"{frame.module.path}:{line_of(value)}: a list of tools is replaced on a condition"
            )
        return self._offers(value, frame)

    def _filtered(self, node: Node, frame: _Frame, path: Path) -> list[Offer]:
        """`list.filter((t) => t.name !== tool.name)`: that tool is left out where the path holds."""
        listed = self._offers(part(part(node, "function"), "object"), frame)
        left_out = self._left_out(parts(part(node, "arguments"))[0], frame)
        if left_out is None:
            raise DiscoveryError(
                f"{frame.module.at(node)}: {text_of(node)[:60]!r} is not understood"
            )
        kept = [offer for offer in listed if offer.site != left_out or path]
        return [o.under(_unless(path)) if o.site == left_out else o for o in kept]

    def _left_out(self, test: Node, frame: _Frame) -> Site | None:
        body = test.child_by_field_name("body")
        body = unwrapped(body) if body else test
        if body.type != "binary_expression" or text_of(part(body, "operator")) not in ("!==", "!="):
            return None
        tools = [part(body, "right"), part(body, "left")]
        if not all(t.type == "member_expression" and text_of(t).endswith(".name") for t in tools):
            return None
        sites = (self._site(unwrapped(part(tool, "object")), frame.module) for tool in tools)
        return next((site for site in sites if site), None)


def _may_hold_tools(value: Node) -> bool:
    """Whether a value is an array of names and calls, and not of texts, say."""
    return value.type == "array" and not any(c.type in _LITERALS for c in parts(value))


def _normal(node: Node) -> str:
    return " ".join(text_of(node).split())


def _unless(path: Path) -> Path:
    if len(path) == 1:
        return (negated(path[0]),)
    whole = " && ".join(condition.shown for condition in path)
    return (negated(Condition(whole, whole)),)
