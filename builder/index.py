"""What is known about a dataset's rows, in SQLite beside it: tallies, ids, call ids, near-duplicate signatures.

Derived from the dataset alone and caught up incrementally: only bytes behind the last counted line are read. If the
file no longer is the one that was counted (shortened, or changed before that point), everything is counted anew.
"""

from __future__ import annotations

import hashlib
import sqlite3
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from builder.conversation import Example
from builder.coverage import Coverage, features_of
from builder.dataset import Line, read_lines
from builder.similarity import BANDS, bands_of, signature_of, similarity

_SCHEMA = """
create table if not exists state (key text primary key, value) without rowid;
create table if not exists counts (kind text, name text, n integer, primary key (kind, name)) without rowid;
create table if not exists rows (id text primary key, scenario text, family text, request text, signature blob) without rowid;
create index if not exists rows_scenario on rows (family);
create table if not exists call_ids (id text primary key, row text) without rowid;
create table if not exists bands (band integer, hash integer, row text, primary key (band, hash, row)) without rowid;
create table if not exists bad_lines (line integer primary key, reason text);
"""
_OF_ANY_BAND = (
    f"select distinct row from bands where (band, hash) in (values {', '.join(['(?, ?)'] * BANDS)})"  # noqa: S608 - placeholders
)
_VERSION = 1
_COMMIT_EVERY = 2_000


class BadLine(NamedTuple):
    """A line of the dataset that is no row: it is kept, not counted."""

    number: int
    reason: str


class DatasetIndex:
    """The index of one dataset. One process writes; close it when done."""

    def __init__(self, dataset: Path) -> None:
        self._dataset = dataset
        dataset.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(dataset.with_name(dataset.name + ".index.sqlite"))
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=normal")
        self._db.executescript(_SCHEMA)
        if self._state("version", _VERSION) != _VERSION:
            self._forget()

    def close(self) -> None:
        self._db.close()

    def catch_up(self) -> int:
        """Count the lines that are not counted yet; returns how many there were."""
        if not self._is_same_file():
            self._forget()
        read = 0
        for line in read_lines(self._dataset, self._number("offset"), self._number("lines")):
            if not line.data.endswith(b"\n"):
                break  # torn: a run was killed while writing it
            self._count(line)
            read += 1
            if read % _COMMIT_EVERY == 0:
                self._db.commit()
        self._db.commit()
        return read

    def coverage(self) -> Coverage:
        """The tally of everything counted."""
        found = self._db.execute("select kind, name, n from counts")
        return Coverage({(kind, name): n for kind, name, n in found})

    def bad_lines(self) -> list[BadLine]:
        return [
            BadLine(*row)
            for row in self._db.execute("select line, reason from bad_lines order by line")
        ]

    def has_row(self, row_id: str) -> bool:
        found = self._db.execute("select 1 from rows where id = ?", (row_id,)).fetchone()
        return found is not None

    def known_call_ids(self, ids: Sequence[str]) -> set[str]:
        """Those of the ids that the dataset already uses."""
        return {
            row[0]
            for one in ids
            for row in self._db.execute("select id from call_ids where id = ?", (one,))
        }

    def used_families(self) -> dict[str, list[tuple[str, str]]]:
        """For every task that has been used: the scenarios and the requests with which it was."""
        used: dict[str, list[tuple[str, str]]] = {}
        for family, scenario, request in self._db.execute(
            "select family, scenario, request from rows where family > ''"
        ):
            used.setdefault(family, []).append((scenario, request))
        return used

    def nearest_row(self, signature: list[int]) -> tuple[str, float]:
        """The most similar row and its similarity (0 to 1); an empty id where nothing comes near."""
        bands = [value for band in enumerate(bands_of(signature)) for value in band]
        candidates = {row[0] for row in self._db.execute(_OF_ANY_BAND, bands)}
        scored = ((self._similarity(row_id, signature), row_id) for row_id in candidates)
        best, row_id = max(scored, default=(0.0, ""))
        return row_id, best

    def _similarity(self, row_id: str, signature: list[int]) -> float:
        row = self._db.execute("select signature from rows where id = ?", (row_id,)).fetchone()
        return similarity(list(array("Q", row[0])), signature) if row else 0.0

    def _count(self, line: Line) -> None:
        if line.example is None:
            self._db.execute(
                "insert or replace into bad_lines values (?, ?)", (line.number, line.problem)
            )
        else:
            self._count_row(line.example, line.data)
        self._set("offset", line.offset + len(line.data))
        self._set("lines", line.number)
        self._set("last", hashlib.sha256(line.data).hexdigest())
        self._set("last_size", len(line.data))

    def _count_row(self, example: Example, data: bytes) -> None:
        row_id = example.metadata.id or hashlib.sha256(data).hexdigest()[:16]
        family = family_of(example)
        request = request_key(example.requests[0] if example.requests else "")
        signature = signature_of(example)
        self._db.execute(
            "insert or ignore into rows values (?, ?, ?, ?, ?)",
            (row_id, example.metadata.scenario, family, request, array("Q", signature).tobytes()),
        )
        self._db.executemany(
            "insert into counts values (?, ?, 1) on conflict do update set n = n + 1",
            sorted(features_of(example)),
        )
        self._db.executemany(
            "insert or ignore into call_ids values (?, ?)",
            [(call.id, row_id) for call in example.calls],
        )
        self._db.executemany(
            "insert or ignore into bands values (?, ?, ?)",
            [(band, value, row_id) for band, value in enumerate(bands_of(signature))],
        )

    def _is_same_file(self) -> bool:
        offset, size = self._number("offset"), self._number("last_size")
        if offset == 0:
            return True
        if not self._dataset.exists() or self._dataset.stat().st_size < offset:
            return False
        with self._dataset.open("rb") as file:
            file.seek(offset - size)
            return hashlib.sha256(file.read(size)).hexdigest() == self._state("last")

    def _forget(self) -> None:
        for table in ("state", "counts", "rows", "call_ids", "bands", "bad_lines"):
            self._db.execute(f"delete from {table}")  # noqa: S608 - fixed names
        self._set("version", _VERSION)
        self._db.commit()

    def _state(self, key: str, default: object = None) -> object:
        row = self._db.execute("select value from state where key = ?", (key,)).fetchone()
        return row[0] if row else default

    def _number(self, key: str) -> int:
        value = self._state(key, 0)
        return value if isinstance(value, int) else 0

    def _set(self, key: str, value: object) -> None:
        self._db.execute("insert or replace into state values (?, ?)", (key, value))


def request_key(request: str) -> str:
    """A short hash of a request, to tell whether it has been used."""
    return hashlib.sha256(request.encode()).hexdigest()[:12]


def family_of(example: Example) -> str:
    """The task that a row came from: workspace/task, or empty."""
    parts = example.metadata.scenario.split("|", 1)[-1].split("/")
    return f"{parts[1]}/{parts[2].split(':')[0]}" if len(parts) >= 3 else ""
