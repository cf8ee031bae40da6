"""Requests and tokens a minute: what a provider's contract allows, as two buckets that fill at the rate.

How many requests may be under way at once is admission.py. Tokens are taken by estimate, and the difference to what the
provider counted is settled afterwards. A request larger than the bucket passes once it is full, and leaves a debt.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

BURST = 0.1
"""The bucket holds this share of a minute's quota: so much may go at once after a pause."""


@dataclass(slots=True)
class Bucket:
    """`level` may be below 0, after something larger than the bucket or more than its estimate."""

    per_minute: float
    minute_s: float
    level: float = field(init=False)
    filled_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.level = self.size
        self.filled_at = time.monotonic()

    @property
    def size(self) -> float:
        return max(1.0, self.per_minute * BURST)

    def wait_s(self, amount: float) -> float:
        """How long until so much is there; 0 if it is."""
        now = time.monotonic()
        rate = self.per_minute / self.minute_s
        self.level = min(self.size, self.level + (now - self.filled_at) * rate)
        self.filled_at = now
        missing = min(amount, self.size) - self.level
        return missing / rate if missing > 1e-9 else 0.0


class Pace:
    """The two buckets of one model. None = no bound. Who came first is served first."""

    def __init__(
        self, requests: int | None = None, tokens: int | None = None, *, minute_s: float = 60.0
    ) -> None:
        self._requests = Bucket(requests, minute_s) if requests else None
        self._tokens = Bucket(tokens, minute_s) if tokens else None
        self._turn = asyncio.Lock()

    async def take(self, tokens: int) -> None:
        """Wait until a request of so many tokens may be sent, and take them. Cancelled while waiting: nothing is taken."""
        if self._requests is None and self._tokens is None:
            return
        async with self._turn:
            while (wait_s := self._wait_s(tokens)) > 0:  # noqa: ASYNC110 - only time fills a bucket
                await asyncio.sleep(wait_s)
            if self._requests is not None:
                self._requests.level -= 1
            if self._tokens is not None:
                self._tokens.level -= tokens

    def settle(self, estimated: int, counted: int) -> None:
        """Correct what was taken by what the provider counted; 0 for a request that was not worked on."""
        if self._tokens is not None:
            self._tokens.level += estimated - counted

    def _wait_s(self, tokens: int) -> float:
        by_requests = self._requests.wait_s(1) if self._requests is not None else 0.0
        by_tokens = self._tokens.wait_s(tokens) if self._tokens is not None else 0.0
        return max(by_requests, by_tokens)
