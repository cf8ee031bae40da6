"""Requests to a model: read, asked of the teacher, spoilt by the fault they meet, written.

Times and connections are `connections`'; what is not asked of a model is `pages`'.
"""

from __future__ import annotations

import random
from typing import NamedTuple, Protocol

import msgspec

from tests.llm_server import anthropic_shape, asking, ollama_shape, openai_shape
from tests.llm_server.asking import Asked, Json, Reply, Teacher, prompt_tokens
from tests.llm_server.breaking import as_objects, call_ids, spoil_answer, spoil_reply
from tests.llm_server.errors import STATUS, error
from tests.llm_server.faults import Faults
from tests.llm_server.http_wire import Answer
from tests.llm_server.seen import LlmServer


class Shape(Protocol):
    """One protocol's way of asking and answering; a module."""

    def read(self, number: int, body: Json) -> Asked:
        """What a body asks; raises ValueError, KeyError or TypeError where it asks nothing."""
        ...

    def write(self, asked: Asked, reply: Reply, call_ids: tuple[str, ...]) -> Json:
        """The body of an answer."""
        ...


class _Chat(NamedTuple):
    protocol: asking.Protocol
    shape: Shape


CHATS = {
    "/v1/chat/completions": _Chat("openai", openai_shape),
    "/v1/messages": _Chat("anthropic", anthropic_shape),
    "/api/chat": _Chat("ollama", ollama_shape),
    "/api/generate": _Chat("ollama", ollama_shape),
}

_AT_ONCE = frozenset(STATUS) - {"server_error"}
_ON_THE_WAY = frozenset({"cut_off", "malformed", "dropped", "reset"})


class Turn(NamedTuple):
    """What a request comes to. `number`: None where it was no request to a model at all."""

    number: int | None
    answer: Answer
    delay_s: float


class Chats:
    """Asks the teacher, and remembers what was asked and which fault it met."""

    def __init__(
        self,
        seen: LlmServer,
        teacher: Teacher,
        faults: Faults,
        *,
        delay_s: float,
        keeps_asked: bool,
    ) -> None:
        self.seen, self.teacher, self.faults, self.delay_s = seen, teacher, faults, delay_s
        self.keeps_asked = keeps_asked
        self.next_number = 0

    def ask(self, path: str, raw: bytes) -> Turn:
        """Answer one request. Most errors come at once, an answer after a delay."""
        chat = CHATS[path]
        try:
            asked = chat.shape.read(self.next_number, msgspec.json.decode(raw))
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            said = f"This is no request to a model: {type(wrong).__name__}: {wrong}"
            return Turn(None, error(chat.protocol, "bad_request", said=said), 0)
        fault = self._meet(asked)
        delay_s = self.delay_s + (self.faults.slow_s if fault == "slow" else 0)
        return Turn(asked.number, self._answer(asked, fault), 0 if fault in _AT_ONCE else delay_s)

    def ask_line(self, path: str, body: Json) -> Turn:
        """Answer one line of a batch: nothing goes wrong on the way, so that such faults are errors of the server."""
        chat = CHATS[path]
        try:
            asked = chat.shape.read(self.next_number, body)
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            said = f"This line is no request to a model: {type(wrong).__name__}: {wrong}"
            return Turn(None, error(chat.protocol, "bad_request", said=said), 0)
        fault = self._meet(asked)
        return Turn(
            asked.number, self._answer(asked, "server_error" if fault in _ON_THE_WAY else fault), 0
        )

    def _meet(self, asked: Asked) -> str:
        self.next_number += 1
        if self.keeps_asked:
            self.seen.asked.append(asked)
        fault = self.faults.of(asked.number)
        if fault:
            self.seen.fault_of[asked.number] = fault
        return fault

    def _answer(self, asked: Asked, fault: str) -> Answer:
        if fault in STATUS or asked.model.startswith("missing"):
            kind = fault if fault in STATUS else "no_model"
            return error(asked.protocol, kind, model=asked.model, tokens=prompt_tokens(asked))
        try:
            reply = self.teacher(asked)
        except Exception as failure:  # noqa: BLE001 - a teacher is a test's code; the test is told at the end
            self.seen.failures.append(failure)
            return error(asked.protocol, "server_error", said=f"The teacher failed: {failure!r}")
        if not fault:
            return _write(asked, reply, "")
        dice = random.Random(f"{self.faults.seed}/{asked.number}")
        return spoil_answer(
            fault, _write(asked, spoil_reply(fault, asked, reply, dice), fault), dice
        )


def _write(asked: Asked, reply: Reply, fault: str) -> Answer:
    if asked.protocol != "openai":
        reply = as_objects(reply)
    ids = call_ids(asked, reply, fault)
    if asked.protocol == "ollama" and ollama_shape.is_streamed(asked.body):
        pieces = ollama_shape.write_pieces(asked, reply, ids)
        return Answer(
            200, msgspec.json.Encoder().encode_lines(list(pieces)), b"application/x-ndjson"
        )
    shape = _SHAPES[asked.protocol]
    return Answer(200, msgspec.json.encode(shape.write(asked, reply, ids)))


_SHAPES = {chat.protocol: chat.shape for chat in CHATS.values()}
