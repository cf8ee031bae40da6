"""Runs that are killed, interrupted, and started again: nothing that was answered is asked again, no row is lost or doubled.

An answer counts as had when it had gone out GRACE_S before the kill: the run may be busy when it comes.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.llm_server.asking import Asked
from tests.llm_server.scripted import scripted, single_call
from tests.llm_server.seen import LlmServer
from tests.llm_server.server import running_server
from tests.writing.runs import (
    DATASET,
    SMALL,
    answered_before,
    key_of,
    killed,
    ledger,
    processes_of,
    row_ids,
    run,
    started,
    wait_for,
    wanted,
)

ROWS = 80
GRACE_S = 0.75
WRITTEN = (*SMALL, *wanted(ROWS), "--votes", "0", "--per-request", "1", "--concurrency", "4")


class _Sittings:
    """One run in several sittings, each killed; looks that none asks what an earlier one had."""

    def __init__(self, server: LlmServer, folder: Path, *options: str) -> None:
        self.server, self.folder, self.options = server, folder, options
        self.had: set[str] = set()
        folder.mkdir(exist_ok=True)

    def kill(self, when: Callable[[], object]) -> None:
        """A sitting that is killed as soon as something is so."""
        before = len(self.server.asked)
        at = killed(self.server.url, self.folder, *self.options, when=when)
        self._look(before)
        self.had |= answered_before(self.server, at - GRACE_S, before)

    def finish(self, *more: str) -> None:
        """The last sitting."""
        before = len(self.server.asked)
        done = run(self.server.url, self.folder, *self.options, *more)
        assert done.code == 0, done.err
        assert "resuming run" in done.err
        self._look(before)

    def has(self, name: str) -> Callable[[], bool]:
        """Whether there is such a file in the run's folder."""
        return lambda: any(self.folder.glob(f"runs/*/{name}"))

    def answered(self, count: int, kind: Callable[[Asked], bool] = lambda _: True) -> Callable[[], bool]:  # fmt: skip
        """Whether so many requests of a kind have been answered since now."""
        seen = len(self.server.asked)

        def is_so() -> bool:
            done = [self.server.asked[n] for n in list(self.server.answered) if n >= seen]
            return sum(map(kind, done)) >= count

        return is_so

    def _look(self, before: int) -> None:
        assert not self.had & {key_of(one) for one in self.server.asked[before:]}


def test_a_run_that_is_killed_again_and_again_ends_as_if_nothing_had_happened(
    tmp_path: Path,
) -> None:
    whole, folder = tmp_path / "whole", tmp_path / "killed"
    with running_server(single_call) as server:
        done = run(server.url, whole, *WRITTEN)
        assert done.code == 0, done.err
    with running_server(single_call, delay_s=0.1) as server:
        # The address stands in the settings, and rows do not know it.
        sittings = _Sittings(server, folder, *WRITTEN)
        sittings.kill(sittings.answered(ROWS // 2))
        assert len(sittings.had) > 0
        sittings.kill(sittings.has("made-001.jsonl"))  # now it validates
        asked = len(server.asked)
        sittings.kill(sittings.has("accepted-001.jsonl"))  # now it appends
        (record,) = folder.glob("runs/*/run.json")
        sittings.finish("--resume", record.parent.name)
        assert len(server.asked) == asked
        total = ledger(folder).total
        assert total.requests == len({key_of(one) for one in server.asked}) == ROWS
    assert (folder / DATASET).read_bytes() == (whole / DATASET).read_bytes()
    assert len(set(row_ids(folder))) == ROWS


def _is_idea(asked: Asked) -> bool:
    return asked.schema is not None and "ideas" in asked.schema["properties"]


def _is_turn(asked: Asked) -> bool:
    return asked.schema is None


def _is_opinion(asked: Asked) -> bool:
    return asked.schema is not None and "truth" in asked.schema["properties"]


def test_ideas_rollouts_and_judging_go_on_where_they_were_killed(tmp_path: Path) -> None:
    options = (*SMALL, "--rows", "24", "--per-gap", "24", "--gaps", "1", "--iterations", "1", "--ideas", "--strategy", "author", "--strategy", "rollout", "--votes", "2", "--concurrency", "4")  # fmt: skip
    with running_server(scripted, delay_s=0.4) as server:
        sittings = _Sittings(server, tmp_path, *options)
        sittings.kill(sittings.answered(2, _is_idea))
        sittings.kill(sittings.answered(8, _is_turn))
        sittings.kill(sittings.answered(8, _is_opinion))
        assert sittings.had
        sittings.finish()
        total = ledger(tmp_path).total
        assert total.requests <= len({key_of(one) for one in server.asked}) + 2 * 24
    ids = row_ids(tmp_path)
    assert len(ids) == len(set(ids)) > 12


def test_ctrl_c_is_one_line_and_the_same_command_goes_on(tmp_path: Path) -> None:
    rows = 30
    options = (*SMALL, *wanted(rows), "--votes", "0", "--per-request", "1", "--concurrency", "4")
    with running_server(single_call, delay_s=0.1) as server:
        with started(server.url, tmp_path, *options) as run_of:
            wait_for(lambda: len(server.answered) >= rows // 3, run_of)
            processes = processes_of(run_of)
            assert len(processes) > 1
            begun = time.monotonic()
            assert run_of.stop(signal.SIGINT, group=True) == 130
            assert time.monotonic() - begun < 10
            said = run_of.said.read_text().splitlines()
            assert said[-1] == "interrupted; the same command goes on where this one stopped"
            assert "Traceback" not in "".join(said)
            assert len(said) == 4
            until = time.monotonic() + 10
            while processes_of(run_of) and time.monotonic() < until:
                time.sleep(0.05)
            assert not processes_of(run_of)
        sittings = _Sittings(server, tmp_path, *options)
        sittings.had = answered_before(server, begun - GRACE_S)
        sittings.finish()
    assert len(set(row_ids(tmp_path))) == len(row_ids(tmp_path)) == rows
