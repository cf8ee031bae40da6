"""The part of the system message that tells a model of its tools and how to call them as text.

The order of its parts is that of core/tools/systemMessageTools/buildToolsSystemMessage.ts at d0a3c0b626: tools with a
sample call, tools with a definition, a definition turned into a call, the rules. Does not imitate: Continue's own
sentences, in whose place stand those of prompts/text_calls.toml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from builder.dialects.tool_codeblock.writing import (
    ExampleArguments,
    write_call,
    write_definition,
    write_example_call,
)
from builder.prompts import texts
from builder.tool_spec import JsonSchema, ToolSpec

TAG = "tool_use_instructions"
_SAMPLE = "sample_tool"
_SAMPLE_SCHEMA: JsonSchema = {
    "required": ["place"],
    "properties": {"place": {"type": "string"}, "limit": {"type": "number"}},
}


class SampleCall(NamedTuple):
    """How one tool is introduced: words, and the arguments of a call that shows it."""

    introduction: str
    arguments: ExampleArguments = ()


def with_section(
    system: str, tools: Sequence[ToolSpec], samples: Mapping[str, SampleCall] | None = None
) -> str:
    """The system message with the section behind it; as it is where there are no tools.

    `samples`: by the name of their tool; a tool without one is shown by its definition.
    """
    return f"{system}\n\n{write_section(tools, samples)}" if tools else system


def write_section(
    tools: Sequence[ToolSpec], samples: Mapping[str, SampleCall] | None = None
) -> str:
    """The section alone, in its tags; empty where there are no tools."""
    return "\n".join(_parts(tools, samples or {})) if tools else ""


def _parts(tools: Sequence[ToolSpec], samples: Mapping[str, SampleCall]) -> Iterator[str]:
    words = texts("text_calls")
    yield f"<{TAG}>"
    yield words["opening"]
    shown = [tool for tool in tools if tool.name in samples]
    if shown:
        yield f"\n{words['examples']}"
        yield from (f"\n{write_example_call(tool.name, *samples[tool.name])}" for tool in shown)
    defined = [tool for tool in tools if tool.name not in samples]
    if defined:
        yield f"\n{words['definitions']}"
        for tool in defined:
            yield f"\n{write_definition(tool.name, tool.description, tool.parameters)}"
        yield f"\n{words['sample_definition']}\n"
        yield write_definition(_SAMPLE, "", _SAMPLE_SCHEMA)
        yield f"\n{words['sample_call']}\n"
        yield write_call(_SAMPLE, {"place": "shelf 3\nupper row", "limit": 5})
    yield f"\n{words['closing']}"
    yield f"</{TAG}>"
