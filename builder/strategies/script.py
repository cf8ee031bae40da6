"""The form in which an author writes examples: what is asked, said and called, without any result; and how it is read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

import msgspec

from builder.conversation import Example, Function, Message, ToolCall, distinct_names

_SENTENCE_END = re.compile(
    r"(?<!\d)(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)[.!?][)\"'*]*(?=\s+[A-Z`*#(-]|\n)"
)


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


def without_cut(values: object, text: str) -> Scripts | None:
    """What is whole of an answer that was broken or cut off; `values`: what its text was read as.

    Only the last example can lack its end. It is kept where nothing but its last answer does, and that loses the sentence
    that had begun.
    """
    if not isinstance(values, dict) or not isinstance(values.get("examples"), list):
        return None
    *whole, last = map(_with_text_arguments, values["examples"] or [None])
    kept = [msgspec.convert(one, type=Scripted) for one in whole]
    if _ends_in_answer(values, last):
        kept.append(_without_begun_sentence(msgspec.convert(last, type=Scripted), text))
    return Scripts(tuple(kept)) if kept else None


def _with_text_arguments(value: object) -> object:
    """Arguments as a string, where a model wrote the object itself."""
    if isinstance(value, list):
        return [_with_text_arguments(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: json.dumps(one, ensure_ascii=False)
        if key == "arguments" and isinstance(one, dict)
        else _with_text_arguments(one)
        for key, one in value.items()
    }


def _ends_in_answer(values: dict[str, object], example: object) -> bool:
    """Whether the last that was written is the answer of the example's last part, so that all before it is whole."""
    place: object = example
    if list(values)[-1] != "examples":
        return False
    if not isinstance(place, dict) or list(place) != ["brief", "parts"]:
        return False
    parts = place["parts"]
    if not isinstance(parts, list) or not parts or not isinstance(parts[-1], dict):
        return False
    return list(parts[-1])[-1:] == ["answer"] and set(parts[-1]) == set(Part.__struct_fields__)


def _without_begun_sentence(example: Scripted, text: str) -> Scripted:
    last = example.parts[-1]
    if _is_closed(last.answer, text):
        return example
    part = msgspec.structs.replace(last, answer=_whole_sentences(last.answer))
    return msgspec.structs.replace(example, parts=(*example.parts[:-1], part))


def _is_closed(answer: str, text: str) -> bool:
    """Whether the answer stands in the text with both its quotation marks."""
    written = {json.dumps(answer), json.dumps(answer, ensure_ascii=False)}
    return any(re.search(rf'"answer"\s*:\s*{re.escape(one)}', text) for one in written)


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
        parsed = json.loads(arguments, object_pairs_hook=distinct_names)
        written = json.dumps(parsed, ensure_ascii=False, allow_nan=False)
        written.encode()  # ValueError for half of a surrogate pair
    except (ValueError, RecursionError):
        return arguments
    return written


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
