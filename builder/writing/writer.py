"""Wants → rows, written by models: gives every want to a strategy, and strategies what they work with.

Many conversations are under way at once; the gateway decides how many requests are. What a model said is kept by the
gateway's store, so that a run that was killed goes through the same steps again and pays for none of them twice.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

from builder.config import RunConfig
from builder.failures import Failures
from builder.gateway.purse import BudgetReachedError
from builder.gateway.store import Store
from builder.planning import Want
from builder.pool import Pool
from builder.providers.completion import ProviderError, ProviderErrorKind
from builder.strategies.brief import Brief
from builder.strategies.desk import Written
from builder.strategies.ideas import Idea, ideas_for, with_idea
from builder.strategies.judge import judged
from builder.strategies.registry import find_strategy
from builder.workers import Workers
from builder.workspaces.catalog import Workspace
from builder.writing.desk import LiveDesk
from builder.writing.jobs import Job, briefs_of, grouped, jobs_of

_JOBS_A_REQUEST = 2
"""So many conversations are under way for each request that may be, since some are being played."""
_OWN_FAULT = frozenset(
    {
        ProviderErrorKind.REFUSED,
        ProviderErrorKind.CONTEXT_TOO_LONG,
        ProviderErrorKind.BAD_REQUEST,
    }
)
"""Kinds that speak of one request; all others would meet the next one too, and end the run."""
_MOST_BAD_REQUESTS = 3
"""So many bad requests in a row and none that was answered: it is not the request that is bad."""


class Session(NamedTuple):
    """What came of the wants: a result for each that was tried; `stopped`: why the others were not."""

    written: dict[int, Written]
    stopped: str = ""


class Writer:
    """Writes the batches of one run. Close it when done."""

    def __init__(
        self,
        config: RunConfig,
        store: Store,
        pool: Pool,
        workspaces: Sequence[Workspace],
        workers: Workers,
    ) -> None:
        assert config.writing is not None
        self._config = config
        self._writing = config.writing
        self._pool = pool
        self._workspaces = workspaces
        self._runner = asyncio.Runner(loop_factory=_new_loop)
        # Connecting loads an SDK, which takes a while: now, while workers start.
        self._desk = self._runner.run(self._connected(store, workers))

    async def _connected(self, store: Store, workers: Workers) -> LiveDesk:
        return LiveDesk(self._config, store, self._pool, self._workspaces, workers)

    def close(self) -> None:
        """Close connections and the event loop."""
        self._runner.run(self._desk.close())
        self._runner.close()

    def write(
        self,
        wants: Sequence[Want],
        failures: Failures | None,
        on_written: Callable[[int], None],
        on_ideas: Callable[[Sequence[Idea]], None],
    ) -> Session:
        """Write a batch. `on_written` is called with the number of wants that are settled.

        Raises ProviderError where no request can be answered: what was answered is kept.
        """
        self._desk.evaluated = failures.scenarios if failures else frozenset()
        return self._runner.run(
            self._write(briefs_of(wants, self._pool, failures), on_written, on_ideas)
        )

    async def _write(
        self,
        briefs: Sequence[Brief],
        on_written: Callable[[int], None],
        on_ideas: Callable[[Sequence[Idea]], None],
    ) -> Session:
        if self._writing.ideas:
            try:
                briefs = await self._with_ideas(briefs, self._desk, on_ideas)
            except BudgetReachedError as error:
                return Session({}, str(error))
        batch = _Batch(self._desk, on_written)
        await batch.through(
            jobs_of(briefs, self._writing, self._workspaces), self._config.limits.concurrency
        )
        return Session(batch.written, batch.stopped)

    async def _with_ideas(
        self, briefs: Sequence[Brief], desk: LiveDesk, on_ideas: Callable[[Sequence[Idea]], None]
    ) -> list[Brief]:
        """Every brief with an idea of its own, as far as there are any."""
        groups = grouped(briefs, lambda one: (one.gap, one.scene.toolset, one.scene.workspace))
        asked = (ideas_for(group[0].gap, group, desk) for group in groups)
        # All are waited for, so that what was answered is kept although one of them fails.
        answers = await asyncio.gather(*asked, return_exceptions=True)
        found: list[Brief] = []
        for group, ideas in zip(groups, answers, strict=True):
            if isinstance(ideas, BaseException):
                raise ideas
            on_ideas(ideas)
            pairs = itertools.zip_longest(group, ideas)
            found += [with_idea(brief, idea) if idea else brief for brief, idea in pairs]
        return found


def _new_loop() -> asyncio.AbstractEventLoop:
    """The loop of uvloop where that is installed: a request costs a quarter less with it."""
    try:
        import uvloop  # noqa: PLC0415 - there is none for Windows
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


class _Batch:
    """Carries out the jobs of one batch and keeps what they give."""

    def __init__(self, desk: LiveDesk, on_written: Callable[[int], None]) -> None:
        self.written: dict[int, Written] = {}
        self.stopped = ""
        self._desk = desk
        self._on_written = on_written
        self._bad_requests = 0

    async def through(self, jobs: Sequence[Job], concurrency: int) -> None:
        """So many at once that the gateway never waits for one."""
        waiting = iter(jobs)

        async def work() -> None:
            for job in waiting:
                if self.stopped:
                    return
                await self._do(job)

        # In a batch everything is asked before anything is answered.
        most = len(jobs) if self._desk.is_batching else _JOBS_A_REQUEST * concurrency
        count = min(len(jobs), most)
        working = [asyncio.create_task(work()) for _ in range(count)]
        try:
            await asyncio.gather(*working)
        finally:
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)

    async def _do(self, job: Job) -> None:
        try:
            rows = await find_strategy(job.strategy).write(job.briefs, self._desk)
            found = await asyncio.gather(*(judged(row, self._desk) for row in rows))
        except BudgetReachedError as error:
            self.stopped = str(error)
            return
        except ProviderError as error:
            found = [self._rejected(error) for _ in job.briefs]
        else:
            self._bad_requests = 0
        self.written |= {one.number: row for one, row in zip(job.briefs, found, strict=True)}
        self._on_written(len(self.written))

    def _rejected(self, error: ProviderError) -> Written:
        """A request that could not be answered for what it asked; anything else ends the run."""
        self._bad_requests += error.kind is ProviderErrorKind.BAD_REQUEST
        if error.kind not in _OWN_FAULT or self._bad_requests >= _MOST_BAD_REQUESTS:
            raise error
        return Written(check=error.kind.value.replace(" ", "_"), problem=str(error))
