"""What a run may cost: kept, told, and never paid twice; a dry run says beforehand what it would be."""

from __future__ import annotations

import json
import re
from pathlib import Path

from builder.dataset import read_lines
from tests.llm_server.scripted import single_call
from tests.llm_server.server import running_server
from tests.writing.runs import DATASET, SMALL, ledger, row_ids, run, wanted

ROWS = 30
PRICED = (*SMALL, *wanted(ROWS), "--votes", "0", "--per-request", "1", "--price", "1,2")
BUDGET_USD = 0.06


def test_a_budget_is_kept_and_a_higher_one_goes_on_without_paying_twice(tmp_path: Path) -> None:
    with running_server(single_call, delay_s=0.01) as server:
        done = run(server.url, tmp_path, *PRICED, "--budget", str(BUDGET_USD))
        assert done.code == 0, done.err
        first, spent = row_ids(tmp_path), ledger(tmp_path).total.usd
        assert 0 < len(first) < ROWS
        assert spent is not None
        assert 0 < spent <= BUDGET_USD
        needed = re.search(r"Stopped: .* budget above \$([\d.]+)", done.err)
        assert needed is not None, done.err
        (report,) = tmp_path.glob("runs/*/report.html")
        assert f"${spent:.4f}" in report.read_text()
        assert all(line.example for line in read_lines(tmp_path / DATASET))

        asked = len(server.asked)
        again = run(server.url, tmp_path, *PRICED, "--budget", str(BUDGET_USD))
        assert again.code == 0, again.err
        assert again.err.splitlines()[-1] == done.err.splitlines()[-1]
        assert len(server.asked) == asked
        assert row_ids(tmp_path) == first

        more = run(server.url, tmp_path, *PRICED, "--budget", "1")
        assert more.code == 0, more.err
        bodies = [repr(one.body) for one in server.asked]
    ids = row_ids(tmp_path)
    assert len(set(ids)) == len(ids) == ROWS
    assert set(first) <= set(ids)
    assert len(set(bodies)) == len(bodies) == ledger(tmp_path).total.requests


def test_no_more_requests_are_sent_than_may_be(tmp_path: Path) -> None:
    with running_server(single_call) as server:
        done = run(server.url, tmp_path, *PRICED, "--max-requests", "7", "--concurrency", "4")
        assert done.code == 0, done.err
        assert len(server.asked) == len(row_ids(tmp_path)) == 7
    assert "higher --max-requests" in done.err


def test_a_run_whose_ideas_use_up_the_requests_ends_well_and_goes_on(tmp_path: Path) -> None:
    options = (*PRICED, "--ideas")
    with running_server(single_call) as server:
        done = run(server.url, tmp_path, *options, "--max-requests", "1")
        assert done.code == 0, done.err
        assert len(server.asked) == 1
        assert "higher --max-requests" in done.err
        more = run(server.url, tmp_path, *options)
        assert more.code == 0, more.err
    assert len(row_ids(tmp_path)) >= ROWS // 2


def test_a_budget_for_a_model_of_unknown_price_asks_for_it(tmp_path: Path) -> None:
    done = run("http://models.example.com:1", tmp_path, *SMALL, "--budget", "1")
    assert done.code == 2, done.err
    assert "--price" in done.err.splitlines()[-1]
    assert "Traceback" not in done.err


def test_a_dry_run_sends_and_writes_nothing_and_comes_near(tmp_path: Path) -> None:
    whole = (*SMALL, *wanted(ROWS), "--price", "1,2")
    with running_server(single_call) as server:
        dry = run(server.url, tmp_path, *whole, "--dry-run", "--json")
        assert dry.code == 0, dry.err
        assert not server.asked
        assert not list(tmp_path.iterdir())
        done = run(server.url, tmp_path, *whole)
        assert done.code == 0, done.err
    estimate = json.loads(dry.out)
    really = ledger(tmp_path).total
    estimated = sum(line["prompt_tokens"] for line in estimate["lines"])
    assert 0.5 <= estimated / really.prompt_tokens <= 2
