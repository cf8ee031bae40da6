"""How much a run may spend, and how many requests it may send, in all its sittings together.

Before a request is sent, its dearest outcome is set aside; what it really cost is taken once the answer is there. So the
budget is kept with any number of requests under way, as long as estimate.py does not underestimate a prompt. What earlier
sittings spent is read from store.py. What tokens cost is prices.py.
"""

from __future__ import annotations

import asyncio
from collections import deque

from builder.config import Limits
from builder.errors import BuilderError
from builder.gateway.store import Store

_CENT = 1e-9
"""Sums of many small amounts are not exact; a budget is not refused for less than this."""


class BudgetReachedError(BuilderError):
    """The next request could cost more than is left, or is one more than may be sent."""


class Reservation:
    """Money set aside for one attempt. Ended exactly once, by `settle`; ending it again does nothing."""

    __slots__ = ("_purse", "is_sent", "most_usd")

    def __init__(self, purse: Purse, most_usd: float) -> None:
        self._purse: Purse | None = purse
        self.most_usd = most_usd
        self.is_sent = False

    def sent(self) -> None:
        """The attempt has begun: it counts, however it ends."""
        self.is_sent = True

    def settle(self, usd: float | None) -> None:
        """Give back what was set aside and take what it cost; 0 for an attempt that brought no answer."""
        purse, self._purse = self._purse, None
        if purse is not None:
            purse.take(self, usd or 0.0)


class Purse:
    """One run's. `spent_usd`, `sent`: so far. Those who have to wait are served in the order in which they came."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self.spent_usd, self.sent = store.spent()
        self.reserved_usd = 0.0
        self.under_way = 0
        self._limits = limits
        self._waiting: deque[tuple[float, asyncio.Future[Reservation]]] = deque()

    @property
    def left_usd(self) -> float:
        """What is neither spent nor set aside; infinite without a budget."""
        budget = self._limits.budget_usd
        return float("inf") if budget is None else budget - self.spent_usd - self.reserved_usd

    @property
    def left_requests(self) -> float:
        """How many more attempts may be begun; infinite without a bound."""
        most = self._limits.max_requests
        return float("inf") if most is None else most - self.sent - self.under_way

    async def reserve(self, most_usd: float) -> Reservation:
        """Set money aside, once there is enough. Raises BudgetReachedError where waiting cannot help."""
        if not self._waiting:
            if self._fits(most_usd):
                return self._set_aside(most_usd)
            if not self.under_way:
                raise self._refusal(most_usd)
        future: asyncio.Future[Reservation] = asyncio.get_running_loop().create_future()
        self._waiting.append((most_usd, future))
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                future.result().settle(0)
            self._serve()
            raise

    def reserve_at_once(self, most_usd: float) -> Reservation | None:
        """Set money aside if there is enough now, and nobody waits for it."""
        fits = not self._waiting and self._fits(most_usd)
        return self._set_aside(most_usd) if fits else None

    def hold(self, most_usd: float) -> Reservation:
        """Set money aside, whether there is enough or not: for what an earlier sitting has already asked."""
        return self._set_aside(most_usd)

    def take(self, reservation: Reservation, usd: float) -> None:
        """The end of a reservation; called by itself."""
        self.reserved_usd -= reservation.most_usd
        self.under_way -= 1
        if not self.under_way:
            self.reserved_usd = 0.0
        self.sent += reservation.is_sent
        self.spent_usd += usd
        self._serve()

    def _fits(self, most_usd: float) -> bool:
        return most_usd <= self.left_usd + _CENT and self.left_requests >= 1

    def _set_aside(self, most_usd: float) -> Reservation:
        self.reserved_usd += most_usd
        self.under_way += 1
        return Reservation(self, most_usd)

    def _serve(self) -> None:
        while self._waiting:
            most_usd, future = self._waiting[0]
            if future.done():  # cancelled
                self._waiting.popleft()
            elif self._fits(most_usd):
                self._waiting.popleft()
                future.set_result(self._set_aside(most_usd))
            elif not self.under_way:
                self._waiting.popleft()
                future.set_exception(self._refusal(most_usd))
            else:
                return

    def _refusal(self, most_usd: float) -> BudgetReachedError:
        limits = self._limits
        if self.left_requests < 1:
            return BudgetReachedError(
                f"the run has sent {self.sent} requests, and may send {limits.max_requests}: to go on, give the same"
                f" command with a higher --max-requests; nothing that was answered is asked again"
            )
        needed = self.spent_usd + most_usd
        return BudgetReachedError(
            f"the run has spent ${self.spent_usd:.4f} of its budget of ${limits.budget_usd:.4f}, and the next request"
            f" could cost ${most_usd:.4f}: to go on, give the same command with a budget above ${needed:.4f};"
            f" nothing that was answered is paid for again"
        )
