"""Conversations that somebody else wrote, played: where they end, what fails, and the row that they become."""

from __future__ import annotations

import json

import pytest

from builder.acting import Act, Acted, Stage
from builder.conversation import Function, Message, Metadata, ToolCall, from_json
from builder.sandbox.toolchains import counts_on_toolchain
from builder.scene import Scene
from builder.tool_spec import Toolset
from builder.workspaces.catalog import load_workspaces

SCENE = Scene("continue-ide/open", "greenhouse")
CLI_SCENE = Scene("continue-cli/open", "greenhouse")
SYSTEM, USER = Message("system", "S"), Message("user", "what is there?")
READ = ("read_file", {"filepath": "greenhouse/rules.py"})
LIST = ("ls", {"dirPath": "greenhouse"})
MISSING = ("read_file", {"filepath": "nowhere.py"})


@pytest.fixture(scope="module")
def stage(toolsets: dict[str, Toolset]) -> Stage:
    return Stage({one.name: one for one in load_workspaces(("greenhouse",))}, toolsets)


def calls(*made: tuple[str, object], say: str = "", ids: tuple[str, ...] = ()) -> Message:
    return Message("assistant", say, tuple(ToolCall(ids[n] if ids else "", Function(name, json.dumps(given))) for n, (name, given) in enumerate(made)))  # fmt: skip


def say(text: str) -> Message:
    return Message("assistant", text)


def _act(stage: Stage, *messages: Message, scene: Scene = SCENE, **more: bool) -> Acted:
    return stage.act(Act(scene, (SYSTEM, USER, *messages), Metadata(category="lookup"), **more))


def test_results_stand_behind_their_calls_and_ids_are_made_anew(stage: Stage) -> None:
    acted = _act(stage, calls(READ, LIST, ids=("x", "x")), say("Modules."))
    row = from_json(acted.row)
    assert [one.role for one in row.messages] == ["system", "user", "assistant", "tool", "tool", "assistant"]  # fmt: skip
    ids = [one.id for one in row.messages[2].tool_calls]
    assert ids == [one.tool_call_id for one in row.messages[3:5]]
    assert len(set(ids)) == 2
    assert "class Rule" in row.messages[3].content


def test_a_row_says_where_it_was_played(stage: Stage) -> None:
    about = from_json(_act(stage, calls(READ), say("Rules.")).row).metadata
    assert (about.toolset, about.workspace, about.category) == ("continue-ide/open", "greenhouse", "lookup")  # fmt: skip
    assert about.revision
    assert about.release
    assert about.id


def test_without_facts_no_row_is_made_and_a_conversation_may_stop_anywhere(stage: Stage) -> None:
    acted = stage.act(Act(SCENE, (SYSTEM, USER, calls(READ))))
    assert acted.row == b""
    assert acted.unanswered
    assert acted.messages[-1].role == "tool"
    again = stage.act(Act(SCENE, (*acted.messages, calls(LIST))))
    assert again.messages[:4] == acted.messages


def test_a_result_that_changed_is_noticed(stage: Stage) -> None:
    acted = stage.act(Act(SCENE, (SYSTEM, USER, calls(READ))))
    forged = Message("tool", "nothing", tool_call_id=acted.messages[-1].tool_call_id)
    again = stage.act(Act(SCENE, (*acted.messages[:-1], forged, say("Nothing."))))
    assert again.problem == "a result is another one when it is played again"


@pytest.mark.parametrize(
    "last",
    [
        ("run_terminal_command", {"command": "npm test"}),
        ("codebase", {"query": "x"}),
        ("fetch_url_content", {"url": "https://elsewhere.example/"}),
        ("search_web", {"query": "weather"}),
        ("ls", "not an object \ud800"),
    ],
)
def test_a_row_ends_at_a_call_that_cannot_be_played(stage: Stage, last: tuple[str, object]) -> None:
    acted = _act(stage, calls(LIST), calls(LIST, last), calls(READ), say("`nowhere`"))
    assert acted.ends_at_call
    assert acted.messages[-1].tool_calls[-1].name == last[0]
    assert [one.role for one in acted.messages].count("tool") == 1
    assert from_json(acted.row).metadata.ends_at_call


