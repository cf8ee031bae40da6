"""The form in which an author writes examples: what is asked, said and called, without any result; and how it is read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

import msgspec

from builder.conversation import Example, Function, Message, ToolCall

_SENTENCE_END = re.compile(r"[.!?:)`](?=\s|\Z)")


class Call(msgspec.Struct, frozen=True):
    """One call; `arguments`: a JSON object, written as a string."""

    tool: str
    arguments: str


class Step(msgspec.Struct, frozen=True):
    """One message of the assistant: what it says, and calls that need not one another's results."""

    say: str
    calls: tuple[Call, ...]


class Part(msgspec.Struct, frozen=True):
    """One request of the user, the steps that follow, and the answer: empty where it depends on the results."""

    request: str
    steps: tuple[Step, ...]
    answer: str


class Scripted(msgspec.Struct, frozen=True):
    """One example; `brief` is the number of the brief that it follows."""

    brief: int
    parts: tuple[Part, ...]


class Scripts(msgspec.Struct, frozen=True):
    """What an author answers."""

    examples: tuple[Scripted, ...]


def without_cut(scripts: Scripts) -> Scripts | None:
    """What is whole of an answer that was cut off: the last example may lack its end.

    An answer that was cut loses its last, begun sentence; of an example cut before its answer nothing is kept.
    """
    kept = list(scripts.examples)
    if not kept:
        return None
    last = kept.pop()
    part = last.parts[-1] if last.parts else None
    if part is not None and part.answer:
        whole = msgspec.structs.replace(part, answer=_whole_sentences(part.answer))
        kept.append(msgspec.structs.replace(last, parts=(*last.parts[:-1], whole)))
    return Scripts(tuple(kept)) if kept else None


def _whole_sentences(text: str) -> str:
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    cut = text[: ends[-1]] if ends else ""
    return cut if cut.count("`") % 2 == 0 else ""


def messages_of(scripted: Scripted, system: str) -> list[Message]:
    """The conversation without results. Steps without calls say nothing that could stand in a row, and are left out."""
    messages = [Message("system", system)]
    for part in scripted.parts:
        messages.append(Message("user", part.request.strip()))
        for step in part.steps:
            if step.calls:
                calls = tuple(_call(one) for one in step.calls)
                messages.append(Message("assistant", step.say.strip(), tool_calls=calls))
        if part.answer.strip():
            messages.append(Message("assistant", part.answer.strip()))
    return messages


def _call(call: Call) -> ToolCall:
    return ToolCall("call_0", Function(call.tool, _compact(call.arguments)))


def _compact(arguments: str) -> str:
    """The arguments as our rows write them; left as they are where they are no JSON, for the checks to say so."""
    try:
        return json.dumps(json.loads(arguments), ensure_ascii=False)
    except (ValueError, RecursionError):
        return arguments


def with_answers(messages: Sequence[Message], answers: Sequence[str]) -> list[Message]:
    """A played conversation with its closing answers replaced, one for each request of the user."""
    given = iter(answers)
    rounds = list(_rounds(messages))
    said: list[Message] = list(rounds[0])
    for one in rounds[1:]:
        played = one[:-1] if one[-1].role == "assistant" and not one[-1].tool_calls else one
        said += [*played, Message("assistant", next(given, "").strip())]
    return [message for message in said if message.content or message.tool_calls]


def _rounds(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """What stands before the first request, then each request with what follows it."""
    current: list[Message] = []
    for message in messages:
        if message.role == "user":
            yield current
            current = []
        current.append(message)
    yield current


def scripted_of(example: Example, number: int) -> Scripted:
    """A row in the form that an author writes."""
    rounds = list(_rounds(example.messages))[1:]
    return Scripted(number, tuple(_part(one) for one in rounds))


def _part(messages: Sequence[Message]) -> Part:
    steps = tuple(
        Step(one.content, tuple(Call(c.name, c.function.arguments) for c in one.tool_calls))
        for one in messages
        if one.tool_calls
    )
    last = messages[-1]
    answer = last.content if last.role == "assistant" and not last.tool_calls else ""
    return Part(messages[0].content, steps, answer)
