"""Every answer that was paid for, in SQLite: kept under what was asked, with what it cost, for as long as nobody prunes it.

One table is both the cache and the book: a row for each answer, and one without money for each attempt that failed. A
commit for each answer, so that a killed process loses none that had come. What the rows add up to is ledger.py; batches
that are still open are in batch_book.py. No key is ever in it: a payload has none, and only its hash is stored.

Answers are kept as they came: a changed parser costs no request. Neither compressed (zlib at level 1 takes 45 to 60 µs for
1 to 3 kB and saves 5 to 40 µs of writing and a third of the room) nor a second time as parsed (parsing a body takes 4 µs,
fetching another row 10).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

from builder.errors import StorageError, UsageError
from builder.providers.completion import Provider, ProviderErrorKind, Usage

SCHEMA_VERSION = 1
CANCELLED = "cancelled"
"""In place of an error's kind: the attempt was given up from this side."""

_SCHEMA = """
create table if not exists requests (
    id integer primary key, key blob unique, run text not null, stage text not null,
    provider text not null, model text not null, base_url text not null, at real not null, error text,
    batch integer not null default 0, prompt integer not null default 0, cached integer not null default 0,
    written integer not null default 0, completion integer not null default 0, usd real, answer blob);
create index if not exists requests_by_run on requests (run);
create table if not exists hits (
    run text, provider text, model text, stage text, n integer,
    primary key (run, provider, model, stage)) without rowid;
create table if not exists batches (
    id integer primary key, mark text unique not null, remote text, run text not null, provider text not null,
    model text not null, base_url text not null, made real not null, ended real);
create table if not exists batch_requests (
    batch integer not null, key blob not null, stage text not null, most_usd real,
    primary key (batch, key)) without rowid;
"""
_PRAGMAS = (
    "busy_timeout = 10000",
    "page_size = 1024",  # a commit writes whole pages: half the time of 4096
    "journal_mode = wal",
    "synchronous = normal",
    "wal_autocheckpoint = 16000",  # each waits for the disk; the log grows to 16 MB
)
_PUT = """
insert into requests
    (key, run, stage, provider, model, base_url, at, batch, prompt, cached, written, completion, usd, answer)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_DROP = "update requests set key = null, answer = null where key = ?"


class Source(NamedTuple):
    """Who answers: what admission, price and book go by."""

    provider: str
    model: str
    base_url: str

    @classmethod
    def of(cls, provider: Provider) -> Source:
        """The three names of a provider."""
        return cls(provider.name, provider.model, provider.base_url)


class Paid(NamedTuple):
    """An answer as it came, what it was for and what it cost. `usd`: None where the price is not known."""

    key: bytes
    stage: str
    answer: bytes
    usage: Usage
    usd: float | None


class Spent(NamedTuple):
    """What a run has spent so far, in all its sittings. `sent`: attempts, those that failed too."""

    usd: float
    sent: int


class Forgotten(NamedTuple):
    """What pruning took away, and the file's size before and after."""

    answers: int
    bytes_before: int
    bytes_after: int


