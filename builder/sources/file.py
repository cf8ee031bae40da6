"""A user's own tools from a file: `file:PATH`. The forms that OpenAI, Anthropic, FunctionGemma and MCP's tools/list use.

A file is JSON (one tool, a list, or an object that holds the list), JSON Lines, or FunctionGemma's own declarations
(functiongemma.py). What the tools do is not in it, so they are not played: examples end at the call.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from builder.errors import SourceError
from builder.sources.functiongemma import MARK, declared_tools
from builder.sources.own_tools import own_surface, own_tool
from builder.tool_spec import Surface, ToolSpec

_LISTS = ("tools", "functions", "function_declarations", "functionDeclarations")
_SCHEMAS = ("parameters", "input_schema", "inputSchema")
_MAX_BYTES = 10_000_000
_DEPTH = 4


def surface(argument: str) -> Surface:
    """The tools of a file. Raises SourceError that says what is wrong and where."""
    path = Path(argument)
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise SourceError(
                f"{path} is larger than {_MAX_BYTES:,} bytes: too large for tool definitions"
            )
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} cannot be read as a file of tools: {error}") from error
    found = declared_tools(text) if MARK in text else _parsed(text, path)
    tools = (
        one
        for number, value in enumerate(found, 1)
        for one in _tools(value, f"{path}, tool {number}")
    )
    return own_surface(f"file:{argument}", tools)


def _parsed(text: str, path: Path) -> list[object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            return [json.loads(line) for line in lines]
        except (ValueError, RecursionError):
            raise SourceError(f"{path} is neither JSON nor JSON Lines: {error}") from error
    return value if isinstance(value, list) else [value]


def _tools(value: object, place: str, depth: int = 0) -> Iterator[ToolSpec]:
    """The tools in a value: one tool in any of the forms, or an object around a list of them."""
    if not isinstance(value, dict) or depth > _DEPTH:
        raise SourceError(f"{place}: expected an object with name, description and parameters")
    inner = next((value[key] for key in _LISTS if isinstance(value.get(key), list)), None)
    if inner is not None and "name" not in value:
        for number, one in enumerate(inner, 1):
            yield from _tools(one, f"{place}.{number}", depth + 1)
    elif "name" not in value and isinstance(
        value.get("result"), dict
    ):  # an answer of an MCP server
        yield from _tools(value["result"], place, depth + 1)
    elif isinstance(value.get("function"), dict):
        yield _tool(value["function"], place)
    else:
        yield _tool(value, place)


def _tool(value: dict[str, object], place: str) -> ToolSpec:
    schema = next((value[key] for key in _SCHEMAS if key in value), None)
    hints = value.get("annotations")
    readonly = isinstance(hints, dict) and hints.get("readOnlyHint") is True
    name, description = value.get("name"), value.get("description")
    return own_tool(place, name, description, _lower_types(schema), readonly=readonly)


def _lower_types(schema: object, *, is_properties: bool = False) -> object:
    """Google's forms write types in capitals; JSON Schema does not. A property may be named `type`."""
    if isinstance(schema, list):
        return [_lower_types(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value.lower()
        if key == "type" and isinstance(value, str) and not is_properties
        else _lower_types(value, is_properties=key == "properties" and not is_properties)
        for key, value in schema.items()
    }
