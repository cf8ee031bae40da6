"""Runs with --batch: single requests go through the batch API alone, at half the price; a killed run waits for its batch."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.llm_server.scripted import single_call
from tests.llm_server.server import running_server
from tests.writing.runs import SMALL, killed, ledger, open_batches, row_ids, run, wanted

ROWS = 20
OPTIONS = (*SMALL, *wanted(ROWS), "--per-request", "1", "--price", "100,200", "--batch")


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_batch_survives_a_kill_and_costs_half(provider: str, tmp_path: Path) -> None:
    with running_server(single_call) as server:
        killed(
            server.url, tmp_path, *OPTIONS, when=lambda: open_batches(tmp_path), provider=provider
        )
        assert not server.asked
        done = run(server.url, tmp_path, *OPTIONS, provider=provider)
        assert done.code == 0, done.err
        asked = [repr(one.body) for one in server.asked]
    ids = row_ids(tmp_path)
    assert len(set(ids)) == len(ids)
    assert 0.8 * ROWS <= len(ids) <= ROWS  # the judge rejects one in nine
    assert len(set(asked)) == len(asked) == 2 * ROWS
    assert server.most_at_once == 0  # of those that are asked one by one
    total = ledger(tmp_path).total
    assert total.requests == 2 * ROWS
    full_usd = (100 * total.prompt_tokens + 200 * total.completion_tokens) / 1e6
    assert total.usd == pytest.approx(full_usd / 2)


def test_a_provider_without_batches_is_told_so_before_anything_is_written(tmp_path: Path) -> None:
    done = run("http://127.0.0.1:9", tmp_path, *OPTIONS, provider="ollama")
    assert done.code == 2
    assert "leave out --batch" in done.err
    assert len(done.err.splitlines()) == 1
    assert not list(tmp_path.iterdir())
