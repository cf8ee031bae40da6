"""Single requests gathered for a provider's batch API: handed in together once nothing else can go on without them.

Strategies do not notice, but for the hours that it takes. Requests of a conversation that goes on turn by turn are not
gathered: each would wait for a batch of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from builder.gateway.batches import Progress, prefetch
from builder.gateway.gateway import Gateway, Request

SINGLE_SHOT = frozenset({"author", "answer", "request", "rewrite", "judge", "ideas"})
"""Stages whose requests may be answered hours later."""
_QUIET_S = 0.2
"""So long nothing may have happened before a batch is handed in."""


class _Waiting(NamedTuple):
    gateway: Gateway
    request: Request
    told: asyncio.Future[None]


class Batcher:
    """Gathers until all that is under way waits for it. One event loop."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress
        self._waiting: list[_Waiting] = []
        self._busy = 0
        self._timer: asyncio.TimerHandle | None = None
        self._handing_in: asyncio.Task[None] | None = None

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Something is being done that may ask for more."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1
            self._look()

    async def answered(self, gateway: Gateway, request: Request) -> None:
        """Return once the store has the answer, or it is known that a batch gives none: then it is asked for alone."""
        if gateway.kept(request) is not None:
            return
        told = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(gateway, request, told))
        self._look()
        await told

    def _look(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting and not self._busy and self._handing_in is None:
            self._timer = asyncio.get_running_loop().call_later(_QUIET_S, self._hand_in)

    def _hand_in(self) -> None:
        self._timer = None
        taken, self._waiting = self._waiting, []
        self._handing_in = asyncio.create_task(self._prefetch(taken))

    async def _prefetch(self, taken: list[_Waiting]) -> None:
        try:
            for gateway in dict.fromkeys(one.gateway for one in taken):
                requests = [one.request for one in taken if one.gateway is gateway]
                await prefetch(gateway, requests, progress=self._progress)
        except Exception as error:  # noqa: BLE001 - whoever waits is told, and raises it
            for one in taken:
                if not one.told.done():
                    one.told.set_exception(error)
        else:
            for one in taken:
                if not one.told.done():
                    one.told.set_result(None)
        finally:
            self._handing_in = None
            self._look()
