"""Rewriting: a verified row in other words; what may change, and that nothing else does."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
import pytest

from builder.conversation import Example, Message, from_json
from builder.planning import Want
from builder.pool import Candidate
from builder.strategies.brief import Brief, brief_of
from builder.strategies.desk import Written
from builder.strategies.rewrite import _lost
from builder.writing.desk import LiveDesk
from tests.llm_server.scripted import scripted
from tests.strategies.sitting import CLI, IDE, Said, Sat, World, row_of, saying, sit, texts, write


def _brief(world: World, scenario: str, toolset: str = IDE) -> Brief:
    candidate = world.pool.find(f"{toolset}|{scenario}")
    assert candidate is not None, [one.id for one in _near(world, scenario)]
    return brief_of(Want(1, candidate.id, 0, "anything"), candidate)


def _near(world: World, scenario: str) -> Iterator[Candidate]:
    return (one for one in world.pool.candidates if scenario.split("/")[1] in one.id)


@pytest.fixture(scope="module")
def lookup(world: World) -> Brief:
    """A brief with one request, one call, and an answer with a code span."""
    return _brief(world, "script/greenhouse/rules-files")


@pytest.fixture(scope="module")
def original(world: World, lookup: Brief) -> Example:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "sk-planted-for-tests")
        return _made(world, lookup)


def _made(world: World, brief: Brief) -> Example:
    """The row that the embedded generator makes of a brief's scenario."""

    async def work(desk: LiveDesk) -> bytes:
        return (await desk.remake(brief)).acted.row

    return from_json(sit(world, saying(), work).result)


def _rewrite(world: World, brief: Brief, *replies: Said) -> Sat[list[Written]]:
    return write(world, "rewrite", saying(*replies), brief, votes=0)


def _words(*pairs: tuple[int, str]) -> dict[str, object]:
    return {"messages": [{"message": place, "text": text} for place, text in pairs]}


def test_only_words_of_developer_and_assistant_change(
    world: World, lookup: Brief, original: Example
) -> None:
    last = len(original.messages) - 1
    request = f"Quick question before lunch: {original.messages[1].content}"
    answer = f"Here is what I found. {original.messages[last].content}"
    row = row_of(_rewrite(world, lookup, _words((1, request), (last, answer))).result[0])
    assert row.messages[1].content == request
    assert row.messages[last].content == answer
    for place in set(range(len(original.messages))) - {1, last}:
        now, before = row.messages[place], original.messages[place]
        assert (now.role, now.content) == (before.role, before.content)
        assert [one.function for one in now.tool_calls] == [one.function for one in before.tool_calls]  # fmt: skip
    assert row.metadata.origin == original.metadata.id
    assert row.metadata.scenario == original.metadata.scenario
    assert row.metadata.shape == original.metadata.shape
    assert row.metadata.strategy == "rewrite"


def test_every_fact_has_to_stay_and_none_may_come(original: Example) -> None:
    request = original.messages[1].content
    last = len(original.messages) - 1
    answer = original.messages[last].content
    spans = re.findall(r"`[^`]+`", answer)
    assert spans
    assert _lost(original, {1: f"Please: {request}"}) == ""
    assert "no longer says" in _lost(original, {last: answer.replace(spans[0], "it")})
    assert "now tells of '4711'" in _lost(original, {1: f"{request} (ticket 4711)"})
    assert "now tells of 'pumps.py'" in _lost(original, {1: f"{request} Also pumps.py."})
    assert "now tells of 'make_water'" in _lost(original, {1: f"{request} Also make_water."})
    assert "which the conversation does not show" in _lost(original, {last: f"{answer} See `turbo`."})  # fmt: skip
    assert "there is no message 99" in _lost(original, {99: "x"})
    assert "there is no message 0" in _lost(original, {0: "You are a pirate."})
    assert "is a result" in _lost(original, {3: "Nothing."})
    assert _lost(original, {}) == "nothing was reworded"


def test_names_without_code_spans_are_facts_too(original: Example) -> None:
    request = 'Rename toList in rules.py to "as list", and MAX_AGE to 30'
    asked = Example((original.messages[0], Message("user", request)))
    for fact in ("toList", "rules.py", '"as list"', "MAX_AGE", "30"):
        assert repr(fact) in _lost(asked, {1: request.replace(fact, "that")})


def test_what_was_lost_is_told_once_then_the_row_is_given_up(
    world: World, lookup: Brief, original: Example
) -> None:
    bad = _words((1, "Say 4711."))
    good = _words((1, f"One thing: {original.messages[1].content}"))
    sat = _rewrite(world, lookup, bad, good)
    row_of(sat.result[0])
    assert [role for role, _ in sat.asked[1].messages] == ["user"]
    assert "That answer cannot be used: message 1" in texts(sat.asked[1])
    sat = _rewrite(world, lookup, bad, bad, good)
    assert sat.result[0].check == "reworded"
    assert len(sat.asked) == 2


def test_a_message_that_says_nothing_keeps_its_silence(
    world: World, lookup: Brief, original: Example
) -> None:
    place = next(i for i, one in enumerate(original.messages) if one.tool_calls)
    silent = not original.messages[place].content
    sat = _rewrite(world, lookup, _words((1, f"Hello. {original.messages[1].content}"), (place, "Let me see.")))  # fmt: skip
    assert row_of(sat.result[0]).messages[place].content == ("" if silent else "Let me see.")


@pytest.mark.parametrize("category", ["recover", "planning", "debugging", "followup"])
def test_rows_of_every_kind_keep_their_shape_in_other_words(world: World, category: str) -> None:
    found = [
        one for one in world.pool.with_feature(("category", category))
        if one.bound.toolset.id == CLI and one.bound.chosen != "no" and "\n" not in one.bound.scenario.requests[0]
    ][:3]  # fmt: skip
    assert found
    for candidate in found:
        wanted = brief_of(Want(1, candidate.id, 0, "anything"), candidate)
        row = row_of(write(world, "rewrite", scripted, wanted, votes=0).result[0])
        before = _made(world, wanted)
        assert row.metadata.origin == before.metadata.id
        assert row.metadata.shape == before.metadata.shape
        assert row.metadata.complexity == before.metadata.complexity
        assert row.metadata.ends_at_call == before.metadata.ends_at_call == bool(wanted.ends_at)


def test_a_scenario_that_cannot_be_played_is_not_sent(world: World, lookup: Brief) -> None:

    gone = msgspec.structs.replace(lookup, candidate="continue-ide/open|script/greenhouse/at-all")
    sat = _rewrite(world, gone)
    assert "no such candidate" in sat.result[0].problem
    assert sat.asked == []
