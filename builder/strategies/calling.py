"""One message of an acting model: by native tool calling, or in Continue's text form for models that have none.

A message with calls that the toolset would not take is asked for again, with what was wrong; it never becomes part of the
conversation.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec

from builder.conversation import Message
from builder.dialects.tool_codeblock.conversation import read_message, write_messages
from builder.dialects.tool_codeblock.parsing import MalformedCallError
from builder.dialects.tool_codeblock.section import with_section
from builder.errors import RowError
from builder.prompts import render
from builder.providers.completion import Completion
from builder.strategies.desk import Desk, UnwritableError
from builder.tool_spec import ToolSpec
from builder.validators.arguments import call_problem

_ATTEMPTS = 3
_MAX_CHARACTERS = 200_000
"""Longer messages are not looked at: no example needs them."""
_SHOWN_CHARACTERS = 500
"""So much of what was wrong is told to the model and to whoever reads why there is no row."""


async def next_message(
    desk: Desk, messages: Sequence[Message], tools: Sequence[ToolSpec], guidance: str
) -> Message:
    """What the assistant says or calls next. Raises UnwritableError where it calls nothing that it could."""
    problem = ""
    for attempt in range(_ATTEMPTS):
        completion = await _completion(desk, _told(messages, guidance, problem), tools, attempt)
        if completion.finish == "refused":
            raise UnwritableError("refused", f"the model declined: {completion.text[:200]!r}")
        try:
            _check_size(completion)
            message = _message(completion, desk)
        except (MalformedCallError, RowError) as error:
            problem = str(error)[:_SHOWN_CHARACTERS]
            continue
        problem = _problem_of(message, completion, tools)[:_SHOWN_CHARACTERS]
        if not problem:
            return message
    raise UnwritableError("invalid_call", f"no valid message in {_ATTEMPTS} requests: {problem}")


def _told(messages: Sequence[Message], guidance: str, problem: str) -> list[Message]:
    """The conversation as the model gets it: with guidance, and what was wrong with its last message."""
    system = render("rollout/told", system=messages[0].content, guidance=guidance, problem=problem)
    return [Message("system", system), *messages[1:]]


async def _completion(
    desk: Desk, messages: list[Message], tools: Sequence[ToolSpec], attempt: int
) -> Completion:
    if desk.writing.calls == "native":
        return await desk.ask("writer", messages, tools, stage="rollout", sample=attempt)
    system = Message("system", with_section(messages[0].content, tools))
    try:
        told = write_messages([system, *messages[1:]])
    except RowError as error:
        raise UnwritableError("text_form", str(error)) from error
    return await desk.ask("writer", told, stage="rollout", sample=attempt)


def _check_size(completion: Completion) -> None:
    calls = (call.function for call in completion.tool_calls)
    size = len(completion.text) + sum(len(one.name) + len(one.arguments) for one in calls)
    if max(size, len(completion.reasoning)) > _MAX_CHARACTERS:
        raise RowError(f"the message has more than {_MAX_CHARACTERS} characters")


def _message(completion: Completion, desk: Desk) -> Message:
    text = completion.text.strip()
    reasoning = completion.reasoning.strip() if desk.writing.keep_reasoning else ""
    if desk.writing.calls == "text":
        read = read_message(Message("assistant", text))
        return msgspec.structs.replace(read, reasoning=reasoning)
    return Message("assistant", text, completion.tool_calls, reasoning=reasoning)


def _problem_of(message: Message, completion: Completion, tools: Sequence[ToolSpec]) -> str:
    """Why the message cannot stand in a row; empty where it can."""
    if completion.finish == "length":
        return "the message was cut off: write less at a time"
    if not (message.content or message.tool_calls):
        return "the message was empty"
    offered = {one.name: one for one in tools}
    for call in message.tool_calls:
        if call.name not in offered:
            return f"there is no tool {call.name!r}; there are {', '.join(offered)}"
        problem = call_problem(call, offered[call.name])
        if problem:
            return problem
    keys = [(call.name, _ordered(call.function.arguments)) for call in message.tool_calls]
    return "the same call stands there twice" if len(keys) != len(set(keys)) else ""


def _ordered(arguments: str) -> str:
    return json.dumps(json.loads(arguments), sort_keys=True)
