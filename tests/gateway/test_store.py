"""The file of answers: kept, counted, pruned, refused."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

import pytest

from builder.errors import StorageError, UsageError
from builder.gateway.ledger import as_dollars, read_ledger
from builder.gateway.store import Paid, Source, Store
from builder.providers.completion import ProviderErrorKind, Usage

SOURCE = Source("openai", "gpt-4o", "https://api.openai.com/v1")


def _paid(key: bytes, usd: float | None = 0.25, stage: str = "draft") -> Paid:
    return Paid(key, stage, b"answer of " + key, Usage(100, 20, 40), usd)


def test_the_ledger_sums_what_the_store_has(tmp_path: Path) -> None:
    with Store(tmp_path / "runs" / "requests.sqlite", "a") as store:
        for number in range(4):
            store.put(SOURCE, _paid(b"%d" % number, stage="draft" if number else "judge"))
        store.failed(SOURCE, "draft", ProviderErrorKind.RATE_LIMIT)
        store.failed(SOURCE, "draft", ProviderErrorKind.RATE_LIMIT)
        store.failed(SOURCE, "draft", None)
        store.hit(SOURCE, "judge")
        store.hit(SOURCE, "judge")
        ledger = read_ledger(store)
        assert [(row.stage, row.requests, row.usd) for row in ledger.rows] == [
            ("draft", 3, 0.75),
            ("judge", 1, 0.25),
        ]
        total = ledger.total
        assert (total.requests, total.cached_answers, total.retries) == (4, 2, 3)
        assert (total.prompt_tokens, total.cached_tokens, total.completion_tokens) == (400, 160, 80)
        assert total.errors == {"rate limit": 2, "cancelled": 1}
        assert total.usd == 1.0
        assert store.spent() == (1.0, 7)
        assert read_ledger(store, "another").rows == ()


def test_one_unknown_price_makes_the_sum_unknown(tmp_path: Path) -> None:
    with Store(tmp_path / "requests.sqlite", "a") as store:
        store.put(SOURCE, _paid(b"1"))
        store.put(SOURCE, _paid(b"2", usd=None))
        assert as_dollars(read_ledger(store).total.usd) == "?"
        assert store.spent().usd == 0.25


def test_a_second_answer_under_a_key_takes_its_place_and_both_are_paid(tmp_path: Path) -> None:
    with Store(tmp_path / "requests.sqlite", "a") as store:
        store.put(SOURCE, _paid(b"1"))
        store.put(SOURCE, _paid(b"1")._replace(answer=b"newer"))
        assert store.get(b"1") == b"newer"
        assert store.spent() == (0.5, 2)


def test_forgetting_drops_answers_and_room_but_no_cost(tmp_path: Path) -> None:
    with Store(tmp_path / "requests.sqlite", "a") as store:
        for number in range(200):
            store.put(SOURCE, _paid(b"%d" % number)._replace(answer=os.urandom(5_000)))
        store.db.execute("update requests set at = at - 7200")
        store.put(SOURCE, _paid(b"new"))
        forgotten = store.forget(older_than_s=3600)
        assert forgotten.answers == 200
        assert forgotten.bytes_before > 1_000_000 > 200_000 > forgotten.bytes_after
        assert store.size_bytes == forgotten.bytes_after
        assert (store.get(b"1"), store.get(b"new")) == (None, b"answer of new")
        assert store.spent() == (201 * 0.25, 201)


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "requests.sqlite"
    Store(path, "a").close()
    with sqlite3.connect(path) as db:
        db.execute("pragma user_version = 99")
    db.close()
    with pytest.raises(UsageError, match=r"format 99.*move the file away"):
        Store(path, "a")


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "requests.sqlite"
    path.write_bytes(b"not a database, but long enough to be taken for one" * 20)
    with pytest.raises(StorageError, match="cannot be opened"):
        Store(path, "a")


def test_keeping_an_answer_takes_a_tenth_of_a_millisecond(tmp_path: Path) -> None:
    body = os.urandom(2_000)
    with Store(tmp_path / "requests.sqlite", "a") as store:
        begun = time.process_time()
        for number in range(1_000):
            store.put(SOURCE, _paid(number.to_bytes(32, "big"))._replace(answer=body))
        assert (time.process_time() - begun) / 1_000 < 300e-6  # 100 µs, and room for a busy machine
