"""Chat completions on the wire: a conversation as OpenAI's API and its imitators take it, and their answers read.

No dates, no randomness: the same conversation always gives the same payload. Sending is openai.py's business.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from builder.conversation import Function, Message, ToolCall
from builder.providers.completion import Completion, Finish, Payload, Usage
from builder.providers.failures import Failures
from builder.providers.reading import (
    argument_text,
    distinct_calls,
    read_answer,
    sendable_arguments,
    split_thoughts,
)
from builder.providers.schemas import closed, requires_all, uses
from builder.tool_spec import JsonSchema, ToolSpec

_NOT_STRICT = frozenset({"allOf", "oneOf", "prefixItems", "dependentRequired", "uniqueItems"})
"""Keywords that strict mode refuses, besides those that leave an object open."""


def wire_messages(messages: Sequence[Message]) -> list[Payload]:
    """The conversation, one message for each."""
    return [_message(message) for message in messages]


def _message(message: Message) -> Payload:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.tool_call_id, "content": message.content}
    if not message.tool_calls:
        return {"role": message.role, "content": message.content}
    calls = [_call(call) for call in message.tool_calls]
    return {"role": "assistant", "content": message.content, "tool_calls": calls}


def _call(call: ToolCall) -> Payload:
    """Servers read the arguments back with their template: what is no JSON object would fail there."""
    arguments = sendable_arguments(call)
    text = call.function.arguments
    if "invalid_json" in arguments:
        text = msgspec.json.encode(arguments).decode()
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": text}}


def wire_tools(tools: Sequence[ToolSpec]) -> list[Payload]:
    """Tools with their schemas as they are: not strict, since strict mode changes what a schema allows."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": tool.parameters,
            },
        }
        for tool in tools
    ]


_wired: dict[int, tuple[JsonSchema, Payload]] = {}
"""Forms that were made already, by the schema's identity: a run asks for a handful, ten thousand times each."""


def wire_schema(schema: JsonSchema) -> Payload:
    """The form of the answer; strict where that leaves the schema's meaning as it is."""
    if id(schema) not in _wired:
        _wired[id(schema)] = (
            schema,
            _form(schema),
        )  # kept with it, so that no other gets its identity
    return _wired[id(schema)][1]


def _form(schema: JsonSchema) -> Payload:
    strict = None if uses(schema, _NOT_STRICT) else closed(schema)
    described: Payload = {"name": "answer", "schema": schema}
    if strict is not None and strict.get("type") == "object" and requires_all(strict):
        described = {"name": "answer", "strict": True, "schema": strict}
    return {"type": "json_schema", "json_schema": described}


def in_older_schema_form(payload: Payload) -> Payload:
    """The same request for servers that take a schema beside `json_object` only (llama-cpp-python's)."""
    form = payload.get("response_format")
    described = form.get("json_schema") if isinstance(form, dict) else None
    if not isinstance(described, dict):
        return payload
    older = {"type": "json_object", "schema": described["schema"]}
    return {**payload, "response_format": older}


class _Function(msgspec.Struct, frozen=True):
    name: str = ""
    arguments: msgspec.Raw = msgspec.Raw(b"{}")


class _Call(msgspec.Struct, frozen=True):
    function: _Function
    id: str | None = None


class _Part(msgspec.Struct, frozen=True):
    text: str = ""


class _Message(msgspec.Struct, frozen=True):
    """`reasoning_content`: vLLM, llama.cpp, DeepSeek; `reasoning`: OpenRouter, Ollama, newer vLLM."""

    content: str | list[_Part] | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: list[_Call] | None = None


class _Choice(msgspec.Struct, frozen=True):
    message: _Message
    finish_reason: str | None = None


class _Details(msgspec.Struct, frozen=True):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct, frozen=True):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Details | None = None


class _Answer(msgspec.Struct, frozen=True):
    """`error`: OpenRouter reports failures of the models behind it under the status 200."""

    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    error: msgspec.Raw = msgspec.Raw(b"null")


_DECODER = msgspec.json.Decoder(_Answer)
_FAILED_STATUS = 502


class _Code(msgspec.Struct, frozen=True):
    code: object = None


def read_completion(answer: bytes, failures: Failures) -> Completion:
    """Read an answer's body. Raises ProviderError."""
    read = read_answer(answer, _DECODER, failures)
    if not read.choices:
        if bytes(read.error) != b"null":
            raise failures.of_status(_status_of(read.error), {}, answer)
        raise failures.malformed("it has no choices", answer)
    choice = read.choices[0]
    if choice.finish_reason == "error":
        raise failures.malformed("the model behind it failed half-way", answer)
    said = split_thoughts(_text(choice.message))
    functions = [
        (call.id or "", Function(call.function.name, argument_text(call.function.arguments)))
        for call in choice.message.tool_calls or ()
    ]
    return Completion(
        text=said.text,
        tool_calls=distinct_calls(functions, answer),
        usage=_usage(read.usage),
        finish=_finish(choice),
        reasoning=choice.message.reasoning_content or choice.message.reasoning or said.reasoning,
    )


def _text(message: _Message) -> str:
    content = message.content
    if isinstance(content, list):
        return "".join(part.text for part in content)
    return content or message.refusal or ""


def _finish(choice: _Choice) -> Finish:
    if choice.finish_reason == "content_filter" or choice.message.refusal:
        return "refused"
    if choice.finish_reason in ("length", "max_tokens"):
        return "length"
    return "tool_calls" if choice.message.tool_calls else "stop"


def _usage(usage: _Usage | None) -> Usage:
    if usage is None:
        return Usage()
    details = usage.prompt_tokens_details
    cached = (details.cached_tokens or 0) if details is not None else 0
    return Usage(usage.prompt_tokens or 0, usage.completion_tokens or 0, cached)


def _status_of(error: msgspec.Raw) -> int:
    """The status that an error under 200 names as its code."""
    try:
        code = msgspec.json.decode(error, type=_Code).code
    except msgspec.MsgspecError:
        return _FAILED_STATUS
    return code if isinstance(code, int) and 400 <= code < 600 else _FAILED_STATUS
