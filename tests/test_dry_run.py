"""A dry run: what the first iteration would ask and cost, without a request, a key, a file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from builder.config import Limits, RunConfig, Writing
from builder.dry_run import Estimate, estimate_text, estimated
from builder.errors import UsageError
from tests.conftest import builder
from tests.llm_server.scripted import scripted
from tests.llm_server.server import running_server

PLACES = ("greenhouse", "relay")


def _estimate(
    dataset: Path, limits: Limits | None = None, model: str = "nobody-knows", **writing: Any
) -> Estimate:
    given = {"votes": 1, **writing}
    return estimated(
        RunConfig(
            dataset=dataset / "rows.jsonl", provider="openai", offline=True, workspaces=PLACES, gaps=2, per_gap=8,
            writing=Writing(model=model, **given), limits=limits or Limits(),
        )
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.chdir(tmp_path)


def test_every_stage_has_a_line_and_every_row_its_votes(tmp_path: Path) -> None:
    found = _estimate(tmp_path, votes=3)
    lines = {one.stage: one for one in found.lines}
    assert list(lines) == ["author", "request", "rollout", "rewrite", "judge"]
    assert lines["judge"].requests == 3 * found.rows
    assert lines["rewrite"].requests >= found.rows // 3
    assert all(one.prompt_tokens > one.requests > 0 for one in found.lines)
    assert list(tmp_path.iterdir()) == []


def test_examples_that_share_a_request_share_its_prompt(tmp_path: Path) -> None:
    alone = _estimate(tmp_path, strategies=("author",), per_request=1, votes=0).lines[0]
    shared = _estimate(tmp_path, strategies=("author",), per_request=5, votes=0).lines[0]
    assert shared.requests < alone.requests
    assert shared.prompt_tokens < alone.prompt_tokens
    assert shared.completion_tokens == alone.completion_tokens


def test_a_price_gives_a_cost_and_batches_halve_what_may_wait(tmp_path: Path) -> None:
    dear = _estimate(tmp_path, Limits(price=(1.0, 2.0)))
    tokens = [(one.prompt_tokens + 2 * one.completion_tokens) / 1e6 for one in dear.lines]
    assert [one.usd for one in dear.lines] == pytest.approx(tokens, rel=0.01)
    assert dear.usd == pytest.approx(sum(tokens), rel=0.01)
    cheap = _estimate(tmp_path, Limits(price=(1.0, 2.0), batch=True))
    for one, other in zip(dear.lines, cheap.lines, strict=True):
        factor = 1.0 if one.stage == "rollout" else 0.5
        assert other.usd == pytest.approx((one.usd or 0) * factor)


def test_without_a_price_it_says_how_to_give_one(tmp_path: Path) -> None:
    found = _estimate(tmp_path)
    assert found.usd is None
    assert "give --price IN,OUT" in estimate_text(found)
    assert "nothing was sent" in estimate_text(found)


def test_the_same_state_gives_the_same_estimate(tmp_path: Path) -> None:
    assert _estimate(tmp_path) == _estimate(tmp_path)


def test_only_a_model_costs_something(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="give --provider and --model"):
        estimated(RunConfig(dataset=tmp_path / "rows.jsonl", offline=True, workspaces=PLACES))


def test_the_estimate_is_of_the_order_of_what_a_run_asks(tmp_path: Path) -> None:
    small = ("run", "--offline", "--iterations", "1", "--gaps", "1", "--per-gap", "6", "--workspace", "greenhouse", "--jobs", "1", "--votes", "1", "--provider", "openai", "--model", "m", "--json")  # fmt: skip
    with running_server(scripted) as server:
        options = (*small, "--base-url", f"{server.url}/v1")
        dry = builder(*options, "--dry-run", "--price", "1,1", cwd=tmp_path)
        assert dry.code == 0, dry.err
        assert server.asked == []
        assert list(tmp_path.iterdir()) == []
        done = builder(*options, cwd=tmp_path, env={"OPENAI_API_KEY": "sk-test"})
        assert done.code == 0, done.err
        asked = [sum(len(text) for _, text in one.messages) / 4 for one in server.asked]
    guess = json.loads(dry.out)
    assert guess["usd"] > 0
    requests = sum(one["requests"] for one in guess["lines"])
    tokens = sum(one["prompt_tokens"] for one in guess["lines"])
    assert 0.5 < requests / len(asked) < 2
    assert 0.4 < tokens / sum(asked) < 4
    assert re.search(r'"rows": ?6', dry.out)
