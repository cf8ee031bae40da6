"""What all providers share in reading answers: JSON into structs, thoughts told from text, ids of calls made distinct.

Answers are read with msgspec rather than with the SDKs' own models: several times faster, and an answer of the wrong
form is an error here, where theirs let it through.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from builder.conversation import Arguments, Function, ToolCall
from builder.errors import RowError
from builder.providers.failures import Failures

_OPEN, _CLOSE = "<think>", "</think>"
_MADE_ID_LENGTH = 9
"""Letters and digits: what the strictest server (Mistral's) takes as an id of a call."""

Struct = TypeVar("Struct", bound=msgspec.Struct)


class Thoughtful(msgspec.Struct, frozen=True):
    """A text, and what was thought before it."""

    reasoning: str
    text: str


def read_answer(answer: bytes, decoder: msgspec.json.Decoder[Struct], failures: Failures) -> Struct:
    """The answer's body as a struct. Raises ProviderError (SERVER) where it is cut off or of another form."""
    try:
        return decoder.decode(answer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        problem = str(error)
    raise failures.malformed(problem, answer)


def split_thoughts(text: str) -> Thoughtful:
    """Take off what a model wrote between `<think>` and `</think>` at the beginning of its text.

    Where templates give the opening mark to the model, only the closing one comes back, alone on its line.
    A thought without an end is a cut-off answer: there is no text then.
    """
    if _CLOSE not in text and _OPEN not in text:
        return Thoughtful("", text)
    body = text.lstrip()
    thought, closed, rest = body.removeprefix(_OPEN).partition(_CLOSE)
    is_marked = body.startswith(_OPEN) or (bool(closed) and thought.endswith("\n"))
    if not is_marked:
        return Thoughtful("", text)
    return Thoughtful(thought.strip(), rest.lstrip())


def distinct_calls(calls: Sequence[tuple[str, Function]], answer: bytes) -> tuple[ToolCall, ...]:
    """Calls with their ids, made up from the answer's bytes where one is missing or was given before."""
    made: list[ToolCall] = []
    seen: set[str] = set()
    for index, (given, function) in enumerate(calls):
        call_id = given if given and given not in seen else _made_id(answer, index)
        seen.add(call_id)
        made.append(ToolCall(call_id, function))
    return tuple(made)


def _made_id(answer: bytes, index: int) -> str:
    return hashlib.sha256(b"%d/" % index + answer).hexdigest()[:_MADE_ID_LENGTH]


def argument_text(raw: msgspec.Raw) -> str:
    """Arguments as a JSON text, whether they came as an object or as a text already."""
    text = bytes(raw).decode()
    if text.startswith('"'):
        return msgspec.json.decode(text, type=str)
    return "{}" if text in ("", "null") else text


def sendable_arguments(call: ToolCall) -> Arguments:
    """The arguments of an earlier call as an object: what a model wrote that is none is sent inside of one."""
    try:
        return call.arguments
    except RowError:
        return {"invalid_json": call.function.arguments}
