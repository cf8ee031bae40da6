"""Writes calls, example calls and definitions of tools, letter by letter as Continue does.

Imitates core/tools/systemMessageTools/toolCodeblocks/index.ts at d0a3c0b626. A value that says END_ARG in any case ends
too early when it is read again, by Continue and by parsing.py; conversation.py says which messages survive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from builder.toolkits.continue_core.javascript import ordered_names, to_json, trim

FENCE = "```"
ExampleArguments = Sequence[tuple[str, object]]


def write_call(name: str, arguments: Mapping[str, object]) -> str:
    """A call: every value as JSON on a line of its own."""
    lines = [f"{FENCE}tool", f"TOOL_NAME: {name}"]
    for argument in ordered_names(arguments):
        lines += [f"BEGIN_ARG: {argument}", to_json(arguments[argument]), "END_ARG"]
    return "\n".join([*lines, FENCE])


def write_example_call(name: str, introduction: str, arguments: ExampleArguments = ()) -> str:
    """A call as the system message shows it, below its introduction: values as they are, not as JSON."""
    lines = [trim(introduction), f"{FENCE}tool", f"TOOL_NAME: {name}"]
    for argument, value in arguments:
        lines += [f"BEGIN_ARG: {argument}", _shown(value), "END_ARG"]
    return "\n".join([*lines, FENCE])


def write_definition(
    name: str, description: str, parameters: Mapping[str, object] | None = None
) -> str:
    """A tool's definition. `parameters`: its JSON Schema. Raises TypeError for a property that is no schema."""
    lines = [f"{FENCE}tool_definition", f"TOOL_NAME: {name}"]
    if description:
        lines += ["TOOL_DESCRIPTION:", description]
    properties = (parameters or {}).get("properties", {})
    required = (parameters or {}).get("required") or ()
    if isinstance(properties, Mapping) and isinstance(required, Sequence):
        for argument in ordered_names(properties):
            lines += _argument_lines(argument, properties[argument], argument in required)
    return trim("\n".join([*lines, FENCE]))


def _argument_lines(name: str, schema: object, is_required: bool) -> list[str]:
    if not isinstance(schema, Mapping):
        raise TypeError(f"the schema of {name} is {type(schema).__name__}, not an object")
    need = "required" if is_required else "optional"
    lines = [f"TOOL_ARG: {name} ({_shown(schema.get('type', 'string'))}, {need})"]
    description = schema.get("description")
    return [*lines, *([_shown(description)] if description else []), "END_ARG"]


def _shown(value: object) -> str:
    """What a JavaScript template shows of a value."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ",".join("" if item is None else _shown(item) for item in value)
    return "[object Object]" if isinstance(value, Mapping) else to_json(value)
