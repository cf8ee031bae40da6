"""Teachers by name, for a server that runs as a process of its own."""

from __future__ import annotations

import msgspec

from tests.llm_server.asking import Asked, Json, Reply, Teacher
from tests.llm_server.sampling import sample
from tests.llm_server.scripted import scripted, single_call


def echo(asked: Asked) -> Reply:
    """Repeats the last message; follows a schema as shortly as it can; calls the first tool before it has any result."""
    if asked.schema is not None:
        return Reply(text=msgspec.json.encode(sample(asked.schema)).decode())
    if asked.tools and all(role != "tool" for role, _ in asked.messages):
        arguments = msgspec.json.encode(sample(parameters_of(asked, asked.tools[0]))).decode()
        return Reply(calls=((asked.tools[0], arguments),))
    return Reply(
        text=f"You said: {asked.messages[-1][1]}" if asked.messages else "You said nothing."
    )


def parameters_of(asked: Asked, tool: str) -> Json:
    """The schema of a tool's arguments, whatever the protocol calls it; any object where it has none."""
    for each in asked.body.get("tools") or ():
        function = each.get("function", each)
        if function["name"] == tool:
            schema: Json = function.get("parameters") or function.get("input_schema") or {}
            return schema or {"type": "object"}
    raise KeyError(
        f"{asked.protocol} request {asked.number} offers no tool {tool!r}, only {asked.tools}"
    )


TEACHERS: dict[str, Teacher] = {"echo": echo, "scripted": scripted, "single_call": single_call}
