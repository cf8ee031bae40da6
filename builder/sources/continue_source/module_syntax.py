"""One file as a module: what it declares, imports and exports, read from its syntax tree.

modules.py follows the names from file to file; nothing here looks into another file.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from tree_sitter import Node

from builder.errors import DiscoveryError
from builder.sources.continue_source.typescript import (
    bound_names,
    line_of,
    part,
    parts,
    string_value,
    text_of,
)

WHOLE = "*"
"""The name that stands for a module itself, as in `import * as x`."""

_DECLARATIONS = frozenset(
    {
        "abstract_class_declaration",
        "class_declaration",
        "enum_declaration",
        "function_declaration",
    }
)


class Import(NamedTuple):
    """A name of another module: `default`, WHOLE, or what it is exported as."""

    specifier: str
    name: str


@dataclass(slots=True)
class Module:
    """One file. `exports`: exported name → declared name; `reexports`: exported name → import."""

    path: str
    root: Node
    declarations: dict[str, Node] = field(default_factory=dict)
    imports: dict[str, Import] = field(default_factory=dict)
    exports: dict[str, str] = field(default_factory=dict)
    reexports: dict[str, Import] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)

    def at(self, node: Node) -> str:
        """`path:line` of a node, for messages."""
        return f"{self.path}:{line_of(node)}"


def read_module(path: str, root: Node) -> Module:
    """The module of a parsed file."""
    module = Module(path, root)
    for statement in parts(root):
        if statement.type == "import_statement":
            _read_import(module, statement)
        elif statement.type == "export_statement":
            _read_export(module, statement)
        else:
            _read_declaration(module, statement)
    return module


def _read_import(module: Module, statement: Node) -> None:
    source = statement.child_by_field_name("source")
    clause = next((c for c in parts(statement) if c.type == "import_clause"), None)
    if source is None or clause is None:
        return
    specifier = string_value(source)
    for child in parts(clause):
        if child.type == "identifier":
            module.imports[text_of(child)] = Import(specifier, "default")
        elif child.type == "namespace_import":
            module.imports[text_of(parts(child)[0])] = Import(specifier, WHOLE)
        else:
            for local, name in _specifiers(child):
                module.imports[local] = Import(specifier, name)


def _specifiers(clause: Node) -> list[tuple[str, str]]:
    """(alias or name, name) of each entry of `{ a, b as c }`."""
    entries = []
    for entry in parts(clause):
        name = text_of(part(entry, "name"))
        entries.append((text_of(entry.child_by_field_name("alias")) or name, name))
    return entries


def _read_export(module: Module, statement: Node) -> None:
    source = statement.child_by_field_name("source")
    declaration = statement.child_by_field_name("declaration")
    value = statement.child_by_field_name("value")
    if source is not None:
        _read_reexport(module, statement, string_value(source))
    elif declaration is not None:
        is_default = any(child.type == "default" for child in statement.children)
        for name in _read_declaration(module, declaration):
            module.exports["default" if is_default else name] = name
    elif value is not None:
        name = text_of(value) if value.type == "identifier" else "default"
        module.exports["default"] = name
        if name == "default":
            module.declarations[name] = value
    else:
        for clause in (c for c in parts(statement) if c.type == "export_clause"):
            for alias, name in _specifiers(clause):
                module.exports[alias] = name


def _read_reexport(module: Module, statement: Node, specifier: str) -> None:
    clauses = [c for c in parts(statement) if c.type in ("export_clause", "namespace_export")]
    if not clauses:
        module.stars.append(specifier)
    for clause in clauses:
        if clause.type == "namespace_export":
            module.reexports[text_of(parts(clause)[0])] = Import(specifier, WHOLE)
        else:
            for alias, name in _specifiers(clause):
                module.reexports[alias] = Import(specifier, name)


def _read_declaration(module: Module, node: Node) -> list[str]:
    """Note what a statement declares; returns the names."""
    if node.type in ("lexical_declaration", "variable_declaration"):
        declarators = [c for c in parts(node) if c.type == "variable_declarator"]
        named = {name: d for d in declarators for name in bound_names(part(d, "name"))}
    elif node.type in _DECLARATIONS:
        named = {text_of(part(node, "name")): node}
    elif node.type == "ERROR":
        raise DiscoveryError(f"{module.at(node)}: this is no TypeScript that can be read")
    else:
        return []
    module.declarations |= named
    return list(named)
