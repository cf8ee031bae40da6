"""Whether letting more requests in made a server do more, or only made everybody wait longer.

By Little's law throughput = requests under way / latency. A growth by 100 % that lengthens latency by 100 % brought
nothing. Latency is taken per unit of work, which is mostly tokens written: a long answer takes long on an idle server, too,
and requests a second would rise when answers happen to become shorter. So what is compared is tokens a second for each slot,
over windows whose requests all began when the limit that is judged was used in full. A growth that is taken back is followed by a look
downwards, then by a pause. Noise is kept out by judging only steps of a quarter or more; a wrong verdict costs a while, not
the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from builder.providers.completion import Usage

USELESS_SHARE = 0.8
"""A growth is taken back when so much of it went into latency; a smaller limit stays when so much of it came out."""
LEAST_GROWTH = 1.25
FIRST_HOLD = 4
LONGEST_HOLD = 64
"""Windows without a trial after one that was taken back; doubled each time."""

_PROMPT_SHARE = 1 / 16
"""Reading a token costs a server about so much of writing one."""
_WORK_OF_A_REQUEST = 1.0
"""What remains where a server does not tell tokens: then requests a second are compared."""


class Verdict(Enum):
    """What to do after a window. BACK: to the limit of `before`."""

    GROW = auto()
    SHRINK = auto()
    STAY = auto()
    BACK = auto()


class Level(NamedTuple):
    """A limit, and how fast each slot worked under it."""

    limit: int
    work_per_slot_s: float


@dataclass(slots=True)
class Comparison:
    """`before`: the level that the next one has to be better than; None until there was a window.

    `is_warm`: whether connections are open and the model is loaded; the first window of all is not compared with.
    """

    is_warm: bool = False
    before: Level | None = None
    _work: float = 0.0
    _slot_s: float = 0.0
    _hold: int = 0
    _next_hold: int = FIRST_HOLD
    _is_flooded: bool = False

    def add(self, usage: Usage, latency_s: float) -> None:
        """An answer, and how long it took."""
        read = (usage.prompt - usage.cached) * _PROMPT_SHARE
        self._work += usage.completion + read + _WORK_OF_A_REQUEST
        self._slot_s += latency_s

    def judge(self, limit: int) -> Verdict:
        """The end of a window under this limit."""
        level = Level(limit, self._work / max(self._slot_s, 1e-9))
        self._work = self._slot_s = 0.0
        if not self.is_warm:
            self.is_warm = True
            return Verdict.STAY
        if self.before is None or limit == self.before.limit:
            self.before = level
            return self._try()
        if limit > self.before.limit:
            return self._after_growth(self.before, level)
        return self._after_shrinking(self.before, level)

    def _try(self) -> Verdict:
        """What to try from a level that was just measured."""
        if self._hold:
            self._hold -= 1
            return Verdict.STAY
        return Verdict.SHRINK if self._is_flooded else Verdict.GROW

    def _after_growth(self, before: Level, level: Level) -> Verdict:
        if level.limit / before.limit < LEAST_GROWTH:
            return Verdict.GROW  # too little to tell
        if _share_in_latency(before, level) >= USELESS_SHARE:
            # The level before may be too high as well: what was measured while connections were opened is not exact.
            self._is_flooded = True
            return Verdict.BACK
        self.before, self._next_hold = level, FIRST_HOLD
        return Verdict.GROW

    def _after_shrinking(self, before: Level, level: Level) -> Verdict:
        if _share_in_latency(level, before) >= USELESS_SHARE:
            self.before, self._next_hold = level, FIRST_HOLD
            return Verdict.SHRINK
        self._is_flooded = False
        self._hold, self._next_hold = self._next_hold, min(LONGEST_HOLD, 2 * self._next_hold)
        return Verdict.BACK


def _share_in_latency(low: Level, high: Level) -> float:
    """How much of the step from one limit to a higher one lengthens latency: 0 = nothing, 1 = all of it."""
    lengthening = low.work_per_slot_s / max(high.work_per_slot_s, 1e-9)
    return (lengthening - 1) / (high.limit / low.limit - 1)