def test_a_failed_call_stands_against_a_row_unless_it_is_meant(stage: Stage) -> None:
    acted = _act(stage, calls(MISSING), calls(READ), say("Rules."))
    assert len(acted.failures) == 1
    assert acted.row == b""
    meant = _act(stage, calls(MISSING), calls(READ), say("Rules."), may_fail=True)
    assert "error_recovery" in from_json(meant.row).metadata.shape
    assert _act(stage, calls(READ), say("Rules."), may_fail=True).problem


def test_a_recovery_needs_a_later_call_that_does_better(stage: Stage) -> None:
    gave_up = _act(stage, calls(READ), calls(MISSING), say("No such file."), may_fail=True)
    assert from_json(gave_up.row).metadata.shape == ("multi_turn",)
    at_once = _act(stage, calls(READ, MISSING), say("One of them is missing."), may_fail=True)
    assert from_json(at_once.row).metadata.shape == ("parallel",)


def test_a_verified_row_is_not_judged_again(stage: Stage) -> None:
    acted = _act(stage, calls(READ), calls(MISSING), say("`nowhere` it is."), verified=True)
    assert acted.row
    assert not acted.failures
    kept = _act(stage, calls(READ), calls(MISSING), say("No."), may_fail=True, verified=True)
    assert "error_recovery" in from_json(kept.row).metadata.shape


def test_a_request_without_an_answer_is_told_of(stage: Stage) -> None:
    assert _act(stage, calls(READ)).unanswered
    assert _act(stage, calls(READ), USER, say("Rules.")).unanswered
    assert _act(stage).unanswered
    assert not _act(stage, calls(READ), say("Rules."), USER, say("Rules.")).unanswered


def test_only_what_the_client_keeps_of_a_message_is_played(stage: Stage) -> None:
    edits = [("single_find_and_replace", {"filepath": "README.md", "old_string": "a", "new_string": "b"})] * 2  # fmt: skip
    acted = stage.act(Act(SCENE, (SYSTEM, USER, calls(*edits))))
    assert len(acted.messages[2].tool_calls) == 1


def test_the_gates_of_called_tools_are_open_in_the_row(stage: Stage) -> None:
    row = from_json(_act(stage, calls(("codebase", {"query": "x"}))).row)
    assert row.metadata.gates == ("experimental",)
    assert from_json(_act(stage, calls(READ), say("Rules.")).row).metadata.gates == ()


def test_what_the_user_refuses_is_not_run_and_no_end(stage: Stage) -> None:
    scene = Scene("continue-ide/open", "greenhouse", chosen="no")
    acted = _act(stage, calls(("run_terminal_command", {"command": "npm install x"})), calls(READ), say("Rules."), scene=scene, may_fail=True)  # fmt: skip
    assert not acted.ends_at_call
    assert acted.row


@pytest.mark.parametrize(
    "command",
    [
        "npm test", "cd web && npm ci", "CI=1 cargo build --release", "python3 -m pytest -q", "python -m pip install x",
        "./gradlew test", ".venv/bin/ruff check", "time go test ./...", "ls; make", "echo $(node -v)", "if true; then yarn; fi",
        "git pull && docker compose up", "timeout 5 curl https://x.example", "true |\n jq .",
    ],
)  # fmt: skip
def test_commands_of_a_toolchain_are_told(command: str) -> None:
    assert counts_on_toolchain(command)


@pytest.mark.parametrize(
    "command",
    [
        "git log --oneline", "grep -rn npm .", "python3 -m unittest", "cat go.mod", "ls node_modules", "git grep -n 'make'",
        "sed -n 1,5p Makefile", "find . -name '*.go' | wc -l", "echo npm", "python3 -c 'import this'", "ls make/",
    ],
)  # fmt: skip
def test_commands_of_any_machine_are_played(command: str) -> None:
    assert not counts_on_toolchain(command)
