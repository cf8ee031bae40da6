"""The mistakes of an evaluated model: read, made gaps, made up for, and never copied."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from builder.accepted import AcceptedRows
from builder.conversation import Example, Function, Message, Metadata, ToolCall
from builder.coverage import Coverage
from builder.dataset import read_examples
from builder.errors import UsageError
from builder.failures import Failures, Mistake, read_failures
from builder.planning import Want
from builder.pool import Pool
from builder.similarity import signature_of
from builder.tool_spec import Toolset
from builder.workspaces.catalog import load_workspaces
from builder.writing.jobs import briefs_of
from tests.conftest import Finished, builder
from tests.llm_server.asking import Asked, Reply, Teacher
from tests.llm_server.scripted import scripted
from tests.llm_server.server import running_server
from tests.strategies.sitting import as_reply, part, scripts, step

SMALL = ("run", "--offline", "--iterations", "1", "--gaps", "2", "--per-gap", "4", "--workspace", "greenhouse", "--workspace", "tidepool", "--jobs", "1")  # fmt: skip


def _failures(*mistakes: Mistake) -> Failures:
    return Failures(1, "small", mistakes)


def _write(folder: Path, *mistakes: dict[str, Any]) -> Path:
    path = folder / "eval.json"
    path.write_text(json.dumps({"format": 1, "model": "small", "mistakes": mistakes}))
    return path


@pytest.mark.parametrize(
    ("mistake", "feature"),
    [
        (Mistake("no_call", tool="ls"), ("tool", "ls")),
        (Mistake("wrong_tool", tool="ls"), ("tool", "ls")),
        (Mistake("wrong_argument", tool="Edit", argument="old_string"), ("tool", "Edit")),
        (Mistake("missing_call", tool="read_file"), ("label", "parallel")),
        (Mistake("needless_call", tool="read_file"), ("label", "explanation")),
        (Mistake("needless_call"), ("label", "explanation")),
        (Mistake("no_answer"), ("label", "multi_turn")),
    ],
)
def test_a_mistake_asks_for_the_feature_that_shows_it_right(
    mistake: Mistake, feature: tuple[str, str]
) -> None:
    assert mistake.feature == feature
    assert "{" not in mistake.words
    gaps = _failures(mistake).gaps(Coverage(), _failures(mistake).wanted(Coverage()), 20)
    assert [(one.missing, one.features) for one in gaps] == [(3, (feature,))]


def test_three_rows_a_mistake_at_most_twenty_and_the_frequent_first() -> None:
    failures = _failures(Mistake("no_call", tool="ls"), *[Mistake("no_call", tool="Read")] * 9)
    gaps = failures.gaps(Coverage(), failures.wanted(Coverage()), 5)
    assert [(one.id, one.missing, one.planned) for one in gaps] == [("failures:tool:Read", 20, 5), ("failures:tool:ls", 3, 3)]  # fmt: skip


def test_a_gap_closes_as_rows_come() -> None:
    failures = _failures(Mistake("no_call", tool="ls"))
    before = Coverage()
    before.counts[("tool", "ls")] = 10
    wanted = failures.wanted(before)
    assert wanted == {"failures:tool:ls": 13}
    before.counts[("tool", "ls")] = 12
    assert failures.gaps(before, wanted, 20)[0].missing == 1
    before.counts[("tool", "ls")] = 13
    assert failures.gaps(before, wanted, 20) == []


def _row(request: str, path: str) -> Example:
    call = ToolCall("call_1", Function("read_file", json.dumps({"filepath": path})))
    messages = (Message("system", "S"), Message("user", request), Message("assistant", "", (call,)))
    return Example(messages, Metadata(id="new"))


def test_evaluated_rows_are_found_as_near_copies_each_by_itself() -> None:
    asked = ["where is the watering decided when the sensors of a zone are silent", "which of our settings may be changed while the relay is running in production"]  # fmt: skip
    failures = _failures(*[Mistake("wrong_argument", request=one, tool="read_file", expected='{"filepath": "a.py"}') for one in asked])  # fmt: skip
    assert len({one.metadata.id for one in failures.rows()}) == 2

    class Nothing:
        def nearest_row(self, _signature: list[int]) -> tuple[str, float]:
            return "", 0.0

        def has_row(self, _row_id: str) -> bool:
            return False

        def known_call_ids(self, _ids: list[str]) -> set[str]:
            return set()

    known = AcceptedRows(Nothing(), failures)  # type: ignore[arg-type]
    for one in asked:
        assert known.nearest_row(signature_of(_row(one, "a.py")))[1] == 1.0
    assert known.nearest_row(signature_of(_row("say hello", "b.py")))[1] < 0.5
    assert known.known_call_ids(["call_0"]) == set()


def test_a_row_with_an_evaluated_id_is_known() -> None:
    failures = _failures(*[Mistake("no_call", row="abc", request="x", tool=tool) for tool in ("ls", "Read")])  # fmt: skip
    assert sorted(one.metadata.id for one in failures.rows()) == ["abc", "evaluated-1"]


def test_the_same_request_is_a_repetition_in_any_spelling() -> None:
    failures = _failures(Mistake("no_call", request="What is  in a.py?"))
    assert failures.repeats(_row("what is in\na.py?", "a.py"))
    assert not failures.repeats(_row("what is in b.py?", "a.py"))
    assert not _failures(Mistake("no_call")).repeats(_row("", "a.py"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no json", "is no report"),
        ('{"format": 2, "model": "m", "mistakes": []}', "has format 2"),
        ('{"format": 1, "model": "m", "mistakes": []}', "tells of no mistakes"),
        ('{"format": 1, "model": "m", "mistakes": [{"kind": "ugly"}]}', "docs/FAILURES.md"),
    ],
)
def test_a_wrong_report_says_what_is_wrong(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "eval.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=told):
        read_failures(path)
    with pytest.raises(UsageError, match="is no report"):
        read_failures(tmp_path / "gone.json")


def test_briefs_tell_what_went_wrong_and_nothing_of_the_evaluated_row(pool: Pool) -> None:
    candidate = pool.with_feature(("tool", "read_file"))[0]
    failures = _failures(Mistake("wrong_argument", row="r", scenario="s", request="evaluated words", tool="read_file", argument="filepath", expected='{"filepath": "evaluated.py"}'))  # fmt: skip
    made = briefs_of([Want(1, candidate.id, 0, "failures:tool:read_file")], pool, failures)[0]
    assert made.mistakes == ("it got the argument filepath of read_file wrong",)
    assert "evaluated" not in str(msgspec.to_builtins(made))
    assert briefs_of([Want(1, candidate.id, 0, "other")], pool, failures)[0].mistakes == ()


@pytest.fixture(scope="module")
def pool(toolsets: dict[str, Toolset]) -> Pool:
    return Pool(load_workspaces(("greenhouse",)), list(toolsets.values()))


def _rows(folder: Path) -> list[Example]:
    return list(read_examples(folder / "runs" / "continue_finetuning_dataset.jsonl"))


def _evaluated(rows: list[Example], count: int = 4) -> list[dict[str, Any]]:
    calling = [one for one in rows if list(one.calls)][:count]
    found = []
    for one in calling:
        call = next(iter(one.calls))
        found.append({"kind": "wrong_argument", "tool": call.name, "row": one.metadata.id, "scenario": one.metadata.scenario, "request": one.requests[0], "expected": call.function.arguments})  # fmt: skip
    return [*found, {"kind": "needless_call", "request": "what is a webhook?"}]


def _check_makes_up_for(folder: Path, evaluated: list[dict[str, Any]], before: int) -> None:
    rows = _rows(folder)[before:]
    assert rows
    wanted = {one["tool"] for one in evaluated if "tool" in one}
    assert all(any(call.name in wanted for row in rows for call in row.calls) for _ in wanted)
    assert any("explanation" in one.metadata.shape for one in rows)
    scenarios = {one.get("scenario") for one in evaluated}
    requests = {one["request"] for one in evaluated}
    assert not scenarios & {one.metadata.scenario for one in rows if one.metadata.scenario}
    assert not requests & {one.requests[0] for one in rows}


def test_the_embedded_generator_makes_up_for_mistakes(small_run: Path, tmp_path: Path) -> None:
    evaluated = _evaluated(_rows(small_run))
    path = _write(tmp_path, *evaluated)
    done = builder(*SMALL, "--gaps", "9", "--failures", str(path), cwd=tmp_path)
    assert done.code == 0, done.err
    plan = json.loads(next((tmp_path / "runs").glob("*/plan-001.json")).read_text())
    gaps = [one["id"] for one in plan["batch"]["gaps"]]
    assert gaps[0].startswith("failures:")
    assert "failures:label:explanation" in gaps
    _check_makes_up_for(tmp_path, evaluated, 0)


def _by_model(folder: Path, teacher: Teacher, *more: str) -> tuple[Finished, list[Asked]]:
    with running_server(teacher) as server:
        options = ("--provider", "openai", "--model", "m", "--base-url", f"{server.url}/v1", "--votes", "0", "--strategy", "author")  # fmt: skip
        done = builder(*SMALL, *options, *more, cwd=folder, env={"OPENAI_API_KEY": "sk-test"})
        return done, server.asked


def test_a_model_makes_up_for_mistakes_and_copies_none(small_run: Path, tmp_path: Path) -> None:
    evaluated = _evaluated(_rows(small_run), 2)
    copied = evaluated[0]["request"]

    def copying(asked: Asked) -> Reply:
        reply = scripted(asked)
        answer = json.loads(reply.text)
        for example in answer.get("examples", ())[:1]:
            example["parts"][0]["request"] = copied.upper()
        return Reply(json.dumps(answer))

    done, asked = _by_model(tmp_path, copying, "--gaps", "9", "--failures", str(_write(tmp_path, *evaluated)))  # fmt: skip
    assert done.code == 0, done.err
    _check_makes_up_for(tmp_path, evaluated[2:], 0)
    rejected = next((tmp_path / "runs").glob("*/rejected.jsonl")).read_text()
    assert "a model was evaluated with this very request" in rejected
    told = "\n".join(text for one in asked for _, text in one.messages)
    assert "A model got this wrong" in told
    assert copied not in told
    assert evaluated[0]["row"] not in told


TICKETS = [{"name": "create_ticket", "description": "Create a ticket.", "input_schema": {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}}]  # fmt: skip
OWN = ("run", "--offline", "--toolset", "file:tools.json", "--jobs", "1")  # fmt: skip


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished dataset of a user's own tool, in which every target is met."""
    folder = tmp_path_factory.mktemp("met")
    (folder / "tools.json").write_text(json.dumps(TICKETS))
    done = builder(*OWN, cwd=folder)
    assert done.code == 0, done.err
    assert "OPEN" not in done.out
    return folder


