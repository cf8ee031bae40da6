"""Structured answers of models, and what is done with those that are none: repaired, asked again, begun anew.

A ladder, cheap to dear: read as JSON of the wanted form, words around it left aside; read what is left of a broken or
cut-off text; one corrective turn that names the error; one fresh start. Where chance may help (a row hangs on it), the
ladder is climbed several times. Then the answer is given up, with the reason.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

import msgspec

from builder.conversation import Message
from builder.prompts import render
from builder.providers.completion import Completion
from builder.strategies.broken_json import read_broken
from builder.strategies.desk import Desk, Role, UnwritableError
from builder.tool_spec import JsonSchema

_T = TypeVar("_T")
_decoder = json.JSONDecoder()
_MAX_CHARACTERS = 200_000
"""Longer answers are refused unread: no example needs them."""
_SHOWN_CHARACTERS = 6_000
"""So much of a wrong answer is shown to the model that is to correct it."""


class Answered(NamedTuple, Generic[_T]):
    """A structured answer; `repaired`: not as the model wrote it at first."""

    value: _T
    repaired: bool


class Form(NamedTuple, Generic[_T]):
    """What an answer is to be.

    `salvage`: given the values that a broken or cut-off text was read as, and that text, what of it is whole; None where
    nothing is.
    """

    type: type[_T]
    salvage: Callable[[object, str], _T | None]


def schema_of(form: type) -> JsonSchema:
    """The JSON Schema of a form, in the strict kind that structured output asks for: closed objects, all keys required."""
    return _schema_of(form)


@functools.cache
def _schema_of(form: Hashable) -> JsonSchema:
    schema = msgspec.json.schema(form)
    inlined = _inlined(schema, schema.get("$defs", {}))
    assert isinstance(inlined, dict)
    inlined.pop("$defs", None)
    return inlined


def _inlined(value: object, definitions: dict[str, object]) -> object:
    if isinstance(value, list):
        return [_inlined(one, definitions) for one in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return _inlined(definitions[str(value["$ref"]).rpartition("/")[2]], definitions)
    found = {
        k: _inlined(v, definitions)
        for k, v in value.items()
        if k not in ("title", "default", "$defs")
    }
    if found.get("type") == "object":
        properties = found.get("properties")
        found["required"] = list(properties) if isinstance(properties, dict) else []
        found["additionalProperties"] = False
    return found


async def ask_for(
    desk: Desk,
    role: Role,
    messages: Sequence[Message],
    form: Form[_T],
    *,
    stage: str,
    sample: int = 0,
    ladders: int = 1,
) -> Answered[_T]:
    """Ask for a structured answer. Raises UnwritableError where none comes, ProviderError, BudgetReachedError.

    `sample`: even numbers tell independent answers to one question apart; the odd one behind it is the fresh start.
    `ladders`: how often the ladder is climbed; each takes the next even number.
    """
    schema = schema_of(form.type)
    text = problem = ""
    count = 0
    for step in _steps(sample, ladders):
        if step.is_corrective and not text.strip():
            continue  # nothing to correct
        asked = _corrective(messages, text, problem) if step.is_corrective else messages
        count += 1
        completion = await desk.ask(role, asked, schema=schema, stage=stage, sample=step.sample)
        if completion.finish == "refused":
            raise UnwritableError("refused", f"the model declined: {completion.text[:200]!r}")
        read = _read(completion, form)
        if read.value is not None:
            return Answered(read.value, repaired=count > 1 or bool(read.problem))
        text, problem = completion.text, read.problem
    raise UnwritableError("unreadable", f"no readable answer in {count} requests: {problem}")


class _Step(NamedTuple):
    """One request of a ladder (the question, a corrective turn, a fresh start): corrective ones show the answer before them."""

    sample: int
    is_corrective: bool


def _steps(sample: int, ladders: int) -> Iterator[_Step]:
    for first in range(sample, sample + 2 * ladders, 2):
        yield from (_Step(first, False), _Step(first, True), _Step(first + 1, False))


def _corrective(messages: Sequence[Message], text: str, problem: str) -> list[Message]:
    shown = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]} …"
    return [
        *messages,
        Message("assistant", shown),
        Message("user", render("correct", problem=problem)),
    ]


class _Read(NamedTuple, Generic[_T]):
    """An answer, and what was wrong with it: one with a problem and a value was repaired."""

    value: _T | None
    problem: str = ""


def _read(completion: Completion, form: Form[_T]) -> _Read[_T]:
    text = completion.text
    if len(text) > _MAX_CHARACTERS:
        return _Read(None, f"the answer has {len(text)} characters")
    if not text.strip():
        return _Read(None, "the answer is empty")
    text = _json_in(text)
    try:
        return _Read(msgspec.json.decode(text, type=form.type))
    except (msgspec.MsgspecError, RecursionError) as error:
        was_cut = completion.finish == "length"
        problem = "the answer was cut off: write less" if was_cut else str(error)
        return _Read(_repaired(text, form), problem)


def _json_in(text: str) -> str:
    """The JSON object of an answer, without a fence or words around it; of one without an end, all from its beginning."""
    begin = max(0, text.find("{"))
    try:
        _, end = _decoder.raw_decode(text, begin)
    except (ValueError, RecursionError):
        return text[begin:]
    return text[begin:end]


def _repaired(text: str, form: Form[_T]) -> _T | None:
    """What is left of a broken text."""
    try:
        value = form.salvage(read_broken(text), text)
        msgspec.json.encode(value)  # ValueError for half of a surrogate pair, which no row can hold
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return value


def nothing(_values: object, _text: str) -> None:
    """For forms of which nothing can be kept once they are broken."""
