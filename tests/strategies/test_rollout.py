"""Rollouts: the model acts turn by turn; what is retracted, bounded, and never part of a row."""

from __future__ import annotations

import json
import re

import pytest

from builder.strategies.desk import Written
from tests.llm_server.asking import Asked, Reply
from tests.strategies.sitting import (
    CLI,
    Said,
    Sat,
    World,
    brief,
    results,
    row_of,
    saying,
    texts,
    write,
)

READ = ("read_file", '{"filepath": "greenhouse/rules.py"}')
LIST = ("ls", '{"dirPath": "greenhouse"}')
ASKED = {"requests": [{"brief": 1, "request": " what is in greenhouse/rules.py? "}]}


def _rollout(world: World, *replies: Said, **options: object) -> Sat[list[Written]]:
    given = {name: options.pop(name) for name in ("parts", "tools", "toolset", "web_results") if name in options}  # fmt: skip
    tools = given.pop("tools", ("read_file",))
    asked = brief(*tools, **given)  # type: ignore[misc,arg-type]
    return write(world, "rollout", saying(ASKED, *replies), asked, votes=0, **options)


def _calls(*calls: tuple[str, str], text: str = "", reasoning: str = "") -> Reply:
    return Reply(text, calls=calls, reasoning=reasoning)


def test_the_model_acts_until_it_answers_and_sees_real_results(world: World) -> None:
    sat = _rollout(world, _calls(READ, LIST, text="I'll look."), "It holds `Rule`.")
    row = row_of(sat.result[0])
    assert [one.role for one in row.messages] == ["system", "user", "assistant", "tool", "tool", "assistant"]  # fmt: skip
    assert row.requests == ["what is in greenhouse/rules.py?"]
    assert row.metadata.shape == ("parallel",)
    assert "class Decision" in next(results(row))
    assert [role for role, _ in sat.asked[2].messages] == ["system", "user", "assistant", "tool", "tool"]  # fmt: skip
    assert "class Decision" in texts(sat.asked[2])
    assert [name.split("@")[0] for name in row.metadata.prompts] == ["rollout", "author"]


def test_what_the_model_is_told_to_do_well_is_not_in_the_row(world: World) -> None:
    sat = _rollout(world, _calls(READ), "It holds `Rule`.")
    assert "How to work well here" in sat.asked[1].messages[0][1]
    assert "How to work well here" not in row_of(sat.result[0]).messages[0].content


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (_calls(("read_files", "{}")), "there is no tool 'read_files'"),
        (_calls(("read_file", '{"path": "x"}')), "arguments of read_file"),
        (_calls(("read_file", '{"filepath"')), "not JSON"),
        (_calls(READ, ("read_file", '{ "filepath":"greenhouse/rules.py"}')), "the same call stands there twice"),
        (Reply(""), "the message was empty"),
        (Reply("It is", finish="length"), "the message was cut off"),
    ],
)  # fmt: skip
def test_a_message_that_cannot_stand_in_a_row_is_retracted(
    world: World, wrong: Reply, told: str
) -> None:
    sat = _rollout(world, wrong, _calls(READ), "It holds `Rule`.")
    row = row_of(sat.result[0])
    assert len(list(row.calls)) == 1
    assert "could not be used" not in str(row)
    assert told in sat.asked[2].messages[0][1]
    assert sat.asked[2].messages[1:] == sat.asked[1].messages[1:]
    assert told not in sat.asked[3].messages[0][1]


def test_three_messages_of_no_use_end_a_rollout(world: World) -> None:
    sat = _rollout(world, *[_calls(("nothing", "{}"))] * 4)
    assert sat.result[0].check == "invalid_call"
    assert len(sat.asked) == 4


def test_too_many_turns_or_calls_end_a_rollout(world: World) -> None:
    def other(asked: Asked) -> Reply:
        return _calls(("grep_search", json.dumps({"query": f"a{len(asked.messages)}"})))  # fmt: skip

    sat = _rollout(world, *[other] * 4, max_turns=3)
    assert sat.result[0].check == "too_long"
    assert "no answer after 3 messages" in sat.result[0].problem
    sat = _rollout(world, *[other] * 4, max_calls=2)
    assert "more than 2 calls" in sat.result[0].problem
    assert len(sat.asked) == 4


def test_an_answer_without_a_call_where_one_was_wanted_is_rejected(world: World) -> None:
    assert _rollout(world, "It holds rules, I guess.").result[0].check == "no_call"
    row = row_of(_rollout(world, "Rules say when to water.", tools=()).result[0])
    assert row.metadata.shape == ("explanation",)