def _tickets(asked: Asked) -> Reply:
    """For every brief a ticket of its own."""
    story = ["pump seven drips", "the fan is loud at night", "no light in the west wing", "herbs look pale", "the door sticks", "a sensor went silent"]  # fmt: skip
    numbers = re.findall(r"^Brief (\d+):", asked.messages[-1][1], re.MULTILINE)
    return as_reply({"examples": [scripts(part(f"write down that {story[int(n) % 6]}", step(("create_ticket", {"title": story[int(n) % 6]}))), brief=int(n))["examples"][0] for n in numbers]})  # fmt: skip


@pytest.mark.parametrize("by_model", [False, True])
def test_mistakes_are_made_up_for_where_every_target_is_met(
    met: Path, tmp_path: Path, by_model: bool
) -> None:
    shutil.copytree(met, tmp_path, dirs_exist_ok=True)
    before = len(_rows(tmp_path))
    path = _write(tmp_path, {"kind": "no_call", "tool": "create_ticket", "request": "never asked"})
    with running_server(_tickets) as server:
        writing = ("--provider", "openai", "--model", "m", "--base-url", f"{server.url}/v1", "--votes", "0", "--strategy", "author")  # fmt: skip
        options = (*(writing if by_model else ()), "--failures", str(path), "--iterations", "2")
        done = builder(*OWN, *options, cwd=tmp_path, env={"OPENAI_API_KEY": "sk-test"})
        assert done.code == 0, done.err
        assert bool(server.asked) == by_model
    new = _rows(tmp_path)[before:]
    assert sum(any(call.name == "create_ticket" for call in one.calls) for one in new) >= 3
