"""Whether a request that failed is tried again, and when.

A server's fault, a broken connection or a timeout: after a growing pause, a few times; fewer where nobody has had an answer
yet, for then nobody may be there. A rate limit or an overload: for as long as others get through, and a quarter of an hour
longer; the pause is admission.py's, the same for everybody. Anything else fails at once: the same request would fail again.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from builder.providers.completion import PASSING, ProviderError, ProviderErrorKind

MOST_TRIES = 8
FIRST_TRIES = 3
"""Of a connection or a timeout before anybody has had an answer: told within seconds, or after three timeouts in a row."""
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
PATIENCE_S = 15 * 60.0
"""So long nobody may have had an answer, until a rate limit is taken for a refusal."""

PUSHED_BACK = frozenset({ProviderErrorKind.RATE_LIMIT, ProviderErrorKind.OVERLOADED})
_NOBODY_THERE = frozenset({ProviderErrorKind.CONNECTION, ProviderErrorKind.TIMEOUT})


def is_tried_again(
    error: ProviderError, failures: int, last_success_at: float, cuts: int = 0
) -> bool:
    """Whether a request that failed so often is tried once more. `last_success_at`: minus infinity for never.

    `cuts`: how often the limit of requests under way was cut: once for each burst of timeouts, whoever they met.
    """
    if error.kind in _NOBODY_THERE and last_success_at == float("-inf"):
        in_a_row = cuts if error.kind is ProviderErrorKind.TIMEOUT else 0
        return max(failures, in_a_row) < FIRST_TRIES
    return error.kind in PASSING and failures < MOST_TRIES


def jittered_pause_s(
    failures: int,
    dice: random.Random,
    first_s: float,
    longest_s: float,
) -> float:
    """Exponential backoff with full jitter: after the n-th failure anything from 0 to first · 2^(n-1)."""
    return dice.uniform(0, min(longest_s, first_s * 2 ** min(failures - 1, 30)))


@dataclass(slots=True)
class Patience:
    """The failures of one request so far."""

    dice: random.Random
    patience_s: float = PATIENCE_S
    failures: int = 0
    pushed_back_at: float | None = None

    def pause_s(self, error: ProviderError, last_success_at: float, cuts: int = 0) -> float:
        """How long to wait before the next try. Raises the error itself where there is to be none.

        `last_success_at`: when anybody last had an answer from there, on the monotonic clock; minus infinity for never.
        `cuts`: see `is_tried_again`.
        """
        if error.kind in PUSHED_BACK:
            self._bear(error, last_success_at)
            return 0.0
        self.failures += 1
        if not is_tried_again(error, self.failures, last_success_at, cuts):
            raise error
        wanted_s = error.retry_after_s or 0.0
        if wanted_s > self.patience_s:
            raise error
        return max(
            wanted_s, jittered_pause_s(self.failures, self.dice, FIRST_PAUSE_S, LONGEST_PAUSE_S)
        )

    def _bear(self, error: ProviderError, last_success_at: float) -> None:
        now = time.monotonic()
        if self.pushed_back_at is None:
            self.pushed_back_at = now
        since = max(self.pushed_back_at, last_success_at)
        if now - since + (error.retry_after_s or 0.0) > self.patience_s:
            raise error
