"""Whole runs of the program against the local server: started as a user starts them, killed, looked at from outside."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from builder.dataset import read_examples
from builder.gateway.ledger import Ledger, read_ledger
from builder.gateway.store import Store
from tests.conftest import ROOT, Finished, builder
from tests.llm_server.asking import Asked
from tests.llm_server.seen import LlmServer

DATASET = Path("runs/continue_finetuning_dataset.jsonl")
SMALL = ("--workspace", "greenhouse", "--workspace", "tidepool", "--jobs", "1")
"""Few projects and one worker: a run begins in half the time."""
_KEYS = {"OPENAI_API_KEY": "", "ANTHROPIC_API_KEY": "sk-ant-1234567890abcdef"}


def command(url: str, *more: str, provider: str = "openai") -> list[str]:
    """`run` with a model of the local server. Commands of rows are of no interest here, so any sandbox will do."""
    base_url = f"{url}/v1" if provider == "openai" else url
    named = ["--provider", provider, "--model", "m", "--base-url", base_url]
    return ["run", "--offline", "--allow-weak-sandbox", *named, *more]


def wanted(rows: int) -> tuple[str, ...]:
    """So many rows of the author's, in one iteration."""
    count = str(rows)
    return ("--rows", count, "--per-gap", count, "--gaps", "1", "--iterations", "1", "--strategy", "author")  # fmt: skip


def run(url: str, folder: Path, *more: str, provider: str = "openai") -> Finished:
    """A run from start to end, in a folder that is made where it is not there."""
    folder.mkdir(exist_ok=True)
    return builder(*command(url, *more, provider=provider), cwd=folder, env=_KEYS)


class Started(NamedTuple):
    """A run under way; what it says is kept in a file, so that nobody has to read while it runs."""

    process: subprocess.Popen[bytes]
    said: Path

    def stop(self, number: signal.Signals, *, group: bool = False) -> int:
        """Send a signal, to the process or, as a terminal does, to its group; its exit code."""
        if group:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def started(url: str, folder: Path, *more: str, provider: str = "openai") -> Iterator[Started]:
    """A run that is under way. It is gone at the end, and so is what it started."""
    said = folder / "said.txt"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "builder", *command(url, *more, provider=provider)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **_KEYS},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield Started(process, said)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def killed(
    url: str, folder: Path, *more: str, when: Callable[[], object], provider: str = "openai"
) -> float:
    """A run that is killed as soon as something is so; when (monotonic)."""
    with started(url, folder, *more, provider=provider) as run:
        wait_for(when, run)
        killed_at = time.monotonic()
        run.stop(signal.SIGKILL)
    return killed_at


def wait_for(is_so: Callable[[], object], run: Started) -> None:
    """Return once something is so. A run that ends before, or two minutes without it, fail the test."""
    until = time.monotonic() + 120
    while not is_so():
        assert run.process.poll() is None, run.said.read_text()
        assert time.monotonic() < until, run.said.read_text()
        time.sleep(0.001)


def processes_of(run: Started) -> list[int]:
    """The processes of the run's group that live."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, group = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:  # it has just ended
            continue
        if int(group) == run.process.pid and state != "Z":
            found.append(int(path.parent.name))
    return found


def row_ids(folder: Path) -> list[str]:
    """Of the dataset, in its order."""
    return [example.metadata.id for example in read_examples(folder / DATASET)]


def ledger(folder: Path) -> Ledger:
    """Of the folder's only run."""
    (record,) = folder.glob("runs/*/run.json")
    with Store(folder / "runs" / "requests.sqlite", record.parent.name) as store:
        return read_ledger(store)


def open_batches(folder: Path) -> int:
    """How many batches were handed in and not read yet."""
    path = folder / "runs" / "requests.sqlite"
    if not path.exists():
        return 0
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        found: int = db.execute(
            "select count(*) from batches where remote is not null and ended is null"
        ).fetchone()[0]
    except sqlite3.OperationalError:  # just being made
        return 0
    finally:
        db.close()
    return found


def key_of(asked: Asked) -> str:
    """What tells two requests apart."""
    return repr((asked.model, asked.messages, asked.tools, asked.schema))


def answered_before(server: LlmServer, instant: float, first: int = 0) -> set[str]:
    """The requests, from number `first` on, whose answers had gone out whole, without a fault, by then."""
    return {
        key_of(server.asked[number])
        for number, at in list(server.answered.items())
        if number >= first and at < instant and number not in server.fault_of
    }
