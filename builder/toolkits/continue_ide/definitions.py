"""What a file defines by name, and on which lines: functions, classes and their like, for snippets that show one anew.

Does by names what core/edit/lazy/deterministic.ts of Continue (d0a3c0b626) does by likeness of nodes. Knows only languages
whose grammar the program has and whose nodes carry a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from builder.syntax import syntax_root
from builder.toolkits.continue_ide.instant_apply import snippet_facts

_DEEPEST = 200
"""Nodes further down define nothing that a snippet shows."""


class Definition(NamedTuple):
    """`name`: those of what it stands in and its own; `kind`: its nodes; lines count from 0, `end` is exclusive."""

    name: tuple[str, ...]
    kind: tuple[str, ...]
    start: int
    end: int
    is_closed: bool


def definitions(path: str, text: str) -> list[Definition]:
    """Every definition that begins and ends its lines, in order; none where the text does not parse.

    `is_closed`: what it ends with says so, which it does not in Python, where its first lines look like the whole.
    """
    root = syntax_root(path, text)
    if root is None or root.has_error:
        return []
    lines = text.encode().split(b"\n")
    return [one for one, node in _walk(root, (), ()) if _fills_its_lines(node, lines)]


def _walk(
    node: Node, names: tuple[str, ...], wrappers: tuple[Node, ...], depth: int = 0
) -> Iterator[tuple[Definition, Node]]:
    """Definitions below a node, each with its outermost wrapper."""
    wrapping = snippet_facts().wrappers
    for child in node.named_children if depth < _DEEPEST else ():
        named = child.child_by_field_name("name")
        below, around = names, (*wrappers, child) if child.type in wrapping else ()
        if named is not None and named.text and _defines(child):
            below = (*names, named.text.decode(errors="replace"))
            outer = wrappers[0] if wrappers else child
            kind = (*(wrapper.type for wrapper in wrappers), child.type)
            start, end = outer.start_point[0], outer.end_point[0] + 1
            yield Definition(below, kind, start, end, _is_closed(child)), outer
        yield from _walk(child, below, around, depth + 1)


def _is_closed(node: Node) -> bool:
    """Whether the last of its innermost last nodes is a bracket or an `end`, on a line after its first."""
    last = node
    while last.children:
        last = last.children[-1]
    return last.type in snippet_facts().closers and last.start_point[0] > node.start_point[0]


def _defines(node: Node) -> bool:
    """A variable only does where its value is a function or a class."""
    value = node.child_by_field_name("value") if node.type == "variable_declarator" else None
    kind = value.type if value is not None else node.type
    return any(word in kind for word in snippet_facts().definitions)


def _fills_its_lines(node: Node, lines: list[bytes]) -> bool:
    (first, left), (last, right) = node.start_point, node.end_point
    return not lines[first][:left].strip() and not lines[last][right:].strip(b" \t\r;,")
