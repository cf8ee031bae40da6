"""What came of a batch: its answers into the store, its costs into the book, the money set aside given back.

When to ask for it is batches.py. A line without an answer costs nothing here and is asked in the ordinary way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from builder.gateway.batch_book import BatchBook, OpenBatch
from builder.gateway.gateway import Gateway
from builder.gateway.prices import BATCH_FACTOR
from builder.gateway.purse import Reservation
from builder.gateway.store import Paid
from builder.providers.batch import BatchAnswer
from builder.providers.completion import ProviderError, ProviderErrorKind


class Waiting(NamedTuple):
    """A batch that is waited for. `held`: the money for each of its entries; empty for another run's batch."""

    batch: OpenBatch
    held: list[Reservation]


class Taken(NamedTuple):
    """How many lines of a batch had an answer, and how many had none."""

    stored: int
    errored: int


def give_back(held: Iterable[Reservation]) -> None:
    """Give back what was set aside; nothing was spent."""
    for each in held:
        each.settle(0.0)


def take_in(
    gateway: Gateway, book: BatchBook, waiting: Waiting, answers: Sequence[BatchAnswer]
) -> Taken:
    """Take in a batch that has ended. Lines that are not of this batch are left alone."""
    stages = {entry.key.hex(): entry.stage for entry in waiting.batch.entries}
    known = {each.line_id: each for each in answers if each.line_id in stages}
    found = (_paid(gateway, each, stages[each.line_id]) for each in known.values())
    paid = {one.key.hex(): one for one in found if one is not None}
    if not book.read_in(waiting.batch, list(paid.values())):
        give_back(waiting.held)
        return Taken(0, 0)
    for line_id, each in known.items():
        if each.was_sent and line_id not in paid:
            gateway.store.failed(gateway.source, stages[line_id], ProviderErrorKind.SERVER)
    _settle(waiting, paid, known)
    return Taken(len(paid), len(stages) - len(paid))


def _settle(waiting: Waiting, paid: Mapping[str, Paid], known: Mapping[str, BatchAnswer]) -> None:
    for entry, held in zip(waiting.batch.entries, waiting.held, strict=False):
        line_id = entry.key.hex()
        if line_id in known and known[line_id].was_sent:
            held.sent()
        held.settle(paid[line_id].usd if line_id in paid else 0.0)


def _paid(gateway: Gateway, answer: BatchAnswer, stage: str) -> Paid | None:
    if answer.body is None:
        return None
    try:
        usage = gateway.provider.parse(answer.body).usage
    except ProviderError:
        return None
    usd = None if gateway.price is None else gateway.price.cost_usd(usage) * BATCH_FACTOR
    return Paid(bytes.fromhex(answer.line_id), stage, answer.body, usage, usd)
