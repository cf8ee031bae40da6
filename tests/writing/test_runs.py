"""Whole runs by a model, as a user starts them: what is written, what the report says, what `doctor` says before."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from builder.dataset import read_examples
from builder.report import shown_usd
from tests.conftest import Finished, builder
from tests.llm_server.scripted import scripted
from tests.llm_server.server import LlmServer, running_server
from tests.llm_server.teachers import echo

_DATASET = "runs/continue_finetuning_dataset.jsonl"
_WORKSPACES = ("--workspace", "greenhouse", "--workspace", "tidepool", "--workspace", "relay")
_KEY = {"ANTHROPIC_API_KEY": "sk-ant-only-for-this-test", "OPENAI_API_KEY": ""}


def _run(
    server: LlmServer, folder: Path, *more: str, provider: str = "openai", timeout_s: float = 180
) -> Finished:
    url = f"{server.url}/v1" if provider == "openai" else server.url
    where = ("--provider", provider, "--model", "teacher", "--base-url", url)
    return builder("run", "--offline", *where, *_WORKSPACES, *more, cwd=folder, env=_KEY, timeout_s=timeout_s)  # fmt: skip


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of three iterations by the scripted teacher, with ideas and two votes; tests must not change it."""
    folder = tmp_path_factory.mktemp("by-a-model")
    with running_server(scripted) as server:
        done = _run(
            server,
            folder,
            "--iterations",
            "3",
            "--gaps",
            "2",
            "--per-gap",
            "15",
            "--price",
            "1,2",
            "--votes",
            "2",
            "--ideas",
        )
    assert done.code == 0, done.err
    return folder


def test_every_strategy_gives_rows_and_the_judge_marks_them(finished: Path) -> None:
    rows = list(read_examples(finished / _DATASET))
    strategies = Counter(row.metadata.strategy for row in rows)
    assert set(strategies) == {"author", "rollout", "rewrite"}
    assert min(strategies.values()) >= 8
    for row in rows:
        assert row.metadata.model == "openai/teacher"
        assert row.metadata.judge == "openai/teacher"
        assert row.metadata.score is not None
        assert row.metadata.score >= 3.5
        assert "judge" in row.metadata.validators
        named = [prompt.partition("@")[0] for prompt in row.metadata.prompts]
        # Requests for a rollout are asked for where an author is told of a place.
        also = ["author"] if row.metadata.strategy == "rollout" else []
        assert named == [row.metadata.strategy, *also, "judge"]


def test_every_row_plays_again(finished: Path) -> None:
    done = builder("validate", *_WORKSPACES, "--json", cwd=finished)
    found = json.loads(done.out)
    assert (done.code, found["failures"]) == (0, [])
    assert found["replayed"] > 0.8 * found["rows"]


def test_what_was_rejected_stands_there_with_its_reason(finished: Path) -> None:
    (path,) = finished.glob("runs/*/rejected.jsonl")
    rejected = [json.loads(line) for line in path.read_text().splitlines()]
    low = [one for one in rejected if one["validator"] == "judge"]
    assert low
    assert all("below 3.5" in one["reason"] and one["row"] for one in low)


def test_the_report_says_what_was_asked_and_what_it_cost(finished: Path) -> None:
    (path,) = finished.glob("runs/*/coverage-003.json")
    asked = json.loads(path.read_text())["asked"]
    stages = {row["stage"] for row in asked["rows"]}
    assert {"author", "rollout", "request", "rewrite", "judge", "ideas"} <= stages
    total = asked["total"]
    usd = (total["prompt_tokens"] * 1 + total["completion_tokens"] * 2) / 1e6
    assert total["usd"] == pytest.approx(usd)
    (page,) = finished.glob("runs/*/report.html")
    (markdown,) = finished.glob("runs/*/coverage-003.md")
    assert shown_usd(usd) in page.read_text()
    assert shown_usd(usd) in markdown.read_text()


def test_ideas_are_recorded_and_named_in_the_rows_that_follow_them(finished: Path) -> None:
    (path,) = finished.glob("runs/*/ideas.jsonl")
    ideas = {json.loads(line)["id"] for line in path.read_text().splitlines()}
    origins = {row.metadata.origin for row in read_examples(finished / _DATASET)}
    assert ideas & origins


@pytest.mark.parametrize("provider", ["anthropic", "ollama"])
def test_the_other_providers_write_rows_too(provider: str, tmp_path: Path) -> None:
    few = ("--iterations", "1", "--gaps", "1", "--per-gap", "9")
    with running_server(scripted) as server:
        done = _run(server, tmp_path, *few, provider=provider)
    assert done.code == 0, done.err
    models = {row.metadata.model for row in read_examples(tmp_path / _DATASET)}
    assert models == {f"{provider}/teacher"}


def test_a_model_without_native_calls_writes_in_text(tmp_path: Path) -> None:
    few = ("--iterations", "1", "--gaps", "1", "--per-gap", "6", "--votes", "0")
    with running_server(scripted) as server:
        done = _run(server, tmp_path, *few, "--calls", "text", "--strategy", "rollout")
        assert not any(asked.tools for asked in server.asked)
    assert done.code == 0, done.err
    rows = list(read_examples(tmp_path / _DATASET))
    assert rows
    assert all(any(True for _ in row.calls) for row in rows)
    assert not any("TOOL_NAME" in message.content for row in rows for message in row.messages)


def test_the_users_own_project_gets_half_of_what_is_written_freely(tmp_path: Path) -> None:
    own = tmp_path / "shop"
    own.mkdir()
    for name in ("cart", "orders", "stock"):
        (own / f"{name}.py").write_text(f"def {name}_total(items):\n    return sum(items)\n")
    few = ("--iterations", "1", "--gaps", "1", "--votes", "0", "--strategy", "author")
    with running_server(scripted) as server:
        done = _run(server, tmp_path, *few, "--workspace", str(own))
    assert done.code == 0, done.err
    told = Counter(row.metadata.workspace for row in read_examples(tmp_path / _DATASET))
    assert told["shop"] >= 4
    assert sum(told.values()) > told["shop"]


def test_a_provider_without_a_model_is_a_mistake_that_names_the_doctor(tmp_path: Path) -> None:
    done = builder("run", "--provider", "openai", cwd=tmp_path)
    assert done.code == 2
    assert "doctor --provider openai" in done.err


def test_the_doctor_says_that_a_model_will_do(tmp_path: Path) -> None:
    with running_server(echo) as server:
        where = ("--provider", "openai", "--model", "small", "--base-url", f"{server.url}/v1")
        done = builder("doctor", *where, cwd=tmp_path)
    assert done.code == 0, done.out
    assert "tool calls come back as such" in done.out


def test_the_doctor_says_what_to_do_where_nothing_answers(tmp_path: Path) -> None:
    where = ("--provider", "ollama", "--model", "small", "--base-url", "http://127.0.0.1:9")
    done = builder("doctor", *where, cwd=tmp_path)
    assert done.code == 1
    assert "ollama serve" in done.out
