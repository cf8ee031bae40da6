"""Parse TypeScript, and the few questions about its syntax tree that every reader of it asks.

Strings and templates are cooked here as JavaScript does it. What the expressions mean is
evaluator.py's business.
"""

import re
from functools import cache

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

from builder.sources.continue_source.values import UndecidedError

_ESCAPE = re.compile(
    r"\\(?:u\{(?P<point>[0-9a-fA-F]+)\}|u(?P<unit>[0-9a-fA-F]{4})|x(?P<byte>[0-9a-fA-F]{2})"
    r"|(?P<newline>\n|\u2028|\u2029)|(?P<nul>0(?![0-9]))|(?P<plain>[\s\S]))"
)
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_WRAPPERS = frozenset(
    {
        "as_expression",
        "await_expression",
        "non_null_expression",
        "parenthesized_expression",
        "satisfies_expression",
    }
)


def parse(source: bytes, path: str) -> Node:
    """The root of a file's syntax tree; `.tsx` files have a grammar of their own."""
    return _parser(path.endswith(".tsx")).parse(source).root_node


@cache
def _parser(is_tsx: bool) -> Parser:
    grammar = tree_sitter_typescript
    language = grammar.language_tsx() if is_tsx else grammar.language_typescript()
    return Parser(Language(language))


def text_of(node: Node | None) -> str:
    """The source of a node; empty for None."""
    return (node.text or b"").decode("utf-8", "replace") if node else ""


def line_of(node: Node) -> int:
    """The line that a node starts on, from 1."""
    return int(node.start_point[0]) + 1


def part(node: Node, field: str) -> Node:
    """A child that the grammar promises. Raises UndecidedError where the source is broken."""
    child = node.child_by_field_name(field)
    if child is None:
        raise UndecidedError(f"line {line_of(node)}: {node.type} has no {field}")
    return child


def parts(node: Node) -> list[Node]:
    """The named children that are no comments."""
    return [child for child in node.named_children if child.type != "comment"]


def unwrapped(node: Node) -> Node:
    """What stands inside parentheses, `await`, `!`, `as T`, `satisfies T` and `<T>`."""
    while True:
        if node.type in _WRAPPERS:
            node = parts(node)[0]
        elif node.type == "type_assertion":
            node = parts(node)[-1]
        else:
            return node


def bound_names(pattern: Node) -> list[str]:
    """The names that a declaration gives: one, or those of a `{ a, b: c }` or `[a, b]`."""
    if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
        return [text_of(pattern)]
    inner = [c for c in parts(pattern) if c.type not in ("property_identifier", "string")]
    if pattern.type in ("assignment_pattern", "object_assignment_pattern"):
        inner = inner[:1]
    return [name for child in inner for name in bound_names(child)]


def string_value(node: Node) -> str:
    """The value of a string literal."""
    return cooked(text_of(node)[1:-1])


def template_pieces(node: Node) -> list[str | Node]:
    """A template literal as its cooked texts and, between them, the expressions put into it.

    The texts are cut from the source between the substitutions, since the grammar's own fragments
    leave out white space at their edges.
    """
    source = node.text or b""
    pieces: list[str | Node] = []
    position = 1
    for child in node.named_children:
        if child.type == "template_substitution":
            pieces.append(_cooked_bytes(source[position : child.start_byte - node.start_byte]))
            pieces.append(parts(child)[0])
            position = child.end_byte - node.start_byte
    pieces.append(_cooked_bytes(source[position:-1]))
    return pieces


def _cooked_bytes(raw: bytes) -> str:
    return cooked(raw.decode("utf-8", "replace"))


def cooked(raw: str) -> str:
    """Apply the escapes of a literal. Line ends count as one newline; a backslash removes one."""
    unescaped = _ESCAPE.sub(_unescape, raw.replace("\r\n", "\n").replace("\r", "\n"))
    # Two \uXXXX escapes may be the halves of one character.
    return unescaped.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(match: re.Match[str]) -> str:
    code = match["point"] or match["unit"] or match["byte"]
    if code:
        return chr(int(code, 16))
    if match["newline"]:
        return ""
    if match["nul"]:
        return "\0"
    return _PLAIN_ESCAPES.get(match["plain"], match["plain"])
