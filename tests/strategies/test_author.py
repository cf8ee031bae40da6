"""The author: whole examples in one request, played; what is mended, answered anew, asked for again, given up."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from builder.strategies.desk import Written
from tests.llm_server.asking import Asked, Reply
from tests.strategies.sitting import (
    CLI,
    Said,
    Sat,
    World,
    brief,
    part,
    results,
    row_of,
    saying,
    scripts,
    step,
    texts,
    write,
)

READ = ("read_file", {"filepath": "greenhouse/rules.py"})
MISSING = ("read_file", {"filepath": "greenhouse/pumps.py"})
LIST = ("ls", {"dirPath": "greenhouse"})
ANSWER = "`greenhouse/rules.py` holds `Rule` and `Decision`."


def _author(world: World, *replies: Said, **more: Any) -> Sat[list[Written]]:
    return write(world, "author", saying(*replies), brief("read_file", **more), votes=0)


def test_an_example_becomes_a_row_whose_results_were_played(world: World) -> None:
    told = part("what is in greenhouse/rules.py?", step(READ, say="I'll look."), answer=ANSWER)
    sat = _author(world, scripts(told))
    row = row_of(sat.result[0])
    said = [one.role for one in row.messages]
    assert said == ["system", "user", "assistant", "tool", "assistant"]
    assert next(results(row)) == Path("builder/workspaces/greenhouse/tree/greenhouse/rules.py").read_text()  # fmt: skip
    about = row.metadata
    assert (about.model, about.strategy, about.workspace) == ("openai/teacher", "author", "greenhouse")  # fmt: skip
    assert re.fullmatch(r"author@[0-9a-f]{8}", about.prompts[0])
    assert not about.repaired
    assert about.shape == ()
    assert about.complexity == "simple"
    assert len(sat.asked) == 1


def test_a_failing_call_goes_back_once_with_its_error(world: World) -> None:
    wrong = scripts(part("read the pumps", step(MISSING), answer=ANSWER))
    sat = _author(world, wrong, scripts(part("read the rules", step(READ), answer=ANSWER)))
    row = row_of(sat.result[0])
    assert row.metadata.repaired
    assert row.requests == ["read the rules"]
    assert len(sat.asked) == 2
    assert sat.asked[1].messages[:2] == sat.asked[0].messages[:2]
    assert '"read the pumps"' in sat.asked[1].messages[2][1]
    assert "File greenhouse/pumps.py does not exist" in sat.asked[1].messages[3][1].replace('"', "").replace("'", "")  # fmt: skip


def test_an_example_that_fails_again_is_given_up_and_nothing_more_is_asked(world: World) -> None:
    wrong = scripts(part("read the pumps", step(MISSING)))
    sat = _author(world, wrong, wrong, {"answers": ["never"]})
    assert sat.result[0].check == "generation"
    assert "a call failed: " in sat.result[0].problem
    assert len(sat.asked) == 2


def test_an_answer_that_tells_what_no_result_shows_is_written_anew(world: World) -> None:
    told = part("what is there?", step(LIST), answer="There are `pump_house` and `boiler/main.py`.")
    sat = _author(world, scripts(told), {"answers": ["It has `rules.py` and more."]})
    row = row_of(sat.result[0])
    assert row.messages[-1].content == "It has `rules.py` and more."
    assert "named what nothing above shows: pump_house, boiler/main.py." in texts(sat.asked[1])
    assert "rules.py" in texts(sat.asked[1])


def test_an_answer_that_stays_unsupported_is_rejected_as_such(world: World) -> None:
    told = part("what is there?", step(LIST), answer="A `pump_house`.")
    sat = _author(world, scripts(told), {"answers": ["Surely a `pump_house`."]})
    assert sat.result[0] == Written(
        check="grounded", problem="the answer tells of pump_house, which no result shows"
    )


def test_a_missing_answer_is_asked_for_with_all_results_in_view(world: World) -> None:
    parts = [part("what is there?", step(LIST)), part("and the rules?", step(READ), answer="")]
    sat = write(world, "author", saying(scripts(*parts), {"answers": ["Modules.", ANSWER]}), brief("ls", parts=2), votes=0)  # fmt: skip
    row = row_of(sat.result[0])
    assert [one.content for one in row.messages if one.role == "assistant"] == ["", "Modules.", "", ANSWER]  # fmt: skip
    assert "class Decision" in texts(sat.asked[1])
    assert row.metadata.shape == ("multi_turn",)


def test_a_conversation_that_stays_unanswered_says_so(world: World) -> None:
    sat = _author(world, scripts(part("what is there?", step(LIST))), {"answers": []})
    assert (sat.result[0].check, len(sat.asked)) == ("unanswered", 2)


def test_briefs_left_out_are_asked_for_again_and_then_given_up(world: World) -> None:
    briefs = [brief("ls", number=number) for number in (1, 2, 3)]
    first = scripts(part("what is there?", step(LIST), answer="Some modules."), brief=2)
    stray = scripts(part("and this?", step(LIST), answer="Some modules."), brief=7)
    second = scripts(part("list it", step(LIST), answer="Some modules."), brief=1)
    third = {"examples": [{"brief": 3, "parts": []}]}
    sat = write(world, "author", saying(first, {"examples": [*second["examples"], *stray["examples"]]}, third), *briefs, votes=0)  # fmt: skip
    assert [bool(one.row) for one in sat.result] == [True, True, False]
    assert sat.result[2].check == "left_out"
    assert ["Brief 2:" in texts(one) for one in sat.asked] == [True, False, False]
    assert ["Brief 3:" in texts(one) for one in sat.asked] == [True, True, True]


def test_a_brief_in_which_a_call_is_to_fail_shows_a_recovery(world: World) -> None:
    found = part("read the pumps", step(MISSING), step(LIST, say="Not there."), answer="No such file; `rules.py` is there.")  # fmt: skip
    sat = _author(world, scripts(found), fails=True)
    row = row_of(sat.result[0])
    assert "error_recovery" in row.metadata.shape
    assert len(sat.asked) == 1


def test_a_call_that_was_to_fail_and_did_not_is_a_rejection(world: World) -> None:
    sat = _author(world, scripts(part("read it", step(READ), answer=ANSWER)), fails=True)
    assert sat.result[0].problem == "no call failed, and one was meant to"


def test_giving_up_after_a_failure_is_no_recovery(world: World) -> None:
    sat = _author(world, scripts(part("read the pumps", step(MISSING), answer="There is no such file.")), fails=True)  # fmt: skip
    assert row_of(sat.result[0]).metadata.shape == ()


def test_an_explanation_needs_no_call(world: World) -> None:
    told = part("what is hysteresis good for?", answer="It keeps a pump from switching on and off.")
    row = row_of(write(world, "author", saying(scripts(told)), brief(), votes=0).result[0])
    assert (row.metadata.shape, len(row.messages)) == (("explanation",), 3)


def test_an_example_ends_at_a_command_that_this_machine_may_not_know(world: World) -> None:
    run = ("run_terminal_command", {"command": "cd web && npm test"})
    told = part("run the tests of the web part", step(run), step(READ), answer="All `42` pass.")
    row = row_of(_author(world, scripts(told)).result[0])
    assert row.metadata.ends_at_call
    assert [one.role for one in row.messages] == ["system", "user", "assistant"]


def test_a_command_may_fail_before_the_end(world: World) -> None:
    failing = ("run_terminal_command", {"command": "false"})
    bash = ("Bash", {"command": "ls nowhere"})
    read = ("Read", {"filepath": "greenhouse/rules.py"})
    row = row_of(_author(world, scripts(part("x?", step(failing), step(READ), answer=ANSWER))).result[0])  # fmt: skip
    assert row.metadata.shape == ("multi_turn",)
    sat = _author(world, scripts(part("x?", step(bash), step(read), answer=ANSWER)), toolset=CLI)
    assert row_of(sat.result[0]).metadata.shape == ("multi_turn", "error_recovery")
    sat = _author(world, scripts(part("x?", step(read), step(bash), answer=ANSWER)), toolset=CLI)
    assert "a call that should have worked" in texts(sat.asked[1])


def test_an_edit_of_the_terminal_program_has_to_follow_a_read(world: World) -> None:
    edit = ("Edit", {"file_path": "greenhouse/rules.py", "old_string": "minutes: int\n    cooldown", "new_string": "minutes: float\n    cooldown"})  # fmt: skip
    read = ("Read", {"filepath": "greenhouse/rules.py"})
    blind = scripts(part("make the minutes of a rule a float", step(edit), answer="Done."))
    right = scripts(part("make the minutes of a rule a float", step(read), step(edit), answer="Done."))  # fmt: skip
    sat = _author(world, blind, right, toolset=CLI)
    assert row_of(sat.result[0]).metadata.repaired
    assert "You must use the Read tool" in texts(sat.asked[1])


def test_a_refusal_of_the_whole_request_rejects_each_brief(world: World) -> None:
    refusing = saying(Reply("No.", finish="refused"))
    sat = write(world, "author", refusing, brief("ls"), brief("ls", number=2), votes=0)
    assert [one.check for one in sat.result] == ["refused", "refused"]


def test_where_rows_hang_on_an_answer_the_ladder_is_climbed_three_times(world: World) -> None:
    sat = write(world, "author", saying(*["no"] * 20), brief("ls"), votes=0)
    assert (sat.result[0].check, len(sat.asked)) == ("unreadable", 9)
    told = scripts(part("what is there?", step(LIST), answer="Some modules."))
    sat = write(world, "author", saying(*["no"] * 8, told), brief("ls"), votes=0)
    assert row_of(sat.result[0]).metadata.repaired


@pytest.mark.parametrize("lost", ["steps", "brief"])
def test_a_cut_answer_keeps_the_examples_that_are_whole(world: World, lost: str) -> None:
    whole = {"examples": [{"brief": n, "parts": [part("what is there?", step(LIST), answer="Some modules.")]} for n in (1, 2)]}  # fmt: skip
    text = msgspec.json.encode(whole).decode()
    cut = Reply(text[: text.rindex(lost) + 3], finish="length")
    second = scripts(part("list it", step(LIST), answer="Modules. All of them."), brief=2)
    sat = write(world, "author", saying(cut, second), brief("ls"), brief("ls", number=2), votes=0)
    assert [row_of(one).metadata.repaired for one in sat.result] == [True, False]
    assert len(sat.asked) == 2


def test_shots_of_the_same_kind_come_from_another_project(world: World) -> None:
    def looks(asked: Asked) -> Reply:
        shown = texts(asked)
        assert "A good example from another project" in shown
        assert '{"brief":0,"parts":[{"request":' in shown
        return Reply(finish="refused")

    real = next(one for one in world.pool.with_feature(("category", "lookup")) if one.bound.toolset.id == CLI)  # fmt: skip
    wanted = brief("Read", toolset=CLI, category="lookup", candidate=real.id)
    assert len(write(world, "author", saying(looks), wanted, votes=0).asked) == 1
