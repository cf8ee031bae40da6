"""Conversations on their way to the workers: those of a few milliseconds go together.

A message to another process costs this one about as much as playing a read costs the other: threads wake up, and take
turns with the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import NamedTuple

from builder.acting import Act
from builder.workers import Checked, Workers

_GATHERED_S = 0.004
_MOST_TOGETHER = 16


class _Waiting(NamedTuple):
    task: Act
    told: asyncio.Future[Checked]


class GatheredStage:
    """Plays conversations in workers, from one event loop."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._waiting: list[_Waiting] = []

    async def act(self, task: Act) -> Checked:
        """Play one, together with those that come at the same time."""
        loop = asyncio.get_running_loop()
        told: asyncio.Future[Checked] = loop.create_future()
        if not self._waiting:
            loop.call_later(_GATHERED_S, self._send)
        self._waiting.append(_Waiting(task, told))
        return await told

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        size = max(1, min(_MOST_TOGETHER, -(-len(waiting) // self._workers.count)))
        for start in range(0, len(waiting), size):
            self._submit(waiting[start : start + size])

    def _submit(self, together: Sequence[_Waiting]) -> None:
        loop = asyncio.get_running_loop()

        def played(future: Future[list[Checked]]) -> None:
            with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
                loop.call_soon_threadsafe(_tell, together, future)

        self._workers.act([one.task for one in together]).add_done_callback(played)


def _tell(together: Sequence[_Waiting], future: Future[list[Checked]]) -> None:
    """Give each its own; whoever no longer waits (Ctrl-C) is passed over."""
    error = None if future.cancelled() else future.exception()
    results = [] if future.cancelled() or error else future.result()
    for place, one in enumerate(together):
        if one.told.done():
            continue
        if results:
            one.told.set_result(results[place])
        elif error is not None:
            one.told.set_exception(error)
        else:
            one.told.cancel()
