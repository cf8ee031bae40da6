"""How busy this thread was: from some share of a core on, latency tells as much of this side as of the server."""

from __future__ import annotations

import time
from typing import Protocol

BUSY_SHARE = 0.6


class Share(Protocol):
    """A share of time that can be begun anew."""

    def restart(self) -> None:
        """Begin here."""
        ...

    def is_busy(self) -> bool:
        """Whether there was little time left since the beginning; begins anew."""
        ...


class OwnShare:
    """The running thread's share of one core."""

    __slots__ = ("_at", "_cpu_s")

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self._at, self._cpu_s = time.monotonic(), time.thread_time()

    def is_busy(self) -> bool:
        at, cpu_s = self._at, self._cpu_s
        self.restart()
        return (self._cpu_s - cpu_s) / max(self._at - at, 1e-9) > BUSY_SHARE
