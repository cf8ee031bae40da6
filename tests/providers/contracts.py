"""What the tests of all providers share: how each is connected to the local server, and one conversation with everything."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import NamedTuple, TypeVar

from builder.conversation import Function, Message, ToolCall
from builder.providers.completion import Completion, ProviderError, Sampling
from builder.providers.kind import Examined
from builder.providers.loading import connect, load_providers
from builder.tool_spec import JsonSchema, ToolSpec

PROVIDERS = tuple(load_providers())
KEY = "planted-7f3a9c51e2d84b60"
Result = TypeVar("Result")

TOOL = ToolSpec(
    name="edit_lines",
    description="Replace lines of a file.",
    parameters={
        "type": "object",
        "properties": {
            "filepath": {"type": "string", "description": "Path of the file"},
            "edits": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "line": {"type": "integer", "minimum": 1},
                        "text": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
                    },
                    "required": ["line"],
                },
            },
        },
        "required": ["filepath"],
    },
    readonly=False,
)
READ = ToolSpec(
    name="read_file",
    description="Read a file.",
    parameters={
        "type": "object",
        "properties": {"filepath": {"type": "string"}},
        "required": ["filepath"],
    },
    readonly=True,
)
SCHEMA: JsonSchema = {
    "type": "object",
    "properties": {
        "examples": {
            "type": "array",
            "minItems": 2,
            "items": {
                "type": "object",
                "properties": {"request": {"type": "string"}, "hard": {"type": "boolean"}},
                "required": ["request", "hard"],
            },
        }
    },
    "required": ["examples"],
}
CONVERSATION = (
    Message("system", "You edit code."),
    Message("user", "Compare a.py and b.py."),
    Message(
        "assistant",
        "Both at once.",
        tool_calls=(
            ToolCall("call_one", Function("read_file", '{"filepath": "a.py"}')),
            ToolCall("call_two", Function("read_file", '{"filepath": "b.py"}')),
        ),
    ),
    Message("tool", "x = 1\n", tool_call_id="call_one"),
    Message("tool", "x = 2\n", tool_call_id="call_two"),
    Message("assistant", "They differ in `x`."),
    Message("user", "Make both 3 — “drei”."),
)


class Outcome(NamedTuple):
    """What came of one request: the completion, or the error."""

    completion: Completion | None
    error: ProviderError | None


def base_url(name: str, url: str) -> str:
    """Where the local server speaks the provider's protocol; of no server, where the provider itself is."""
    return url + ("/v1" if url and name == "openai" else "")


def with_provider(
    name: str,
    url: str,
    use: Callable[[Examined], Coroutine[None, None, Result]],
    *,
    timeout_s: float = 20,
    model: str = "small",
    sampling: Sampling | None = None,
) -> Result:
    """Connect, do something, close."""

    async def used() -> Result:
        provider = connect(
            name,
            model,
            base_url=base_url(name, url),
            sampling=sampling or Sampling(),
            timeout_s=timeout_s,
        )
        try:
            return await use(provider)
        finally:
            await provider.close()

    return asyncio.run(used())


def ask(
    name: str,
    url: str,
    *,
    messages: Sequence[Message] = (Message("user", "hello"),),
    tools: Sequence[ToolSpec] = (),
    schema: JsonSchema | None = None,
    timeout_s: float = 20,
) -> Outcome:
    """One request from payload to completion."""

    async def use(provider: Examined) -> Outcome:
        try:
            answer = await provider.send(provider.payload(messages, tools, schema))
            return Outcome(provider.parse(answer), None)
        except ProviderError as error:
            return Outcome(None, error)

    return with_provider(name, url, use, timeout_s=timeout_s)
