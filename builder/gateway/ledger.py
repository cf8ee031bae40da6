"""What a run asked of which model for what, and what it cost: sums over the rows of store.py, for reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from builder.gateway.store import Store


class LedgerRow(msgspec.Struct, frozen=True):
    """One model at one stage. `requests`: answers that were paid for; `cached_answers`: those that the store gave.

    `retries`: attempts that brought no answer, with `errors` by kind. `usd`: None where an answer's price is unknown.
    """

    model: str
    stage: str
    requests: int = 0
    cached_answers: int = 0
    retries: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    usd: float | None = 0.0
    errors: dict[str, int] = {}


class Ledger(msgspec.Struct, frozen=True):
    """A run's rows, by model and stage, and their sum."""

    rows: tuple[LedgerRow, ...]
    total: LedgerRow


class _Cell(NamedTuple):
    model: str
    stage: str


_ANSWERS = """
select model, stage, count(*), sum(prompt), sum(cached), sum(completion), sum(usd), count(usd)
from requests where run = ? and error is null group by model, stage
"""
_ERRORS = """
select model, stage, error, count(*) from requests where run = ? and error is not null
group by model, stage, error
"""
_HITS = "select model, stage, sum(n) from hits where run = ? group by model, stage"


def read_ledger(store: Store, run: str | None = None) -> Ledger:
    """The ledger of a run; of the store's own where none is named."""
    cells: defaultdict[_Cell, dict[str, object]] = defaultdict(dict)
    of = (run or store.run,)
    for model, stage, count, *sums, usd, priced in store.db.execute(_ANSWERS, of):
        tokens = dict(
            zip(("prompt_tokens", "cached_tokens", "completion_tokens"), sums, strict=True)
        )
        known = usd if priced == count else None
        cells[_Cell(model, stage)] |= {"requests": count, "usd": known, **tokens}
    for model, stage, hits in store.db.execute(_HITS, of):
        cells[_Cell(model, stage)]["cached_answers"] = hits
    failures: defaultdict[_Cell, dict[str, int]] = defaultdict(dict)
    for model, stage, error, count in store.db.execute(_ERRORS, of):
        failures[_Cell(model, stage)][error] = count
    for cell, errors in failures.items():
        cells[cell] |= {"retries": sum(errors.values()), "errors": errors}
    rows = tuple(
        msgspec.convert({"model": cell.model, "stage": cell.stage, **cells[cell]}, LedgerRow)
        for cell in sorted(cells)
    )
    return Ledger(rows, _sum(rows))


def _sum(rows: Iterable[LedgerRow]) -> LedgerRow:
    rows = list(rows)
    errors: dict[str, int] = {}
    for row in rows:
        for kind, count in row.errors.items():
            errors[kind] = errors.get(kind, 0) + count
    prices = [row.usd for row in rows]
    known = [usd for usd in prices if usd is not None]
    return LedgerRow(
        model="",
        stage="total",
        requests=sum(row.requests for row in rows),
        cached_answers=sum(row.cached_answers for row in rows),
        retries=sum(row.retries for row in rows),
        prompt_tokens=sum(row.prompt_tokens for row in rows),
        cached_tokens=sum(row.cached_tokens for row in rows),
        completion_tokens=sum(row.completion_tokens for row in rows),
        usd=sum(known) if len(known) == len(prices) else None,
        errors=errors,
    )


def as_dollars(usd: float | None) -> str:
    """`$1.24`; `?` where it is not known."""
    return "?" if usd is None else f"${usd:.2f}" if usd >= 1 or usd == 0 else f"${usd:.4f}"
