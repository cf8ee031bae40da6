"""Single-shot requests by the provider's batch API: its answers are in the store before `complete` asks for them.

What the store has is not asked; what is in an open batch, of this sitting or of one that was killed, is waited for and not
handed in again; what the budget does not allow, and lines without an answer, are left to gateway.py. The APIs themselves
are builder/providers/*_batch.py; which batches are open is batch_book.py, taking their answers in batch_answers.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from builder.errors import UsageError
from builder.gateway.batch_answers import Waiting, give_back, take_in
from builder.gateway.batch_book import BatchBook, Entry, OpenBatch
from builder.gateway.gateway import Gateway, Request
from builder.gateway.prices import BATCH_FACTOR
from builder.gateway.purse import Reservation
from builder.gateway.retrying import MOST_TRIES, is_tried_again
from builder.providers.batch import BatchApi, BatchLine, BatchState
from builder.providers.completion import PASSING, Provider, ProviderError, ProviderErrorKind

MOST_LINES = 10_000
MOST_BYTES = 100_000_000
"""Of one batch: what both providers take, with room."""
LONGEST_POLL_S = 60.0

Progress = Callable[[int, int], None]
"""Told how many requests are done, of how many that are in batches."""


@dataclass(slots=True)
class Prefetched:
    """What became of the requests. `left`: not handed in, for want of money; `problems`: batches that ended early."""

    handed_in: int = 0
    stored: int = 0
    errored: int = 0
    left: int = 0
    problems: list[str] = field(default_factory=list)


async def prefetch(
    gateway: Gateway,
    requests: Iterable[Request],
    *,
    first_poll_s: float = 1.0,
    most_lines: int = MOST_LINES,
    progress: Progress | None = None,
) -> Prefetched:
    """Have these answered, and every batch of this model that is still open. Returns when all have ended.

    Raises UsageError where the provider has no batch API, ProviderError where it cannot be reached: what is open then
    stays open, and the next sitting waits for it.
    """
    work = _Work(gateway, batch_api(gateway.provider), Prefetched())
    wanted = {one.key: one for one in requests if not gateway.store.has(one.key)}
    try:
        async with gateway.lane.batching:
            await work.recover()
            for chunk in _chunks(work.affordable(wanted), most_lines):
                await work.hand_in(chunk)
        await work.wait(first_poll_s, progress)
    finally:
        for waiting in work.waiting:
            give_back(waiting.held)
    return work.outcome


def require_batch_api(provider: str) -> None:
    """Raise UsageError for a provider that has none."""
    if provider not in ("openai", "anthropic"):
        raise UsageError(
            f"--batch: the provider {provider!r} has no batch API (openai and anthropic have): leave out --batch"
        )


def batch_api(provider: Provider) -> BatchApi:
    """The provider's batch API. Raises UsageError where it has none."""
    require_batch_api(provider.name)
    client: Any = provider.client  # type: ignore[attr-defined] # both have one
    if provider.name == "openai":
        from builder.providers.openai_batch import OpenAIBatches  # noqa: PLC0415 - loads an SDK

        return OpenAIBatches(client)
    from builder.providers.anthropic_batch import AnthropicBatches  # noqa: PLC0415 - as above

    return AnthropicBatches(client)


