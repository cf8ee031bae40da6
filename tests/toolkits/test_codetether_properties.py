"""What no sequence of CodeTether calls can do: raise, break the store, give other bytes when it is played again."""

from __future__ import annotations

import json
from typing import NamedTuple, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from builder.conversation import Function, ToolCall
from builder.sandbox.isolation import best_isolation
from builder.sandbox.workcopy import WorkCopy
from builder.tool_spec import SPECS_DIR, JsonSchema, read_surface
from builder.toolkits.codetether.store import ACTIVE, Status, Store
from builder.toolkits.loading import load_toolkit
from builder.toolkits.playing import Result, play
from builder.toolkits.session import Session
from builder.workspaces.catalog import packaged_workspace

Call = tuple[str, dict[str, object]]

SPECS = {tool.name: tool for tool in read_surface(SPECS_DIR / "codetether.json").tools}
WORKSPACES = ("taskboard", "relayops")
WORDS = {
    "title": ("Write it down", "write it DOWN", "Fix it", ""),
    "codebase_id": ("global", "storefront-web", "dispatch-core", "nowhere"),
    "agent_name": ("planner", "atlas", "web-builder", "forge", "nobody"),
    "message": ("Hello", "And again", ""),
}


def _known_ids(workspace: str) -> tuple[str, ...]:
    with WorkCopy(packaged_workspace(workspace).tree()) as copy:
        store = Store(copy)
        return (*(one.task_id for one in store.tasks), *(one.session_id for one in store.talks))


IDS = tuple(one for workspace in WORKSPACES for one in _known_ids(workspace))


def _value(name: str, schema: JsonSchema) -> st.SearchStrategy[object]:
    if isinstance(schema.get("enum"), list):
        return st.sampled_from(list(schema["enum"]))  # type: ignore[call-overload]  # a list, as just seen
    if schema.get("type") == "integer":
        return st.integers(-2, 12) | st.integers()
    if name.endswith("_id") and name != "codebase_id":
        return st.sampled_from(IDS) | st.text(max_size=6)
    return st.sampled_from(WORDS.get(name, ("x",))) | st.text(max_size=6)


@st.composite
def calls(draw: st.DrawFn) -> Call:
    """A call that follows its tool's schema: everything required, some of the rest."""
    spec = SPECS[draw(st.sampled_from(sorted(SPECS)))]
    arguments = {
        name: draw(_value(name, schema))
        for name, schema in spec.properties.items()
        if name in spec.required or draw(st.booleans())
    }
    return spec.name, arguments


class Played(NamedTuple):
    """Results, the files that were changed, and the store that they make."""

    results: list[Result]
    files: dict[str, bytes | None]
    store: Store


def _play(workspace: str, sequence: list[Call]) -> Played:
    toolkit = load_toolkit("codetether")
    with WorkCopy(packaged_workspace(workspace).tree()) as copy:
        session = Session(copy, best_isolation())
        results = []
        for tool, arguments in sequence:
            made = ToolCall("call_1", Function(tool, json.dumps(arguments)))
            played = play(toolkit, session, [made])
            assert played is not None
            results += played
        return Played(results, dict(copy.changes), Store(copy))


@pytest.mark.parametrize("workspace", WORKSPACES)
@settings(deadline=None, max_examples=40)
@given(sequence=st.lists(calls(), max_size=8))
def test_any_sequence_keeps_the_store_whole_and_replays_to_the_same_bytes(
    workspace: str, sequence: list[Call]
) -> None:
    played = _play(workspace, sequence)
    again = _play(workspace, sequence)
    assert (played.results, played.files) == (again.results, again.files)
    store = played.store
    ids = [task.task_id for task in store.tasks]
    assert len(set(ids)) == len(ids)
    assert {task.status for task in store.tasks} <= set(get_args(Status))
    assert {task.codebase_id for task in store.tasks} <= {
        one.codebase_id for one in store.codebases
    }
    active = [(t.title.casefold(), t.codebase_id) for t in store.tasks if t.status in ACTIVE]
    assert len(set(active)) == len(active)
    running = {task.task_id for task in store.tasks if task.status == "running"}
    assert {a.current_task_id for a in store.agents if a.status == "busy"} <= running
    assert all(("error" in json.loads(r.text)) for r in played.results if not r.ok)


@pytest.mark.parametrize("workspace", WORKSPACES)
@settings(deadline=None, max_examples=40)
@given(sequence=st.lists(calls(), max_size=6))
def test_what_is_created_can_be_got_and_listed(workspace: str, sequence: list[Call]) -> None:
    made = [
        json.loads(result.text)
        for (tool, _), result in zip(sequence, _play(workspace, sequence).results, strict=True)
        if tool == "create_task" and result.ok
    ]
    asked: list[Call] = [("get_task", {"task_id": task["task_id"]}) for task in made]
    shown = _play(workspace, [*sequence, *asked, ("list_tasks", {})]).results[len(sequence) :]
    listed = {task["task_id"]: task for task in json.loads(shown[-1].text)["tasks"]}
    for task, result in zip(made, shown, strict=False):
        details = json.loads(result.text)
        assert (details["title"], details["priority"]) == (task["title"], task["priority"])
        assert listed[task["task_id"]]["status"] == details["status"]


@settings(deadline=None, max_examples=100)
@given(call=calls())
def test_the_calls_of_these_tests_follow_the_schemas(call: Call) -> None:
    tool, arguments = call
    Draft202012Validator(SPECS[tool].parameters).validate(arguments)


@pytest.mark.parametrize("workspace", WORKSPACES)
def test_a_packaged_store_fits_together(workspace: str) -> None:
    store = _play(workspace, []).store
    tasks = {task.task_id: task for task in store.tasks}
    agents = {agent.name for agent in store.agents}
    codebases = {one.codebase_id for one in store.codebases}
    talks = {talk.session_id: talk for talk in store.talks}
    assert "global" in codebases
    for agent in store.agents:
        assert set(agent.codebases) <= codebases
        assert (agent.status == "busy") == (agent.current_task_id is not None)
        if agent.current_task_id:
            assert tasks[agent.current_task_id].agent_name == agent.name
    for task in store.tasks:
        assert task.codebase_id in codebases
        assert task.agent_name is None or task.agent_name in agents
        assert task.session_id is None or talks[task.session_id].agent_name == task.agent_name
        assert task.created_at <= (task.started_at or task.created_at) <= task.updated_at
        assert (task.completed_at is None) == (task.status in ACTIVE)
        assert (task.error is None) == (task.status != "failed")
        assert (task.result is None) == (task.status != "completed")
    for talk in store.talks:
        times = [message.timestamp for message in talk.messages]
        assert times == sorted(times)
        assert talk.agent_name in agents
        assert talk.codebase_id in codebases
