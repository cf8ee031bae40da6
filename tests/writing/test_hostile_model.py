"""What a model may say, one answer at a time: it becomes a row that holds, or none and a reason; soon, and nothing else.

What is said: tests/llm_server/hostile*.py. Whole runs with the same answers: test_hostile_runs.py.
"""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Literal

import pytest

from builder.config import Writing
from builder.conversation import Example, from_json
from builder.sandbox.isolation import best_isolation
from builder.strategies.desk import Written
from builder.strategies.ideas import ideas_for, with_idea
from builder.strategies.opening import opening
from tests.llm_server.asking import Asked, Reply, Teacher
from tests.llm_server.hostile import ACTS, FIRST_COMMAND, OPINIONS, REWORDINGS, Hostile
from tests.llm_server.hostile_scripts import CLI, COMMANDS, IDE, MOVES, NASTY, Ground, Move, example
from tests.llm_server.scripted import scripted
from tests.writing.near_desk import NearDesk
from tests.writing.planted import planted

_GROUND = Ground("planted", "/home/planted", "/srv/planted", 9, 3_333)
_FIVES = json.dumps({"reason": "Good.", **dict.fromkeys(("realism", "tool_choice", "grounded_arguments", "efficiency", "truth"), 5)})  # fmt: skip
_SOON_S = 20
_ACTS = [place for place in range(len(ACTS)) if not 0 <= place - FIRST_COMMAND < len(COMMANDS)]
"""Commands are for whole runs, which look at what they leave."""
_QUIET = [one for one in MOVES if not one.name.startswith("command")]


def outcome(row: Written) -> str:
    """Why there is no row; empty where there is one, which is then whole."""
    if row.verdict is not None and row.verdict.is_accepted:
        _hold(from_json(row.row))
        return ""
    reason = row.problem or (row.verdict.reason if row.verdict else "")
    assert reason, row
    reason.encode()
    return reason


def _hold(example: Example) -> None:
    """What any reader of the dataset must be able to do with a row."""
    for call in example.calls:
        json.dumps(call.arguments, allow_nan=False, ensure_ascii=False).encode()
    assert "\x1b" not in "".join(m.content for m in example.messages if m.role != "tool")


def _judged(
    near_desk: NearDesk, strategy: str, toolset: str, number: int, teacher: Teacher
) -> list[str]:
    """Why no row came of one brief by such a model, though its judge likes everything."""
    return [outcome(row) for row in _rows(near_desk, strategy, toolset, number, teacher)]


def _rows(near_desk: NearDesk, strategy: str, toolset: str, number: int, teacher: Teacher) -> list[Written]:  # fmt: skip

    def all_fives(asked: Asked) -> Reply:
        is_judge = asked.schema is not None and "truth" in asked.schema["properties"]
        return Reply(_FIVES) if is_judge else teacher(asked)

    near_desk.teacher = all_fives
    began = time.monotonic()
    rows = near_desk.write(strategy, near_desk.brief(toolset, number))
    assert time.monotonic() - began < _SOON_S
    return rows


@pytest.mark.parametrize("toolset", ["continue-ide/open", "continue-cli/open"])
@pytest.mark.parametrize("move", _QUIET, ids=lambda move: move.name[:40])
def test_what_a_hostile_author_writes_is_a_row_that_holds_or_none(
    move: Move, toolset: str, near_desk: NearDesk
) -> None:
    tools = IDE if toolset.startswith("continue-ide") else CLI
    for number in range(6, 9):  # which call comes first
        reply = move.make(number, tools, _GROUND)

        def teacher(asked: Asked, reply: Reply = reply) -> Reply:
            keys = asked.schema["properties"] if asked.schema else {}
            return Reply('{"answers":["That is what there is."]}') if "answers" in keys else reply

        near_desk.asked.clear()
        (reason,) = _judged(near_desk, "author", toolset, number, teacher)
        assert reason or move.may_be_kept
        assert len(near_desk.asked) < 10


