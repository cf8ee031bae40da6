"""Which batches are open: written down before they are handed in, so that a killed run finds them and hands in none twice.

Rows of store.py's file. What a batch is asked and answered is batches.py.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from typing import NamedTuple

from builder.gateway.store import Paid, Source, Store


class Entry(NamedTuple):
    """One request of a batch. `most_usd`: what was set aside for it."""

    key: bytes
    stage: str
    most_usd: float


class OpenBatch(NamedTuple):
    """A batch whose answers are not in the store yet.

    `remote`: the provider's id for it, None where it is not known whether it was handed in. `made_s`: since 1970.
    """

    number: int
    mark: str
    remote: str | None
    run: str
    made_s: float
    entries: tuple[Entry, ...]


class BatchBook:
    """The batches of one model, of all runs: an answer is of use to any."""

    def __init__(self, store: Store, source: Source) -> None:
        self._store, self._source, self._db = store, source, store.db

    def begin(self, entries: Sequence[Entry]) -> OpenBatch:
        """Write down that a batch is about to be handed in."""
        mark, made_s = f"builder-{secrets.token_hex(8)}", time.time()
        batch = OpenBatch(0, mark, None, self._store.run, made_s, tuple(entries))
        with self._store.transaction():
            return self._written(batch)

    def handed_in(self, batch: OpenBatch, remote: str) -> OpenBatch:
        """Write down the provider's id."""
        known = batch._replace(remote=remote)
        with self._store.transaction():
            changed = self._db.execute(
                "update batches set remote = ? where id = ? and mark = ?",
                (remote, batch.number, batch.mark),
            ).rowcount
            # Gone where another process took it for one that was never handed in.
            return known if changed else self._written(known)

    def drop(self, batch: OpenBatch) -> None:
        """It was never handed in."""
        with self._store.transaction():
            self._delete(batch)

    def open_batches(self) -> list[OpenBatch]:
        """Every batch that has not been read in, oldest first."""
        rows = self._db.execute(
            "select id, mark, remote, run, made from batches where provider = ? and model = ? and base_url = ?"
            " and ended is null order by id",
            self._source,
        ).fetchall()
        return [
            OpenBatch(number, mark, remote, run, made_s, self._entries(number))
            for number, mark, remote, run, made_s in rows
        ]

    def read_in(self, batch: OpenBatch, answers: Sequence[Paid]) -> bool:
        """Keep a batch's answers and close it, in one commit. False where another process has done so already."""
        with self._store.transaction():
            changed = self._db.execute(
                "update batches set ended = ? where id = ? and ended is null",
                (time.time(), batch.number),
            ).rowcount
            if changed:
                self._store.put_batch(batch.run, self._source, answers)
                self._db.execute("delete from batch_requests where batch = ?", (batch.number,))
        return bool(changed)

    def _written(self, batch: OpenBatch) -> OpenBatch:
        number = self._db.execute(
            "insert into batches (mark, remote, run, provider, model, base_url, made)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            (batch.mark, batch.remote, batch.run, *self._source, batch.made_s),
        ).lastrowid
        assert number is not None
        self._db.executemany(
            "insert into batch_requests values (?, ?, ?, ?)",
            [(number, *entry) for entry in batch.entries],
        )
        return batch._replace(number=number)

    def _delete(self, batch: OpenBatch) -> None:
        self._db.execute("delete from batches where id = ?", (batch.number,))
        self._db.execute("delete from batch_requests where batch = ?", (batch.number,))

    def _entries(self, number: int) -> tuple[Entry, ...]:
        rows = self._db.execute(
            "select key, stage, most_usd from batch_requests where batch = ?", (number,)
        )
        return tuple(Entry(*row) for row in rows)
