"""Runs whose provider is in trouble: what passes costs no row, and what does not is told within seconds."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from tests.llm_server.faults import Faults
from tests.llm_server.scripted import single_call
from tests.llm_server.server import running_server
from tests.writing.runs import SMALL, row_ids, run, wanted

ROWS = 30
ASKED = (*SMALL, *wanted(ROWS), "--votes", "0", "--per-request", "1", "--timeout", "30")
TROUBLE = Faults(
    reset=0.05,
    rate_limited=0.05,
    rate_limited_for=0.05,
    server_error=0.04,
    overloaded=0.04,
    dropped=0.04,
    cut_off=0.04,
    malformed=0.04,
    slow=0.05,
    seed=3,
    slow_s=0.5,
)


@pytest.mark.parametrize("provider", ["openai", "anthropic", "ollama"])
def test_with_every_kind_of_trouble_every_row_is_written(provider: str, tmp_path: Path) -> None:
    with running_server(single_call, faults=TROUBLE) as server:
        done = run(server.url, tmp_path, *ASKED, provider=provider)
    assert done.code == 0, done.err
    assert len(set(row_ids(tmp_path))) == ROWS
    met = [fault for fault in server.fault_of.values() if fault != "slow"]
    assert len(set(met)) >= 6
    assert len(server.asked) == ROWS + len(met)


def test_who_is_not_there_is_told_within_seconds(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        begun = time.monotonic()
        done = run(url, tmp_path, *ASKED)
    assert time.monotonic() - begun < 60  # the start of the program included
    assert done.code == 1
    said = done.err.splitlines()[-1]
    assert said.startswith(f"error: connection: no answer from openai at {url}")
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        (Faults(bad_key=1), "error: bad credentials:"),
        (Faults(no_model=1), "doctor` lists the models"),
    ],
)
def test_a_key_or_a_model_that_is_refused_is_told_at_once(
    faults: Faults, said: str, tmp_path: Path
) -> None:
    with running_server(single_call, faults=faults) as server:
        done = run(server.url, tmp_path, *ASKED, "--concurrency", "4")
        assert done.code == 1
        assert said in done.err.splitlines()[-1], done.err
        assert "Traceback" not in done.err
        assert len(server.asked) <= 8