class Store:
    """The file. One connection, used by one event loop; several processes may have the same file open."""

    def __init__(self, path: Path, run: str) -> None:
        self.path, self.run = path, run
        path.parent.mkdir(parents=True, exist_ok=True)
        # A run may go on in another thread of the same process; never in two at once.
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            self.db.close()
            raise StorageError(f"{path} cannot be opened as a store of answers: {error}") from error
        except UsageError:
            self.db.close()
            raise

    def _open(self) -> None:
        for pragma in _PRAGMAS:
            self.db.execute(f"pragma {pragma}")
        version = self.db.execute("pragma user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise UsageError(
                f"{self.path} has format {version}, and this version of the program writes format"
                f" {SCHEMA_VERSION}: use the newer version that wrote it, or move the file away to begin a new one"
            )
        if version < SCHEMA_VERSION:
            self.db.executescript(
                f"begin; {_SCHEMA} pragma user_version = {SCHEMA_VERSION}; commit;"
            )

    def get(self, key: bytes) -> bytes | None:
        """The answer kept under a key."""
        row = self.db.execute("select answer from requests where key = ?", (key,)).fetchone()
        return None if row is None else row[0]

    def has(self, key: bytes) -> bool:
        """Whether there is an answer under a key; not counted as a hit."""
        return (
            self.db.execute("select 1 from requests where key = ?", (key,)).fetchone() is not None
        )

    def put(self, source: Source, paid: Paid) -> None:
        """Keep an answer and what it cost, in one commit. An older answer under the key is dropped, its cost stays."""
        with self._writing():
            try:
                self.db.execute(_PUT, _row(self.run, source, paid, batch=False))
                return
            except sqlite3.IntegrityError:
                pass
        with self.transaction():
            self.db.execute(_DROP, (paid.key,))
            self.db.execute(_PUT, _row(self.run, source, paid, batch=False))

    def put_batch(self, run: str, source: Source, answers: Sequence[Paid]) -> None:
        """Keep the answers of a batch, in the caller's transaction. `run`: the one that submitted it, and pays."""
        self.db.executemany(_DROP, [(paid.key,) for paid in answers])
        self.db.executemany(_PUT, [_row(run, source, paid, batch=True) for paid in answers])

    def failed(self, source: Source, stage: str, error: ProviderErrorKind | None) -> None:
        """Book an attempt that brought no answer. `error`: None for one that was cancelled."""
        with self._writing():
            self.db.execute(
                "insert into requests (run, stage, provider, model, base_url, at, error, usd)"
                " values (?, ?, ?, ?, ?, ?, ?, 0)",
                (
                    self.run,
                    stage,
                    *source,
                    time.time(),
                    CANCELLED if error is None else error.value,
                ),
            )

    def hit(self, source: Source, stage: str) -> None:
        """Count an answer that came from here instead of from the provider."""
        with self._writing():
            self.db.execute(
                "insert into hits values (?, ?, ?, ?, 1) on conflict do update set n = n + 1",
                (self.run, source.provider, source.model, stage),
            )

    def spent(self) -> Spent:
        """What the run has spent, earlier sittings included."""
        query = "select coalesce(sum(usd), 0), count(*) from requests where run = ?"
        return Spent(*self.db.execute(query, (self.run,)).fetchone())

    @property
    def size_bytes(self) -> int:
        """Size of the file with its write-ahead log."""
        log = self.path.with_name(self.path.name + "-wal")
        return sum(file.stat().st_size for file in (self.path, log) if file.exists())

    def forget(self, older_than_s: float) -> Forgotten:
        """Drop answers older than that and give their room back; what they cost stays in the book."""
        with self._writing():
            self.db.execute("pragma wal_checkpoint(truncate)")
            before = self.size_bytes
            dropped = self.db.execute(
                "update requests set key = null, answer = null where at < ? and answer is not null",
                (time.time() - older_than_s,),
            ).rowcount
            self.db.execute("vacuum")
            self.db.execute("pragma wal_checkpoint(truncate)")
        return Forgotten(dropped, before, self.size_bytes)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Nothing may be awaited inside: there is one connection."""
        with self._writing():
            self.db.execute("begin immediate")
            try:
                yield
            except BaseException:
                self.db.execute("rollback")
                raise
            self.db.execute("commit")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StorageError(
                f"cannot write to {self.path}: {error}; what it holds is intact"
            ) from error

    def close(self) -> None:
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _row(run: str, source: Source, paid: Paid, *, batch: bool) -> tuple[object, ...]:
    usage = paid.usage
    counts = (usage.prompt, usage.cached, usage.written, usage.completion)
    return (paid.key, run, paid.stage, *source, time.time(), batch, *counts, paid.usd, paid.answer)
