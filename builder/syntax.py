"""Whether a file of code parses, by tree-sitter; grammars are chosen by the file's suffix and loaded when needed."""

from __future__ import annotations

import functools
import importlib
from pathlib import PurePosixPath

from tree_sitter import Language, Node, Parser

_GRAMMARS = {
    "tree_sitter_bash": ("sh", "bash"),
    "tree_sitter_c_sharp": ("cs",),
    "tree_sitter_cpp": ("c", "cc", "cpp", "h", "hpp"),
    "tree_sitter_css": ("css",),
    "tree_sitter_elixir": ("ex", "exs"),
    "tree_sitter_go": ("go",),
    "tree_sitter_html": ("html",),
    "tree_sitter_java": ("java",),
    "tree_sitter_javascript": ("js", "jsx", "mjs", "cjs"),
    "tree_sitter_json": ("json",),
    "tree_sitter_kotlin": ("kt", "kts"),
    "tree_sitter_php": ("php",),
    "tree_sitter_python": ("py", "pyi"),
    "tree_sitter_ruby": ("rb", "ru"),
    "tree_sitter_rust": ("rs",),
    "tree_sitter_swift": ("swift",),
    "tree_sitter_toml": ("toml",),
    "tree_sitter_typescript": ("ts", "mts"),
    "tree_sitter_yaml": ("yaml", "yml"),
}
_FUNCTIONS = {"php": "language_php", "ts": "language_typescript", "mts": "language_typescript"}
_BY_SUFFIX = {suffix: module for module, suffixes in _GRAMMARS.items() for suffix in suffixes}
_BY_SUFFIX["tsx"] = "tree_sitter_typescript"
_FUNCTIONS["tsx"] = "language_tsx"


@functools.cache
def _parser(suffix: str) -> Parser | None:
    module = _BY_SUFFIX.get(suffix)
    if module is None:
        return None
    grammar = importlib.import_module(module)
    return Parser(Language(getattr(grammar, _FUNCTIONS.get(suffix, "language"))()))


def syntax_root(path: str, text: str) -> Node | None:
    """The root of the text's syntax tree, by the suffix of its path; None for files of unknown kinds."""
    parser = _parser(PurePosixPath(path).suffix.removeprefix("."))
    if parser is None:
        return None
    return parser.parse(text.encode("utf-8", errors="replace")).root_node


def syntax_problem(path: str, text: str) -> str | None:
    """Where the text stops being what its suffix says, or None; files of unknown kinds have no problem."""
    root = syntax_root(path, text)
    if root is None or not root.has_error:
        return None
    node = _first_error(root)
    line = node.start_point[0]
    shown = text.split("\n")[line].strip()[:80]
    return f"does not parse near line {line + 1}: {shown!r}"


def _first_error(node: Node) -> Node:
    for child in node.children:
        if child.is_error or child.is_missing:
            return child
        if child.has_error:
            return _first_error(child)
    return node
