"""What all requests to one model share: admission, pace, what its tokens weigh, and which requests are being asked.

A run's gateways (writer, judge, user models) get the same `Lanes`: those that ask the same model at the same address share
its lane.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

from builder.config import Limits
from builder.gateway.admission import Admission
from builder.gateway.estimate import Density
from builder.gateway.pace import Pace
from builder.gateway.store import Source
from builder.providers.completion import Completion


@dataclass(slots=True)
class Lane:
    """One model at one address. `asked`: by key, what whoever asks the same has to wait for; `batching`: one at a time."""

    admission: Admission
    pace: Pace
    density: Density = field(default_factory=Density)
    asked: dict[bytes, asyncio.Future[Completion | None]] = field(default_factory=dict)
    batching: asyncio.Lock = field(default_factory=asyncio.Lock)


class Lanes:
    """One run's. `dice`: for the pauses before another try; `minute_s`: shorter in tests."""

    def __init__(
        self, limits: Limits, *, dice: random.Random | None = None, minute_s: float = 60.0
    ) -> None:
        self.dice = dice or random.Random()
        self._limits, self._minute_s = limits, minute_s
        self._lanes: dict[Source, Lane] = {}

    def of(self, source: Source) -> Lane:
        """The lane of a model."""
        if source not in self._lanes:
            limits = self._limits
            pace = Pace(
                limits.requests_per_minute, limits.tokens_per_minute, minute_s=self._minute_s
            )
            self._lanes[source] = Lane(Admission(limits.concurrency, self.dice), pace)
        return self._lanes[source]
