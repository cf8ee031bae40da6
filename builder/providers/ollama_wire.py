"""Ollama's /api/chat on the wire: arguments as objects, the window asked for, nothing cut without a word.

Ollama opens a window of 4k unless told, and shortens a prompt that does not fit without saying so. The payload always
names the window, and forbids the shortening: a prompt that is too long is then an error.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from builder.conversation import Function, Message
from builder.providers.completion import Completion, Payload, Sampling, Usage
from builder.providers.failures import Failures
from builder.providers.reading import (
    argument_text,
    distinct_calls,
    read_answer,
    sendable_arguments,
    split_thoughts,
)

DEFAULT_CONTEXT_TOKENS = 16_384


def wire_messages(messages: Sequence[Message]) -> list[Payload]:
    """The conversation; results carry the tool's name, by which older servers tell whose they are."""
    names = {call.id: call.name for message in messages for call in message.tool_calls}
    return [_message(message, names) for message in messages]


def _message(message: Message, names: dict[str, str]) -> Payload:
    written: Payload = {"role": message.role, "content": message.content}
    if message.role == "tool":
        written["tool_name"] = names.get(message.tool_call_id or "", "")
        written["tool_call_id"] = message.tool_call_id
    if message.tool_calls:
        written["tool_calls"] = [
            {
                "id": call.id,
                "function": {
                    "index": index,
                    "name": call.name,
                    "arguments": sendable_arguments(call),
                },
            }
            for index, call in enumerate(message.tool_calls)
        ]
    return written


def wire_options(sampling: Sampling) -> Payload:
    """How the model is to run and write."""
    options: Payload = {
        "num_ctx": sampling.context_tokens or DEFAULT_CONTEXT_TOKENS,
        "num_predict": sampling.max_tokens,
    }
    if sampling.temperature is not None:
        options["temperature"] = sampling.temperature
    return options


class _Function(msgspec.Struct, frozen=True):
    name: str = ""
    arguments: msgspec.Raw = msgspec.Raw(b"{}")


class _Call(msgspec.Struct, frozen=True):
    function: _Function
    id: str = ""


class _Message(msgspec.Struct, frozen=True):
    content: str = ""
    thinking: str | None = None
    tool_calls: list[_Call] | None = None


class _Answer(msgspec.Struct, frozen=True):
    message: _Message
    done: bool = True
    done_reason: str = ""
    prompt_eval_count: int | None = None
    eval_count: int | None = None


_DECODER = msgspec.json.Decoder(_Answer)


def read_completion(answer: bytes, failures: Failures) -> Completion:
    """Read an answer's body. Raises ProviderError."""
    read = read_answer(answer, _DECODER, failures)
    if not read.done:
        raise failures.malformed("it is only the beginning of an answer", answer)
    said = split_thoughts(read.message.content)
    functions = [
        (call.id, Function(call.function.name, argument_text(call.function.arguments)))
        for call in read.message.tool_calls or ()
    ]
    return Completion(
        text=said.text,
        tool_calls=distinct_calls(functions, answer),
        usage=Usage(read.prompt_eval_count or 0, read.eval_count or 0),
        finish="length"
        if read.done_reason == "length"
        else ("tool_calls" if functions else "stop"),
        reasoning=read.message.thinking or said.reasoning,
    )
