"""How many requests may be under way at one model, found out by asking: few at first, more while that helps.

A provider says that it is too much (429, 529): the limit is cut, once for a burst, and everybody waits. A local server
never says so and only answers later; there latency.py compares. Never more than the user's `concurrency`, never less than
one. Waiting is first come, first served. Requests a minute are pace.py, trying again is retrying.py.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque

from builder.gateway.latency import Comparison, Verdict
from builder.gateway.own_share import OwnShare, Share
from builder.gateway.retrying import PUSHED_BACK, jittered_pause_s
from builder.providers.completion import ProviderError, ProviderErrorKind, Usage

FIRST_LIMIT = 16
SUCCESSES_TO_GROW = 25
CUT = 0.75
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 60.0


class Slot:
    """The right to have one request under way. Given back exactly once; giving it back again does nothing."""

    __slots__ = ("_admission", "began_at", "number")

    def __init__(self, admission: Admission, number: int) -> None:
        self._admission: Admission | None = admission
        self.number = number
        self.began_at = time.monotonic()

    def answered(self, usage: Usage) -> None:
        """An answer came."""
        if (admission := self._leave()) is not None:
            admission.succeed(self, usage)

    def failed(self, error: ProviderError) -> None:
        """The provider, or the way to it, refused."""
        if (admission := self._leave()) is not None:
            admission.push_back(self, error)

    def give_back(self) -> None:
        """Nothing can be told from how it ended."""
        if (admission := self._leave()) is not None:
            admission.leave()

    def _leave(self) -> Admission | None:
        admission, self._admission = self._admission, None
        return admission


class Admission:
    """One model's. `limit`: how many may be under way; `cuts`: how often it was cut; `last_success_at`: monotonic."""

    def __init__(
        self,
        concurrency: int,
        dice: random.Random | None = None,
        own_share: Share | None = None,
    ) -> None:
        self.limit = min(FIRST_LIMIT, concurrency)
        self.under_way = 0
        self.cuts = 0
        self.last_success_at = float("-inf")
        self._ceiling = concurrency
        self._dice = dice or random.Random()
        self._is_starting = True
        self._shrinking = CUT
        self._successes = 0
        self._comparison = Comparison()
        self._sent = 0
        self._settled_from = 0
        self._cut_at = 0  # requests up to this number were sent before the last cut
        self._pushes = 0  # since the last success
        self._open_at = 0.0
        self._own_share = own_share or OwnShare()
        self._waiting: deque[asyncio.Future[Slot]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def enter(self) -> Slot:
        """Wait for a slot. Cancelled while waiting: none is taken."""
        if not self._waiting and self._is_open():
            return self._new_slot()
        future: asyncio.Future[Slot] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self._serve()
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                future.result().give_back()
            self._forget(future)
            raise

    def leave(self) -> None:
        """A slot is free again."""
        self.under_way -= 1
        self._serve()

    def succeed(self, slot: Slot, usage: Usage) -> None:
        """An answer: reason to grow, where the limit is what others wait for."""
        self.last_success_at = time.monotonic()
        self._pushes = 0
        if self.under_way >= self.limit and slot.number > self._settled_from:
            self._successes += 1
            self._comparison.add(usage, self.last_success_at - slot.began_at)
            if self._successes >= self._window:
                self._decide()
        self.leave()

    def push_back(self, slot: Slot, error: ProviderError) -> None:
        """Too much, by the provider or because it no longer answers in time: cut, unless a cut was made since."""
        too_much = error.kind in PUSHED_BACK
        is_first_of_burst = slot.number > self._cut_at
        if is_first_of_burst and (too_much or error.kind is ProviderErrorKind.TIMEOUT):
            self._cut()
        if too_much and (is_first_of_burst or error.retry_after_s is not None):
            self._pause(error.retry_after_s)
        self.leave()

    @property
    def settled(self) -> int:
        """The limit that was last found worth it; `limit` itself may be a trial."""
        before = self._comparison.before
        return self.limit if before is None else before.limit

    @property
    def _window(self) -> int:
        return self.limit if self._is_starting else max(SUCCESSES_TO_GROW, self.limit)

    def _decide(self) -> None:
        """After a window of successes: a larger limit, a smaller one, or the one before."""
        self._successes = 0
        if self._own_share.is_busy():
            # This side kept the server waiting: its latency tells nothing, and a larger limit does no harm.
            self._comparison = Comparison()
            verdict, before = Verdict.GROW, None
        else:
            verdict, before = self._comparison.judge(self.limit), self._comparison.before
        self._is_starting = self._is_starting and verdict in {Verdict.GROW, Verdict.STAY}
        if verdict is Verdict.BACK and before is not None:
            # What doubled too far goes down in halves first.
            self._shrinking = 0.5 if self.limit >= 2 * before.limit else CUT
            self._set_limit(before.limit)
        elif verdict is Verdict.SHRINK and self.limit > 1:
            self._set_limit(max(1, int(self.limit * self._shrinking)))
        elif verdict is Verdict.GROW and self.limit < self._ceiling:
            larger = self.limit * 2 if self._is_starting else self.limit + 1
            self._set_limit(min(self._ceiling, larger))

    def _cut(self) -> None:
        self.cuts += 1
        self._pushes += 1
        self._cut_at = self._sent
        self._is_starting = False
        self._comparison = Comparison(is_warm=True)
        self._set_limit(max(1, int(self.limit * CUT)))

    def _set_limit(self, limit: int) -> None:
        self.limit = limit
        self._successes = 0
        # Those that fill the new room at once do not yet wait as long as all will: they do not count.
        self._settled_from = self._sent + max(0, limit - self.under_way)

    def _pause(self, retry_after_s: float | None) -> None:
        if retry_after_s is None:
            retry_after_s = jittered_pause_s(
                self._pushes, self._dice, FIRST_PAUSE_S, LONGEST_PAUSE_S
            )
        self._open_at = max(self._open_at, time.monotonic() + retry_after_s)

    def _is_open(self) -> bool:
        return self.under_way < self.limit and time.monotonic() >= self._open_at

    def _new_slot(self) -> Slot:
        self.under_way += 1
        self._sent += 1
        return Slot(self, self._sent)

    def _serve(self) -> None:
        while self._waiting and self._is_open():
            future = self._waiting.popleft()
            if not future.done():  # not cancelled
                future.set_result(self._new_slot())
        if self._waiting and self.under_way < self.limit and self._timer is None:
            wait_s = max(0.0, self._open_at - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(wait_s, self._reopen)

    def _forget(self, future: asyncio.Future[Slot]) -> None:
        """Nobody waits for it any more; a timer must not outlive the loop with the last of them."""
        if future in self._waiting:
            self._waiting.remove(future)
        if not self._waiting and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _reopen(self) -> None:
        self._timer = None
        self._serve()
