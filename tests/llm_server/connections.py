"""Connections, slots and time: takes requests off the wire, has them answered, and writes when it is time.

Written to be cheap: a request costs one read, one timer and one write.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections import deque
from collections.abc import Callable

import msgspec

from tests.llm_server import pages
from tests.llm_server.asking import Json
from tests.llm_server.batches import Batches
from tests.llm_server.chats import CHATS, Chats, Turn
from tests.llm_server.errors import error
from tests.llm_server.http_wire import Answer, Request, encode, headers_of, take_request
from tests.llm_server.seen import LlmServer

Heard = Callable[[int, bytes, int], None]
"""Told of each answered request to a model: its number, its body, the status of its answer."""

_NO_BOUND = 1 << 30


class Desk:
    """Takes requests from all connections and hands them on, so many at once as there are slots."""

    def __init__(
        self,
        seen: LlmServer,
        chats: Chats,
        *,
        slots: int | None,
        keys: bool,
        batch_polls: int,
        heard: Heard | None,
    ) -> None:
        self.seen, self.chats, self.keys, self.heard = seen, chats, keys, heard
        self.batches = Batches(self._ask_line, batch_polls)
        self.free = _NO_BOUND if slots is None else slots
        self.waiting: deque[Connection] = deque()
        self.under_way = 0
        self.connections: set[Connection] = set()

    def arrive(self, connection: Connection, request: Request) -> None:
        """Answer at once what is not asked of a model; the rest waits for a slot."""
        if self.keys:
            self.seen.headers.append(headers_of(request.head))
        if not is_chat(request):
            connection.write(self._page(request))
            return
        self.under_way += 1
        self.seen.most_at_once = max(self.seen.most_at_once, self.under_way)
        self.waiting.append(connection)
        self._work()

    def leave(self, connection: Connection, *, has_slot: bool) -> None:
        """A request has been answered, or its client has gone."""
        self.under_way -= 1
        if has_slot:
            self.free += 1
        else:
            self.waiting.remove(connection)
        self._work()

    def answered(self, number: int, body: bytes, status: int) -> None:
        """The whole answer has been handed to the socket."""
        self.seen.answered[number] = time.monotonic()
        if self.heard is not None:
            self.heard(number, body, status)

    def _work(self) -> None:
        while self.free and self.waiting:
            self.free -= 1
            self.waiting.popleft().work()

    def _page(self, request: Request) -> Answer:
        try:
            return pages.answer(request, self.batches)
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            said = (
                f"{request.method} {request.path} cannot be read: {type(wrong).__name__}: {wrong}"
            )
            return error(pages.protocol_of(request), "bad_request", said=said)

    def _ask_line(self, path: str, body: Json) -> Answer:
        turn = self.chats.ask_line(path, body)
        if turn.number is not None:
            self.answered(turn.number, msgspec.json.encode(body), turn.answer.status)
        return turn.answer


def is_chat(request: Request) -> bool:
    """Is it asked of a model?"""
    return request.path in CHATS and request.method == "POST"


class Connection(asyncio.Protocol):
    """One connection: requests are answered one after the other, as HTTP/1.1 asks, whatever else has arrived."""

    transport: asyncio.Transport

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.buffer = bytearray()
        self.request: Request | None = None
        self.timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.desk.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """A client that has gone frees its slot."""
        self.desk.connections.discard(self)
        if self.request is None:
            return
        self.request = None
        if self.timer is not None:
            self.timer.cancel()
        self.desk.leave(self, has_slot=self.timer is not None)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        self._next()

    def _next(self) -> None:
        if self.transport.is_closing():
            return
        while self.request is None and (taken := take_request(self.buffer)) is not None:
            del self.buffer[: taken.size]
            self.request, self.timer = taken.request, None
            self.desk.arrive(self, taken.request)

    def work(self) -> None:
        """A slot is free for the request."""
        assert self.request is not None
        turn = self.desk.chats.ask(self.request.path, self.request.body)
        self.timer = asyncio.get_running_loop().call_later(turn.delay_s, self._finish, turn)

    def _finish(self, turn: Turn) -> None:
        assert self.request is not None
        body = self.request.body
        self.write(turn.answer)
        if turn.number is not None and turn.answer.ending == "whole":
            self.desk.answered(turn.number, body, turn.answer.status)
        self.desk.leave(self, has_slot=True)
        self._next()

    def write(self, answer: Answer) -> None:
        """Answer; the connection takes its next request only now."""
        self.request = None
        if answer.ending == "reset":
            now = struct.pack("ii", 1, 0)
            self.transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, now
            )
            self.transport.abort()
            return
        self.transport.write(encode(answer))
        if answer.ending == "dropped":
            self.transport.close()
