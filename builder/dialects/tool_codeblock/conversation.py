"""A whole conversation in the text form, and back: calls in the answers, results in the user's next message.

Imitates core/tools/systemMessageTools/convertSystemTools.ts at d0a3c0b626, with the parts of a message joined as
renderChatMessage of core/util/messageContent.ts joins them. Calls have no ids in this form: reading gives new ones. Does
not imitate: calls that the user cancelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from builder.conversation import Function, Message, ToolCall, call_id
from builder.dialects.tool_codeblock.parsing import Answer, MalformedCallError, parse
from builder.dialects.tool_codeblock.writing import write_call
from builder.errors import RowError

_STATUS = re.compile(r"\n\[Status: [^\n]*\]\Z")
_TERMINAL = "run_terminal_command"


def write_messages(messages: Sequence[Message]) -> list[Message]:
    """The conversation without tool calls and tool messages. Raises RowError for what cannot be read back."""
    written: list[Message] = []
    names: dict[str, str] = {}
    results: list[str] = []
    for message in messages:
        if message.role == "tool":
            results.append(_result(names.get(message.tool_call_id or "", ""), message.content))
            continue
        written += _flushed(results)
        results = []
        written.append(write_message(message))
        names |= {call.id: call.name for call in message.tool_calls}
    return [*written, *_flushed(results)]


def _flushed(results: list[str]) -> Iterator[Message]:
    if results:
        yield Message("user", "\n".join(results))


def write_message(message: Message) -> Message:
    """An assistant's message with its calls in the text. Raises RowError where a model could not be understood so.

    That is a value which says END_ARG, or a text in which a block seems to begin.
    """
    if not message.tool_calls:
        return message
    blocks = [write_call(call.name, call.arguments) for call in message.tool_calls]
    written = Message(message.role, "\n".join([message.content, *blocks]))
    try:
        back = read_message(written)
        is_same = back.content == message.content and _bare(back) == _bare(message)
    except (MalformedCallError, RowError) as error:
        raise RowError(f"the text form cannot say this message: {error}") from error
    if not is_same:
        raise RowError(f"the text form cannot say these calls of {message.tool_calls[0].name}")
    return written


def _bare(message: Message) -> list[tuple[str, dict[str, object]]]:
    return [(call.name, call.arguments) for call in message.tool_calls]


def read_message(message: Message) -> Message:
    """An assistant's message with its calls taken out of the text. Raises MalformedCallError."""
    answer = parse(message.content)
    if not answer.calls:
        return message
    calls = tuple(
        ToolCall(call_id(message.content, place), Function(call.name, call.arguments or "{}"))
        for place, call in enumerate(answer.calls)
    )
    return Message(message.role, _text_before(answer), calls)


def _text_before(answer: Answer) -> str:
    """The text without the line ends that part it from the blocks and those from each other."""
    text = answer.text
    for _ in answer.calls:
        text = text.removesuffix("\n")
    return text


def _result(name: str, output: str) -> str:
    """One result. The editor leaves a command's status out of this form."""
    shown = _STATUS.sub("", output) if name == _TERMINAL else output
    return f"{_head(name)}{shown}"


def _head(name: str) -> str:
    return f"Tool output for {name} tool call:\n\n"


def read_messages(messages: Sequence[Message]) -> list[Message]:
    """The conversation with calls and tool messages again, a command's status excepted. Raises MalformedCallError."""
    read: list[Message] = []
    calls: tuple[ToolCall, ...] = ()
    for message in messages:
        if message.role == "user" and calls:
            results = _read_results(message.content, calls)
            read += results or [message]
            calls = ()
        else:
            message = read_message(message) if message.role == "assistant" else message
            read.append(message)
            calls = message.tool_calls
    return read


def _read_results(text: str, calls: Sequence[ToolCall]) -> list[Message]:
    """A result for each call, in their order; none where the user really speaks."""
    heads = [_head(call.name) for call in calls]
    if not text.startswith(heads[0]):
        return []
    results, rest = [], text.removeprefix(heads[0])
    for call, following in zip(calls, [*heads[1:], ""], strict=True):
        output, _, rest = rest.partition(f"\n{following}") if following else (rest, "", "")
        results.append(Message("tool", output, tool_call_id=call.id))
    return results
