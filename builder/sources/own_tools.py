"""What all sources of a user's own tools share: a tool is checked, and a surface is made of tools.

A mistake in a definition is the user's to mend, so every error says where it stands and what was expected.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from builder.errors import SourceError
from builder.tool_spec import JsonSchema, Surface, ToolSpec

_NAME = re.compile(r"[A-Za-z_][\w.-]{0,127}")


def own_tool(
    place: str, name: object, description: object, parameters: object, *, readonly: bool = False
) -> ToolSpec:
    """One tool, checked. `place`: where it stands, for messages. Raises SourceError."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise SourceError(
            f"{place}: a tool's name is letters, digits, `_`, `-` or `.`, not {name!r}"
        )
    if not isinstance(description, str) or not description.strip():
        raise SourceError(
            f"{place}: the tool {name!r} needs a description: models choose tools by it"
        )
    schema = _schema({} if parameters is None else parameters, f"{place}: parameters of {name!r}")
    return ToolSpec(
        name=name, description=description.strip(), parameters=schema, readonly=readonly
    )


def _schema(found: object, place: str) -> JsonSchema:
    if not isinstance(found, dict) or found.get("type", "object") != "object":
        raise SourceError(f"{place}: expected a JSON Schema of type object")
    schema: JsonSchema = {"type": "object", "properties": {}, **found}
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise SourceError(f"{place}: {error.json_path}: {error.message}") from error
    return schema


def own_surface(toolset_id: str, tools: Iterable[ToolSpec]) -> Surface:
    """A surface of the given tools, in their order; its release is a hash of them.

    Raises SourceError for none, or a name that two of them have.
    """
    found = tuple(tools)
    names = [tool.name for tool in found]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if not found or doubled:
        problem = f"two tools are named {doubled[0]!r}" if doubled else "there are no tools"
        raise SourceError(f"{toolset_id}: {problem}")
    content = json.dumps([[one.name, one.description, one.parameters] for one in found])
    release = hashlib.sha256(content.encode()).hexdigest()[:12]
    return Surface(name=toolset_id, ref=release, commit="", tools=found)
