"""The judge: votes, marks, the threshold, and what a row says of them."""

from __future__ import annotations

from typing import Any

import pytest

from builder.strategies.desk import Written
from builder.strategies.judge import Opinion, judged
from builder.writing.desk import LiveDesk
from tests.llm_server.asking import Asked, Reply
from tests.strategies.sitting import (
    Said,
    Sat,
    World,
    brief,
    part,
    row_of,
    saying,
    scripts,
    sit,
    step,
    texts,
    write,
)

MARKS = ("realism", "tool_choice", "grounded_arguments", "efficiency", "truth")


def _opinion(mark: int, reason: str = "Fine.", **marks: int) -> dict[str, object]:
    return {"reason": reason, **dict.fromkeys(MARKS, mark), **marks}


@pytest.fixture(scope="module")
def row(world: World) -> Written:
    """A row that everything but a judge has passed."""
    told = part("what is in greenhouse?", step(("ls", {"dirPath": "greenhouse"})), answer="It has `rules.py`.")  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "sk-planted-for-tests")
        return write(world, "author", saying(scripts(told)), brief("ls"), votes=0).result[0]


def _judge(world: World, row: Written, *said: Said, **writing: Any) -> Sat[Written]:
    async def work(desk: LiveDesk) -> Written:
        return await judged(row, desk)

    return sit(world, saying(*said), work, **writing)


def test_a_good_row_tells_its_score_and_its_judge(world: World, row: Written) -> None:
    sat = _judge(world, row, _opinion(4), judge_model="wise", votes=1)
    found = row_of(sat.result)
    assert (found.metadata.score, found.metadata.judge) == (4.0, "openai/wise")
    assert [one.split("@")[0] for one in found.metadata.prompts] == ["author", "judge"]
    assert sat.result.verdict is not None
    assert sat.result.verdict.passed[-1] == "judge"
    assert sat.asked[0].model == "wise"
    assert found.messages == row_of(row).messages


def test_a_judge_sees_request_calls_results_and_what_was_offered(
    world: World, row: Written
) -> None:
    shown = texts(_judge(world, row, _opinion(4), votes=1).asked[0])
    assert "[developer] what is in greenhouse?\n" in shown
    assert 'calls ls {"dirPath": "greenhouse"}' in shown
    assert "[result] " in shown
    assert "- read_file: Returns the whole text" in shown
    assert "You are an AI coding assistant" not in shown


def test_votes_are_asked_apart_and_their_mean_counts(world: World, row: Written) -> None:
    sat = _judge(world, row, _opinion(5), _opinion(4), _opinion(3), votes=3)
    assert row_of(sat.result).metadata.score == 4.0
    assert len(sat.asked) == 3


def test_a_row_below_the_threshold_is_rejected_with_the_worst_reason(
    world: World, row: Written
) -> None:
    said = [_opinion(4), _opinion(2, "Nobody would ask this.")]
    sat = _judge(world, row, *said, votes=2, threshold=3.5)
    assert sat.result == Written(row.row, None, "judge", "3.0 of 5, below 3.5: Nobody would ask this.")  # fmt: skip
    assert row_of(_judge(world, row, *said, votes=2, threshold=3.0).result).metadata.score == 3.0


@pytest.mark.parametrize("what", ["truth", "tool_choice"])
def test_an_untrue_answer_or_a_wrong_tool_is_not_made_good(what: str) -> None:
    marks = {**dict.fromkeys(MARKS, 5), what: 1}
    assert Opinion("", **marks).score == 2.0
    assert Opinion("", **dict.fromkeys(MARKS, 5)).score == 5.0


def test_no_row_is_judged_that_failed_before_or_where_nobody_judges(
    world: World, row: Written
) -> None:
    failed = Written(check="generation", problem="a call failed")
    sat = _judge(world, failed, _opinion(5), votes=1)
    assert (sat.result, sat.asked) == (failed, [])
    sat = _judge(world, row, _opinion(5), votes=0)
    assert (sat.result, sat.asked) == (row, [])


def test_a_row_without_an_opinion_is_rejected(world: World, row: Written) -> None:
    sat = _judge(world, row, Reply("No.", finish="refused"), votes=1)
    assert sat.result.check == "judge"
    assert "no opinion: the model declined" in sat.result.problem


def test_marks_out_of_bounds_are_corrected(world: World, row: Written) -> None:
    sat = _judge(world, row, _opinion(7), _opinion(4), votes=1)
    assert row_of(sat.result).metadata.score == 4.0
    assert "Expected `int` <= 5" in texts(sat.asked[1])


def test_votes_begun_afresh_are_not_the_votes_of_others(world: World, row: Written) -> None:
    def by_turn(asked: Asked) -> Reply:
        return Reply("" if asked.number < 2 else '{"reason": "r", "realism": 4, "tool_choice": 4, "grounded_arguments": 4, "efficiency": 4, "truth": 4}')  # fmt: skip

    sat = _judge(world, row, *[by_turn] * 6, votes=2)
    assert row_of(sat.result).metadata.score == 4.0
    assert len(sat.asked) == 4
