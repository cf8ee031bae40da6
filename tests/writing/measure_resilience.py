"""Measures at full size what the tests look at in small: cut answers, and kills in the middle of a long run.

python -m tests.writing.measure_resilience [--rows 2000] [--kills 10]
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import msgspec

from tests.llm_server.faults import Faults
from tests.llm_server.scripted import single_call
from tests.llm_server.server import LlmServer, running_server
from tests.writing.runs import (
    DATASET,
    answered_before,
    key_of,
    killed,
    ledger,
    row_ids,
    run,
    wanted,
)

GRACE_S = 0.25


def _has_answered(server: LlmServer, count: int) -> bool:
    return len(server.answered) >= count


class Cut(msgspec.Struct, frozen=True):
    """300 rows wanted, a fifth of all answers cut off."""

    per_request: int
    rows: int
    requests: int
    cut: int
    seconds: float


class Killed(msgspec.Struct, frozen=True):
    """A run killed so many times. `had`: answers that had gone out GRACE_S before a kill; `asked_again`: of those."""

    rows: int
    kills: int
    had: int
    asked_again: int
    under_way_asked_again: int
    lost_or_doubled: int
    ledger_requests: int
    same_bytes: bool
    seconds: float


def cut_off(folder: Path, per_request: int, rows: int = 300) -> Cut:
    """How many rows come out, and for how many requests."""
    options = (*wanted(rows), "--votes", "0", "--per-request", str(per_request))
    begun = time.monotonic()
    with running_server(single_call, faults=Faults(truncated=0.2, seed=7)) as server:
        done = run(server.url, folder, *options)
    assert done.code == 0, done.err
    seconds = round(time.monotonic() - begun, 1)
    return Cut(
        per_request, len(set(row_ids(folder))), len(server.asked), len(server.fault_of), seconds
    )


def killed_run(folder: Path, rows: int, kills: list[float], concurrency: int = 16) -> Killed:
    """Kill each sitting when it has had such a share of all answers; compare with a run that was left alone."""
    options = (*wanted(rows), "--votes", "0", "--per-request", "1", "--concurrency", f"{concurrency}")  # fmt: skip
    whole, torn = folder / "whole", folder / "torn"
    torn.mkdir(parents=True)
    with running_server(single_call) as server:
        assert run(server.url, whole, *options).code == 0
    had: set[str] = set()
    begun, again = time.monotonic(), 0
    with running_server(single_call, delay_s=0.05) as server:
        for share in kills:
            before = len(server.asked)
            count = before + int(share * rows)
            at = killed(server.url, torn, *options, when=partial(_has_answered, server, count))
            again += len(had & {key_of(one) for one in server.asked[before:]})
            had |= answered_before(server, at - GRACE_S, before)
        before = len(server.asked)
        assert run(server.url, torn, *options).code == 0
        again += len(had & {key_of(one) for one in server.asked[before:]})
        distinct = len({key_of(one) for one in server.asked})
    theirs, mine = row_ids(whole), row_ids(torn)
    return Killed(
        rows=len(mine),
        kills=len(kills),
        had=len(had),
        asked_again=again,
        under_way_asked_again=len(server.asked) - distinct,
        lost_or_doubled=len(set(theirs) ^ set(mine)) + len(mine) - len(set(mine)),
        ledger_requests=ledger(torn).total.requests,
        same_bytes=(whole / DATASET).read_bytes() == (torn / DATASET).read_bytes(),
        seconds=round(time.monotonic() - begun, 1),
    )


def main() -> None:
    """Print the figures, one line of JSON each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    dice = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="resilience-") as name:
        folder = Path(name)
        for per_request in (1, 5):
            _say(cut_off(folder / f"cut-{per_request}", per_request))
        _say(killed_run(folder / "half", options.rows, [0.5]))
        shares = [1.6 * dice.random() / options.kills for _ in range(options.kills)]
        _say(killed_run(folder / "often", 200, shares, concurrency=4))


def _say(figures: msgspec.Struct) -> None:
    sys.stdout.write(f"{type(figures).__name__} {msgspec.json.encode(figures).decode()}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