def test_a_refusal_ends_a_rollout(world: World) -> None:
    assert _rollout(world, Reply("No.", finish="refused")).result[0].check == "refused"


def test_another_model_says_what_the_developer_says_next(world: World) -> None:
    sat = _rollout(
        world, _calls(READ), "It holds `Rule`.", {"request": "and what else is in greenhouse?"}, _calls(LIST), "Modules.",
        parts=2, user_model="user",
    )  # fmt: skip
    row = row_of(sat.result[0])
    assert row.requests[1] == "and what else is in greenhouse?"
    assert row.metadata.shape == ("multi_turn",)
    assert [one.model for one in sat.asked] == ["user", "teacher", "teacher", "user", "teacher", "teacher"]  # fmt: skip
    assert "class Decision" in texts(sat.asked[3])


def test_a_developer_with_nothing_left_to_ask_ends_the_conversation(world: World) -> None:
    sat = _rollout(world, _calls(READ), "It holds `Rule`.", {"request": " "}, parts=3)
    assert len(row_of(sat.result[0]).requests) == 1


def test_a_rollout_ends_at_a_call_that_cannot_be_played(world: World) -> None:
    sat = _rollout(world, _calls(("run_terminal_command", '{"command": "npm test"}')))
    assert row_of(sat.result[0]).metadata.ends_at_call
    assert len(sat.asked) == 2


def test_a_rollout_that_recovers_from_a_failed_call_is_labelled(world: World) -> None:
    sat = _rollout(world, _calls(("read_file", '{"filepath": "rules.py"}')), _calls(READ), "It holds `Rule`.")  # fmt: skip
    assert row_of(sat.result[0]).metadata.shape == ("multi_turn", "error_recovery")


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("calls", ["native", "text"])
def test_reasoning_is_kept_only_where_it_is_wanted_and_never_as_text(
    world: World, keeps: bool, calls: str
) -> None:
    if calls == "native":
        first = _calls(READ, text="I'll look.", reasoning="Hmm, the rules.")
    else:
        first = Reply("<think>Hmm, the rules.</think>I'll look.\n" + _block("read_file", "filepath", "greenhouse/rules.py"))  # fmt: skip
    last = Reply("<think>Clear now.</think>It holds `Rule`.")
    sat = _rollout(world, first, last, keep_reasoning=keeps, calls=calls)
    row = row_of(sat.result[0])
    said = [one for one in row.messages if one.role == "assistant"]
    assert [one.content for one in said] == ["I'll look.", "It holds `Rule`."]
    assert [one.reasoning for one in said] == (["Hmm, the rules.", "Clear now."] if keeps else ["", ""])  # fmt: skip


def _block(tool: str, argument: str, value: str) -> str:
    return f"```tool\nTOOL_NAME: {tool}\nBEGIN_ARG: {argument}\n{value}\nEND_ARG\n```"


def test_models_without_native_calls_call_in_text(world: World) -> None:
    block = _block("Read", "filepath", "greenhouse/rules.py")
    sat = _rollout(world, f"I'll look.\n{block}", "It holds `Rule`.", calls="text", toolset=CLI, tools=("Read",))  # fmt: skip
    row = row_of(sat.result[0])
    assert [one.name for one in row.calls] == ["Read"]
    assert "BEGIN_ARG" not in str(row.messages)
    assert not any(one.tools for one in sat.asked)
    assert "TOOL_NAME" in sat.asked[1].messages[0][1]
    assert "into one message" not in sat.asked[1].messages[0][1]
    assert re.search(r"class Decision", sat.asked[2].messages[-1][1])


def test_a_broken_call_in_text_is_retracted(world: World) -> None:
    sat = _rollout(world, "```tool\nTOOL_NAME: read_file\nBEGIN_ARG: filepath\nx", _block("read_file", "filepath", "greenhouse/rules.py"), "It holds `Rule`.", calls="text")  # fmt: skip
    if sat.result[0].row:
        assert len(list(row_of(sat.result[0]).calls)) == 1
    assert "could not be used" in texts(sat.asked[2]) or len(sat.asked) == 4


def test_the_acting_model_is_told_which_search_finds_something(world: World) -> None:
    sat = _rollout(world, Reply(finish="refused"), tools=("search_web",), web_results=(("fastapi lifespan",),))  # fmt: skip
    assert "for this query only, word for word: fastapi lifespan" in sat.asked[1].messages[0][1]


def test_a_brief_without_a_request_is_left_out(world: World) -> None:
    sat = write(world, "rollout", saying({"requests": [{"brief": 2, "request": "x"}]}), brief("ls"), votes=0)  # fmt: skip
    assert sat.result[0].check == "left_out"