@pytest.mark.parametrize("calls", ["native", "text"])
@pytest.mark.parametrize("act", _ACTS)
def test_what_a_hostile_model_does_turn_by_turn_is_a_row_that_holds_or_none(
    act: int, calls: Literal["native", "text"], near_desk: NearDesk
) -> None:
    near_desk.writing = Writing(model="m", calls=calls)

    def teacher(asked: Asked) -> Reply:
        if asked.schema is not None:
            said = {"brief": 7, "request": f"Please see to case {act}."}
            return Reply(json.dumps({"requests": [said]}))
        return Hostile(_GROUND)(asked)

    (reason,) = _judged(near_desk, "rollout", "continue-ide/open", 7, teacher)
    assert len(reason) < 3_000
    assert len(near_desk.asked) < 40


@pytest.mark.parametrize("change", range(len(REWORDINGS)))
def test_a_rewording_changes_words_and_nothing_else(change: int, near_desk: NearDesk) -> None:
    brief = near_desk.brief("continue-ide/open", 7)
    played = asyncio.run(near_desk.remake(brief)).acted
    (row,) = _rows(near_desk, "rewrite", "continue-ide/open", 7, lambda asked: Reply(REWORDINGS[change](scripted(asked).text)))  # fmt: skip
    if not outcome(row):
        before, after = from_json(played.row), from_json(row.row)
        assert [call.function for call in after.calls] == [call.function for call in before.calls]
        assert _results(after) == _results(before)
    else:
        assert change, "the rewording in good faith was refused"


def _results(example: Example) -> list[str]:
    return [one.content for one in example.messages if one.role == "tool"]


@pytest.mark.parametrize("opinion", range(len(OPINIONS)))
def test_only_a_whole_opinion_of_a_judge_counts(opinion: int, near_desk: NearDesk) -> None:
    near_desk.teacher = lambda asked: _good(asked, OPINIONS[opinion])
    (row,) = near_desk.write("author", near_desk.brief("continue-ide/open", 7))
    assert (outcome(row) == "") is (OPINIONS[opinion] == OPINIONS[0])


def _good(asked: Asked, opinion: str) -> Reply:
    """One good example, and this opinion of it."""
    keys = asked.schema["properties"] if asked.schema else {}
    calls = [("read_file", '{"filepath": "README.md"}')]
    examples = {"examples": [example(7, "What is in the readme?", calls, "All there is.")]}
    return Reply(opinion if "truth" in keys else json.dumps(examples))


def test_ideas_of_a_hostile_model_are_cut_and_stay_data(near_desk: NearDesk) -> None:
    brief = near_desk.brief("continue-ide/open", 7)
    for text in (*NASTY.values(), "y" * 100_000, "\ud800", "", "{% raw %}"):
        said = json.dumps({"ideas": [{"title": text, "situation": text}] * 50})
        near_desk.teacher = lambda _asked, said=said: Reply(said)  # type: ignore[misc]
        ideas = asyncio.run(ideas_for("anything", [brief], near_desk))
        assert len(ideas) <= 1
        for one in ideas:
            shown = opening([with_idea(brief, one)], near_desk.places, [])[-1].content
            assert one.situation == text[:1_000]
            assert one.situation in shown


@pytest.mark.parametrize("command", range(len(COMMANDS)))
def test_a_command_of_a_hostile_model_leaves_nothing_and_reaches_nobody(
    command: int, near_desk: NearDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if best_isolation().name != "bubblewrap":
        pytest.skip("a model may have commands run only where bubblewrap is")
    with planted(tmp_path) as ground:
        monkeypatch.setenv("HOME", ground.ground.home)
        monkeypatch.setenv("OPENAI_API_KEY", ground.secret)
        reply = MOVES[command].make(7, CLI, ground.ground)
        (row,) = _rows(near_desk, "author", "continue-cli/open", 7, lambda _: reply)
        (ground.work / "row").write_bytes(row.row + outcome(row).encode())
        assert ground.signs() == []
