"""Reads FunctionGemma's declarations of tools: `<start_function_declaration>declaration:name{…}<end_function_declaration>`.

Keys are bare, texts stand between `<escape>` marks, types are in capitals. What comes out has the form that file.py
reads, so that all checks are made there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from builder.errors import SourceError

MARK = "<start_function_declaration>"
_DECLARATION = re.compile(
    r"<start_function_declaration>\s*declaration:([\w.-]+)(\{.*?)<end_function_declaration>",
    re.DOTALL,
)
_TOKEN = re.compile(r"<escape>(.*?)<escape>|([{}\[\],:])|([^{}\[\],:<\s]+)|\s+", re.DOTALL)
_MAX_DEPTH = 50


def declared_tools(text: str) -> list[object]:
    """Every declaration in a text, in order, as `{name, description, parameters}`. Raises SourceError."""
    return [_tool(found[1], found[2]) for found in _DECLARATION.finditer(text)]


def _tool(name: str, body: str) -> dict[str, object]:
    tokens = list(_tokens(body, name))
    value, end = _value(tokens, 0, name, 0)
    if not isinstance(value, dict) or end != len(tokens):
        raise _broken(name)
    return {"name": name, **value}


def _tokens(text: str, name: str) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise _broken(name)
        position = found.end()
        if found[1] is not None:
            yield "text", found[1]
        elif found[2] is not None:
            yield "mark", found[2]
        elif found[3] is not None:
            yield "word", found[3]


def _value(tokens: list[tuple[str, str]], at: int, name: str, depth: int) -> tuple[object, int]:
    kind, word = _token(tokens, at, name)
    if depth > _MAX_DEPTH:
        raise _broken(name)
    if kind == "text":
        return word, at + 1
    if kind == "word":
        return _literal(word), at + 1
    if word in "{[":
        return _group(tokens, at, name, depth)
    raise _broken(name)


def _group(tokens: list[tuple[str, str]], at: int, name: str, depth: int) -> tuple[object, int]:
    """The members of an object or a list, from its opening mark on."""
    is_object = tokens[at][1] == "{"
    close = ("mark", "}" if is_object else "]")
    members: dict[str, object] = {}
    items: list[object] = []
    at += 1
    while _token(tokens, at, name) != close:
        if is_object:
            key = _token(tokens, at, name)[1]
            if _token(tokens, at + 1, name) != ("mark", ":"):
                raise _broken(name)
            members[key], at = _value(tokens, at + 2, name, depth + 1)
        else:
            item, at = _value(tokens, at, name, depth + 1)
            items.append(item)
        if _token(tokens, at, name) == ("mark", ","):
            at += 1
    return (members if is_object else items), at + 1


def _token(tokens: list[tuple[str, str]], at: int, name: str) -> tuple[str, str]:
    if at >= len(tokens):
        raise _broken(name)
    return tokens[at]


def _literal(word: str) -> object:
    try:
        return json.loads(word)
    except ValueError:
        return word


def _broken(name: str) -> SourceError:
    return SourceError(f"the declaration of {name!r} is not in FunctionGemma's form")
