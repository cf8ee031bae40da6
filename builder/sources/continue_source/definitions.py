"""Which declarations of the source are tools: by their type, or by the shape of the object.

Looks at syntax only, so that it is cheap and independent of what the tool says. tools.py evaluates them.
"""

import re

from tree_sitter import Node

from builder.sources.continue_source.modules import Modules, Site
from builder.sources.continue_source.typescript import part, parts, text_of, unwrapped

_TOOL_TYPE = re.compile(r"(?:Promise<)?Tool>?")
_TOOLS_TYPE = re.compile(r"(?:Promise<)?Tool\[\]>?")
_MAKER_TYPE = "GetTool"
_SHAPES = ({"name", "description", "parameters"}, {"displayTitle", "function"})
"""Members by which an object without a type is known as a tool of the CLI, or of the IDE."""

_FUNCTIONS = frozenset({"arrow_function", "function_declaration", "function_expression"})


def find_definitions(modules: Modules, paths: list[str]) -> list[Site]:
    """Every exported tool of these files, by path and then in the order of the file."""
    found = []
    for path in paths:
        module = modules.load(path)
        declared = {name: module.declarations.get(name) for name in module.exports.values()}
        found += [Site(path, name) for name, node in declared.items() if node and is_tool(node)]
    return found


def is_tool(declaration: Node) -> bool:
    """Whether a declaration is a tool: an object, or a function that makes one."""
    if declaration.type == "function_declaration":
        return _returns_tool(declaration)
    value = declaration.child_by_field_name("value")
    if declaration.type != "variable_declarator" or value is None:
        return False
    annotation = _type_text(declaration, "type")
    if annotation == _MAKER_TYPE or _TOOL_TYPE.fullmatch(annotation):
        return True
    value = unwrapped(value)
    return _returns_tool(value) if value.type in _FUNCTIONS else _is_tool_shaped(value)


def is_tool_list(declaration: Node) -> bool:
    """Whether a declaration says by its type that it is, or returns, an array of tools."""
    value = declaration.child_by_field_name("value")
    returning = unwrapped(value) if value else declaration
    types = (_type_text(declaration, "type"), _type_text(returning, "return_type"))
    return any(_TOOLS_TYPE.fullmatch(text) for text in types)


def _type_text(node: Node, field: str) -> str:
    return text_of(node.child_by_field_name(field)).removeprefix(":").strip()


def _returns_tool(function: Node) -> bool:
    return bool(_TOOL_TYPE.fullmatch(_type_text(function, "return_type")))


def _is_tool_shaped(value: Node) -> bool:
    if value.type != "object":
        return False
    keys = {text_of(part(c, "key")) for c in parts(value) if c.type == "pair"}
    return any(shape <= keys for shape in _SHAPES)
