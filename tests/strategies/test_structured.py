"""The ladder by which structured answers are read: what is taken, asked again, given up."""

from __future__ import annotations

import json

import msgspec
import pytest

from builder.conversation import Message
from builder.strategies import author, ideas, judge, rewrite, rollout
from builder.strategies.desk import UnwritableError
from builder.strategies.script import Scripts
from builder.strategies.structured import Answered, Form, ask_for, nothing, schema_of
from builder.writing.desk import LiveDesk
from tests.llm_server.asking import Reply
from tests.llm_server.strictness import _check_closed
from tests.strategies.sitting import Said, Sat, World, saying, sit, texts


class Colour(msgspec.Struct, frozen=True):
    name: str
    strength: int


GOOD = {"name": "green", "strength": 3}
ALL_FORMS = (
    Scripts, author._Answers, rollout._Requests, rollout._FollowUp, rewrite._Rewording, judge.Opinion, ideas._Ideas,
)  # fmt: skip


def _ask(world: World, *replies: Said) -> Sat[Answered[Colour] | UnwritableError]:
    async def work(desk: LiveDesk) -> Answered[Colour] | UnwritableError:
        form = Form(Colour, nothing)
        try:
            return await ask_for(desk, "writer", [Message("user", "a colour?")], form, stage="t")
        except UnwritableError as error:
            return error

    return sit(world, saying(*replies), work)


@pytest.mark.parametrize(
    "text",
    [
        "```json\n{}\n```",
        "```\n{}\n```",
        "Here it is:\n\n```json\n{}\n```\nI hope that helps :-}}",
        "Sure! {} Is that what you meant?",
        "\n  {}\n",
    ],
)
def test_fences_and_words_around_an_answer_cost_nothing(world: World, text: str) -> None:
    sat = _ask(world, text.replace("{}", json.dumps(GOOD)).replace("}}\n", "}\n"))
    assert sat.result == Answered(Colour("green", 3), repaired=False)
    assert len(sat.asked) == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ('{"name": "green"', "Input data was truncated"),
        ('{"name": "green", "strength": "three"}', "Expected `int`, got `str` - at `$.strength`"),
        ('{"name": "green"}', "missing required field `strength`"),
        ("I would say green.", "JSON is malformed"),
        ('[{"name": "green"}]', "missing required field `strength`"),
    ],
)
def test_a_wrong_answer_is_corrected_in_one_turn_that_says_what_was_wrong(
    world: World, wrong: str, told: str
) -> None:
    sat = _ask(world, wrong, GOOD)
    assert sat.result == Answered(Colour("green", 3), repaired=True)
    roles = [role for role, _ in sat.asked[1].messages]
    assert roles == ["user", "assistant", "user"]
    assert sat.asked[1].messages[1][1] == wrong
    assert told in sat.asked[1].messages[2][1]


def test_an_answer_that_was_cut_off_is_told_to_be_shorter(world: World) -> None:
    sat = _ask(world, Reply('{"name": "gre', finish="length"), GOOD)
    assert isinstance(sat.result, Answered)
    assert "cut off: write less" in sat.asked[1].messages[2][1]


def test_the_third_request_starts_afresh_and_the_fourth_is_not_made(world: World) -> None:
    sat = _ask(world, "no", "no again", GOOD)
    assert isinstance(sat.result, Answered)
    assert sat.asked[2].messages == sat.asked[0].messages
    sat = _ask(world, "no", "no again", "never", GOOD)
    assert isinstance(sat.result, UnwritableError)
    assert sat.result.check == "unreadable"
    assert "in 3 requests: JSON is malformed" in str(sat.result)
    assert len(sat.asked) == 3


def test_an_empty_answer_is_asked_for_afresh_at_once(world: World) -> None:
    sat = _ask(world, "", GOOD)
    assert isinstance(sat.result, Answered)
    assert sat.asked[1].messages == sat.asked[0].messages
    sat = _ask(world, "", " ")
    assert isinstance(sat.result, UnwritableError)
    assert "in 2 requests: the answer is empty" in str(sat.result)


def test_a_refusal_is_final_and_tells_the_words(world: World) -> None:
    sat = _ask(world, Reply("That I won't do.", finish="refused"), GOOD)
    assert isinstance(sat.result, UnwritableError)
    assert sat.result.check == "refused"
    assert "That I won't do." in str(sat.result)
    assert len(sat.asked) == 1


def test_an_endless_answer_is_not_read_and_not_sent_back_whole(world: World) -> None:
    sat = _ask(world, "x" * 200_001, GOOD)
    assert isinstance(sat.result, Answered)
    assert "has 200001 characters" in texts(sat.asked[1])
    assert len(texts(sat.asked[1])) < 7_000


def test_a_hostile_depth_of_brackets_is_a_wrong_answer(world: World) -> None:
    sat = _ask(world, '{"name": ' + "[" * 20_000, GOOD)
    assert isinstance(sat.result, Answered)


@pytest.mark.parametrize("form", ALL_FORMS)
def test_every_form_is_asked_for_by_a_closed_schema(form: type) -> None:
    schema = schema_of(form)
    _check_closed(schema, all_required=True)
    assert "$ref" not in json.dumps(schema)
