"""Which fault a request meets. What a fault does to an answer is for `breaking`, to a connection for `server`."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import accumulate


@dataclass(frozen=True)
class Faults:
    """The share of requests, 0 to 1, that meets each kind; a request meets one at most, drawn by its own number.

    `script`: the faults of requests 0, 1, 2… in order ("" = none) and none after the last, instead of shares.
    `slow_s`: what "slow" adds.
    """

    rate_limited: float = 0
    rate_limited_for: float = 0
    server_error: float = 0
    overloaded: float = 0
    slow: float = 0
    cut_off: float = 0
    truncated: float = 0
    dropped: float = 0
    malformed: float = 0
    wrong_schema: float = 0
    empty: float = 0
    refused: float = 0
    invented_tool: float = 0
    duplicate_ids: float = 0
    huge: float = 0
    reset: float = 0
    bad_key: float = 0
    no_model: float = 0
    too_long: float = 0
    bad_request: float = 0
    seed: int = 0
    script: tuple[str, ...] = ()
    slow_s: float = 1.0

    def __post_init__(self) -> None:
        unknown = sorted(set(self.script) - {*KINDS, ""})
        if unknown:
            raise ValueError(f"unknown faults in the script: {unknown}; there are {list(KINDS)}")
        shares = [share for share, _ in self._shares]
        if min(shares, default=0) < 0 or sum(shares) > 1 + 1e-9:
            raise ValueError(f"shares of faults must be 0 or more and sum up to 1 at most: {self}")

    @property
    def _shares(self) -> list[tuple[float, str]]:
        return [(getattr(self, kind), kind) for kind in KINDS if getattr(self, kind)]

    @cached_property
    def _steps(self) -> list[tuple[float, str]]:
        shares = self._shares
        return list(
            zip(accumulate(share for share, _ in shares), (kind for _, kind in shares), strict=True)
        )

    def of(self, number: int) -> str:
        """The fault of a request; "" for none."""
        if self.script:
            return self.script[number] if number < len(self.script) else ""
        if not self._steps:
            return ""
        drawn = self.dice(number).random()
        return next((kind for step, kind in self._steps if drawn < step), "")

    def dice(self, number: int) -> random.Random:
        """A source of chance for one request, the same in every run."""
        return random.Random(self.seed * 1_000_003 + number)


KINDS = tuple(
    field.name for field in fields(Faults) if field.name not in {"seed", "script", "slow_s"}
)
