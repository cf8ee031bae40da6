"""Anthropic's messages on the wire: the system prompt apart, results of tools in the next user message, marks for the cache.

The same conversation always gives the same payload. Sending is anthropic.py's business.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from builder.conversation import Function, Message
from builder.providers.completion import (
    Completion,
    Finish,
    Payload,
    ProviderError,
    ProviderErrorKind,
    Usage,
)
from builder.providers.failures import Failures
from builder.providers.reading import (
    argument_text,
    distinct_calls,
    read_answer,
    sendable_arguments,
    split_thoughts,
)
from builder.providers.schemas import closed, without_keywords
from builder.tool_spec import JsonSchema, ToolSpec

_LONG_CONVERSATION = 4
"""Messages from which on it pays to have the conversation itself cached: the next turn sends it all again."""

_NOT_ENFORCED = frozenset(
    {
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
    }
)
"""Keywords that the API refuses: they are told in the description, and checked by whoever asked."""


def wire_system(messages: Sequence[Message]) -> list[Payload]:
    """The system prompt as blocks, the end of it marked: all requests of a run begin with the same."""
    blocks = [
        _text_block(each.content)
        for each in messages
        if each.role == "system" and each.content.strip()
    ]
    return _marked_at_end(blocks)


def wire_tools(tools: Sequence[ToolSpec]) -> list[Payload]:
    """Tools with their schemas as they are, the last one marked for the cache."""
    return _marked_at_end(
        [
            {
                "name": tool.name,
                "description": tool.description,
                "input_schema": {"type": "object", **tool.parameters},
            }
            for tool in tools
        ]
    )


def wire_messages(messages: Sequence[Message]) -> list[Payload]:
    """The conversation in turns of user and assistant: what one of them says in several messages becomes one."""
    turns: list[tuple[str, list[Payload]]] = []
    for message in messages:
        blocks = _blocks(message)
        role = "assistant" if message.role == "assistant" else "user"
        if message.role == "system" or not blocks:
            continue
        if turns and turns[-1][0] == role:
            turns[-1][1].extend(blocks)
        else:
            turns.append((role, blocks))
    if len(turns) >= _LONG_CONVERSATION and turns[-1][0] == "user":
        turns[-1] = ("user", _marked_at_end(turns[-1][1]))
    return [{"role": role, "content": blocks} for role, blocks in turns]


def wire_schema(schema: JsonSchema) -> Payload | None:
    """The form of the answer; None where the API has no way to say it."""
    made = closed(schema)
    if made is None:
        return None
    return {"format": {"type": "json_schema", "schema": without_keywords(made, _NOT_ENFORCED)}}


def _blocks(message: Message) -> list[Payload]:
    """A message's blocks; the API refuses empty ones."""
    if message.role == "tool":
        return [
            {
                "type": "tool_result",
                "tool_use_id": message.tool_call_id,
                "content": message.content,
            }
        ]
    blocks = [_text_block(message.content)] if message.content.strip() else []
    for call in message.tool_calls:
        arguments = sendable_arguments(call)
        blocks.append({"type": "tool_use", "id": call.id, "name": call.name, "input": arguments})
    return blocks


def _text_block(text: str) -> Payload:
    return {"type": "text", "text": text}


def _marked_at_end(blocks: list[Payload]) -> list[Payload]:
    """With the mark up to which the prompt is cached. There are at most three in a request; four are allowed."""
    if not blocks:
        return blocks
    return [*blocks[:-1], {**blocks[-1], "cache_control": {"type": "ephemeral"}}]


class _Block(msgspec.Struct, frozen=True):
    type: str
    text: str = ""
    thinking: str = ""
    id: str = ""
    name: str = ""
    input: msgspec.Raw = msgspec.Raw(b"{}")


class _Usage(msgspec.Struct, frozen=True):
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


class _Answer(msgspec.Struct, frozen=True):
    content: list[_Block]
    stop_reason: str | None = None
    usage: _Usage = _Usage()


_DECODER = msgspec.json.Decoder(_Answer)
_FINISHES: dict[str | None, Finish] = {"max_tokens": "length", "refusal": "refused"}


def read_completion(answer: bytes, failures: Failures) -> Completion:
    """Read an answer's body. Raises ProviderError."""
    read = read_answer(answer, _DECODER, failures)
    if read.stop_reason == "model_context_window_exceeded":
        raise ProviderError(
            ProviderErrorKind.CONTEXT_TOO_LONG,
            f"the model's context was full after {read.usage.output_tokens or 0} tokens of its answer",
            advice="Ask for less, or use a model with a longer context.",
        )
    said = split_thoughts("".join(block.text for block in read.content if block.type == "text"))
    thought = "".join(block.thinking for block in read.content if block.type == "thinking")
    functions = [
        (block.id, Function(block.name, argument_text(block.input)))
        for block in read.content
        if block.type == "tool_use"
    ]
    return Completion(
        text=said.text,
        tool_calls=distinct_calls(functions, answer),
        usage=_usage(read.usage),
        finish=_FINISHES.get(read.stop_reason) or ("tool_calls" if functions else "stop"),
        reasoning=thought or said.reasoning,
    )


def _usage(usage: _Usage) -> Usage:
    """The API counts what is written into the cache and read from it apart from the rest of the prompt."""
    cached = usage.cache_read_input_tokens or 0
    written = usage.cache_creation_input_tokens or 0
    prompt = (usage.input_tokens or 0) + written + cached
    return Usage(prompt, usage.output_tokens or 0, cached, written)