@dataclass(slots=True)
class _Work:
    """One call of `prefetch`."""

    gateway: Gateway
    api: BatchApi
    outcome: Prefetched
    waiting: list[Waiting] = field(default_factory=list)

    @property
    def book(self) -> BatchBook:
        return BatchBook(self.gateway.store, self.gateway.source)

    async def recover(self) -> None:
        """Take up the batches that are open. One without an id was handed in just when the run ended, or never was."""
        for batch in self.book.open_batches():
            remote = batch.remote or await self._find(batch)
            if remote is None:
                self.book.drop(batch)
                continue
            known = batch if batch.remote else self.book.handed_in(batch, remote)
            own = batch.run == self.gateway.store.run
            self._wait_for(
                known, [self.gateway.purse.hold(entry.most_usd) for entry in known.entries if own]
            )

    async def _find(self, batch: OpenBatch) -> str | None:
        found = await self.api.find(batch.mark, len(batch.entries), batch.made_s)
        known = {each.remote for each in self.book.open_batches()}
        return None if found in known else found

    def affordable(self, wanted: dict[bytes, Request]) -> list[tuple[Request, Reservation]]:
        """Those that are in no batch yet and that there is money for, with the money."""
        asked = {entry.key for waiting in self.waiting for entry in waiting.batch.entries}
        found = []
        for key, request in wanted.items():
            if key in asked:
                continue
            held = self.gateway.purse.reserve_at_once(self.gateway.most_usd(request) * BATCH_FACTOR)
            if held is None:
                self.outcome.left += 1
            else:
                found.append((request, held))
        return found

    async def hand_in(self, chunk: Sequence[tuple[Request, Reservation]]) -> None:
        """Hand in one batch; its id is on disk before anything else happens."""
        held = [each for _, each in chunk]
        entries = [Entry(request.key, request.stage, each.most_usd) for request, each in chunk]
        lines = [BatchLine(request.key.hex(), request.payload) for request, _ in chunk]
        try:
            batch = await self._submitted(self.book.begin(entries), lines)
        except BaseException:
            give_back(held)
            raise
        self.outcome.handed_in += len(lines)
        self._wait_for(batch, held)

    async def _submitted(self, batch: OpenBatch, lines: Sequence[BatchLine]) -> OpenBatch:
        for tries in range(1, MOST_TRIES + 1):
            try:
                return self.book.handed_in(batch, await self.api.submit(lines, batch.mark))
            except UsageError:
                self.book.drop(batch)
                raise
            except ProviderError as error:
                if error.kind not in PASSING:
                    self.book.drop(batch)
                    raise
                if not is_tried_again(error, tries, self.gateway.lane.admission.last_success_at):
                    raise  # it may have been handed in: the next sitting looks for it
                await asyncio.sleep(error.retry_after_s or min(0.5 * 2**tries, 30))
                if (remote := await self._find(batch)) is not None:
                    return self.book.handed_in(batch, remote)
        raise AssertionError("the loop above returns or raises")

    def _wait_for(self, batch: OpenBatch, held: list[Reservation]) -> None:
        self.waiting.append(Waiting(batch, held))

    async def wait(self, poll_s: float, progress: Progress | None) -> None:
        """Ask until all have ended, less and less often, and take in what came."""
        total = sum(len(waiting.batch.entries) for waiting in self.waiting)
        failures = 0
        while self.waiting:
            await asyncio.sleep(poll_s)
            poll_s = min(LONGEST_POLL_S, 1.5 * poll_s)
            try:
                under_way = await self._poll()
            except ProviderError as error:
                failures += 1
                if error.kind not in PASSING or failures == MOST_TRIES:
                    raise
                continue
            failures = 0
            if progress is not None:
                ended = total - sum(len(waiting.batch.entries) for waiting in self.waiting)
                progress(ended + under_way, total)

    async def _poll(self) -> int:
        """One look at every batch: takes in those that have ended; how many lines of the others are done."""
        done = 0
        for waiting in list(self.waiting):
            assert waiting.batch.remote is not None
            try:
                state = await self.api.state(waiting.batch.remote)
                answers = await self.api.answers(waiting.batch.remote) if state.has_ended else []
            except ProviderError as error:
                if error.kind is not ProviderErrorKind.BAD_REQUEST:
                    raise
                # Deleted, or so old that its answers are: its requests are asked in the ordinary way.
                state, answers = BatchState(True, 0, 0, f"cannot be read: {error}"), []
            if not state.has_ended:
                done += state.done
                continue
            if state.problem:
                self.outcome.problems.append(f"batch {waiting.batch.remote} {state.problem}")
            taken = take_in(self.gateway, self.book, waiting, answers)
            self.outcome.stored += taken.stored
            self.outcome.errored += taken.errored
            self.waiting.remove(waiting)
        return done


def _chunks(
    found: Sequence[tuple[Request, Reservation]], most_lines: int
) -> Iterable[list[tuple[Request, Reservation]]]:
    chunk: list[tuple[Request, Reservation]] = []
    size = 0
    for each in found:
        length = len(msgspec.json.encode(each[0].payload)) + 200
        if chunk and (len(chunk) == most_lines or size + length > MOST_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(each)
        size += length
    if chunk:
        yield chunk
