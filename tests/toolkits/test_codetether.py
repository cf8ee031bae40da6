"""Each of CodeTether's tools over a small store: what it answers, what it refuses, and what it leaves in the store."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from builder.conversation import Function, ToolCall
from builder.errors import WorkspaceError
from builder.sandbox.isolation import best_isolation
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.codetether.store import Store
from builder.toolkits.loading import load_toolkit
from builder.toolkits.playing import play
from builder.toolkits.session import Session

Call = Callable[..., dict[str, object]]

RUNNING = "11111111-aaaa-4aaa-8aaa-111111111111"
PENDING = "22222222-bbbb-4bbb-8bbb-222222222222"
DONE = "33333333-cccc-4ccc-8ccc-333333333333"
TALK = "session-5ca1ab1e"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def _task(
    task_id: str, title: str, status: str, priority: int, **more: object
) -> dict[str, object]:
    base = {"description": "Why.", "codebase_id": "api", "agent_type": "build"}
    times = {"created_at": "2026-01-01T08:00:00Z", "updated_at": "2026-01-01T08:00:00Z"}
    given = {"task_id": task_id, "title": title, "status": status, "priority": priority}
    return {**base, **times, **given, **more}


_FILES: dict[str, object] = {
    "clock.json": {"now": "2026-01-02T23:59:55Z", "step_s": 10},
    "codebases.json": [
        {"codebase_id": "global", "description": "None in particular"},
        {"codebase_id": "api", "description": "The API"},
    ],
    "agents.json": [
        {
            "name": "builder",
            "description": "Builds",
            "capabilities": ["go"],
            "codebases": ["api"],
            "status": "busy",
            "current_task_id": RUNNING,
            "last_seen": "2026-01-02T23:00:00Z",
        },
        {
            "name": "planner",
            "description": "Plans",
            "capabilities": [],
            "codebases": ["global"],
            "status": "offline",
            "last_seen": "2026-01-02T22:00:00Z",
        },
    ],
    "tasks.json": [
        _task(RUNNING, "Fix the login", "running", 5, agent_name="builder", session_id=TALK),
        _task(PENDING, "Speed up search", "pending", 5, created_at="2026-01-01T07:00:00Z"),
        _task(DONE, "Rotate logs", "completed", 9, codebase_id="global", result="Rotated."),
    ],
    f"sessions/{TALK}.json": {
        "session_id": TALK,
        "title": "The login",
        "agent_name": "builder",
        "codebase_id": "api",
        "messages": [
            {"role": "user", "content": "Fix it. Now.", "timestamp": "2026-01-01T08:00:00Z"},
            {"role": "agent", "content": "Found the cause. A typo.", "timestamp": "2026-01-01T08:01:00Z"},
            {"role": "agent", "content": "Yes. It will be deployed soon. Later.", "timestamp": "2026-01-01T08:02:00Z"},
            {"role": "system", "content": "Deployed. All good.", "timestamp": "2026-01-01T08:03:00Z"},
        ],
    },
}  # fmt: skip


def _tree(folder: Path) -> Tree:
    for name, content in _FILES.items():
        place = folder / ".codetether" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(content))
    return Tree(folder, "/workspace/board")


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[WorkCopy]:
    with WorkCopy(_tree(tmp_path)) as made:
        yield made


@pytest.fixture
def call(copy: WorkCopy) -> Call:
    """The parsed result of one call; one that failed has an `error` and nothing else."""
    session = Session(copy, best_isolation())

    def call_tool(tool: str, /, **arguments: object) -> dict[str, object]:
        made = ToolCall("call_1", Function(tool, json.dumps(arguments)))
        results = play(load_toolkit("codetether"), session, [made])
        assert results is not None
        found: dict[str, object] = json.loads(results[0].text)
        assert results[0].ok == (found.keys() != {"error"})
        return found

    return call_tool


def _listed(result: dict[str, object], kind: str) -> list[dict[str, object]]:
    found = result[kind]
    assert isinstance(found, list)
    assert result["count"] == len(found)
    return found


def test_a_new_task_has_the_defaults_of_what_was_left_out(call: Call) -> None:
    made = call("create_task", title="  Sort the list ")
    assert _UUID.fullmatch(str(made["task_id"]))
    assert made["success"] is True
    defaults = {"description": "", "codebase_id": "global", "agent_type": "build", "priority": 0}
    assert defaults.items() <= made.items()
    assert made["title"] == "Sort the list"
    assert made["status"] == "pending"
    assert made["created_at"] == "2026-01-03T00:00:05Z"


def test_a_new_task_keeps_every_argument(call: Call) -> None:
    given = {"title": "Añadir", "description": "ü\n2", "codebase_id": "api", "agent_type": "explore", "priority": 10}  # fmt: skip
    made = call("create_task", **given)
    assert given.items() <= made.items()
    shown = call("get_task", task_id=made["task_id"])
    assert given.items() <= shown.items()
    assert shown["agent_name"] is shown["session_id"] is shown["started_at"] is None


def test_two_tasks_with_the_same_words_in_other_codebases_have_different_ids(call: Call) -> None:
    first = call("create_task", title="Same", codebase_id="api")
    second = call("create_task", title="Same")
    assert first["task_id"] != second["task_id"]
    assert str(first["created_at"]) < str(second["created_at"])


@pytest.mark.parametrize("title", ["Speed up search", "  speed UP search"])
def test_the_title_of_an_active_task_is_not_taken_twice(call: Call, title: str) -> None:
    refused = call("create_task", title=title, codebase_id="api")
    assert refused["error"] == (f"A pending task with this title exists already in api: {PENDING}")


def test_the_title_of_a_finished_task_may_be_used_again(call: Call) -> None:
    assert call("create_task", title="Rotate logs")["status"] == "pending"


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("create_task", {}, "title is required and must not be empty"),
        ("create_task", {"title": " "}, "title is required and must not be empty"),
        ("create_task", {"title": 5}, "title must be a string, not 5"),
        ("create_task", {"title": "t", "description": ["d"]}, 'description must be a string, not ["d"]'),
        ("create_task", {"title": "t", "priority": 11}, "priority must be between 0 and 10, not 11"),
        ("create_task", {"title": "t", "priority": -1}, "priority must be between 0 and 10, not -1"),
        ("create_task", {"title": "t", "priority": "high"}, 'priority must be a whole number, not "high"'),
        ("create_task", {"title": "t", "priority": True}, "priority must be a whole number, not true"),
        ("create_task", {"title": "t", "priority": 2.5}, "priority must be a whole number, not 2.5"),
        ("create_task", {"title": "t", "agent_type": "test"}, 'agent_type must be one of build, plan, general, explore, not "test"'),
        ("create_task", {"title": "t", "codebase_id": "app"}, "Codebase app not found. Codebases: global, api."),
        ("list_tasks", {"status": "open"}, 'status must be one of pending, running, completed, failed, cancelled, not "open"'),
        ("list_tasks", {"codebase_id": ""}, "Codebase  not found. Codebases: global, api."),
        ("get_task", {}, "task_id is required and must not be empty"),
        ("get_task", {"task_id": "99"}, "Task 99 not found. list_tasks shows all tasks with their ids."),
        ("get_task", {"task_id": "22222222"}, f"Task 22222222 not found. Did you mean {PENDING} (Speed up search)?"),
        ("cancel_task", {"task_id": "LOGIN"}, f"Task LOGIN not found. Did you mean {RUNNING} (Fix the login)?"),
        ("cancel_task", {"task_id": DONE}, f"Task {DONE} cannot be cancelled: its status is completed, and only pending and running tasks can be cancelled"),
        ("get_session_history", {"session_id": "5ca1ab1f"}, "Session 5ca1ab1f not found. get_task names the session of a task."),
        ("get_session_history", {"session_id": "session-5ca1"}, f"Session session-5ca1 not found. Did you mean {TALK} (The login)?"),
        ("playback_session", {"session_id": RUNNING}, f"Session {RUNNING} not found. This is the id of a task; its session is {TALK}."),
        ("playback_session", {"session_id": PENDING}, f"Session {PENDING} not found. This is the id of a task that has no session."),
        ("playback_session", {"session_id": TALK, "style": "short"}, 'style must be one of verbatim, summary, not "short"'),
        ("send_message", {"agent_name": "build", "message": "m"}, "Agent build not found. Did you mean builder? Agents: builder, planner."),
        ("send_message", {"agent_name": "zebra", "message": "m"}, "Agent zebra not found. Agents: builder, planner."),
        ("send_message", {"agent_name": "builder", "message": ""}, "message is required and must not be empty"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_is_wrong_and_changes_nothing(
    call: Call, copy: WorkCopy, tool: str, arguments: dict[str, object], message: str
) -> None:
    assert call(tool, **arguments) == {"error": message}
    assert copy.changes == {}


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ({}, [DONE, PENDING, RUNNING]),
        ({"status": "pending"}, [PENDING]),
        ({"status": "failed"}, []),
        ({"codebase_id": "api"}, [PENDING, RUNNING]),
        ({"codebase_id": "api", "status": "running"}, [RUNNING]),
    ],
)
def test_a_list_is_filtered_and_has_the_most_urgent_first_and_then_the_oldest(
    call: Call, arguments: dict[str, object], ids: list[str]
) -> None:
    found = _listed(call("list_tasks", **arguments), "tasks")
    assert [task["task_id"] for task in found] == ids
    assert all("description" not in task for task in found)


def test_a_task_is_shown_with_its_outcome(call: Call) -> None:
    shown = call("get_task", task_id=f" {DONE.upper()} ")
    assert (shown["result"], shown["error"], shown["description"]) == ("Rotated.", None, "Why.")


def test_a_pending_task_is_cancelled_once(call: Call) -> None:
    assert call("cancel_task", task_id=PENDING) == {
        "success": True,
        "task_id": PENDING,
        "title": "Speed up search",
        "status": "cancelled",
    }
    assert call("get_task", task_id=PENDING)["completed_at"] == "2026-01-03T00:00:05Z"
    assert "its status is cancelled" in str(call("cancel_task", task_id=PENDING)["error"])


def test_cancelling_a_running_task_frees_its_agent(call: Call) -> None:
    call("cancel_task", task_id=RUNNING)
    builder = _listed(call("discover_agents"), "agents")[0]
    assert (builder["status"], builder["current_task_id"]) == ("idle", None)


def test_agents_come_with_capabilities_codebases_and_status(call: Call) -> None:
    builder, planner = _listed(call("discover_agents"), "agents")
    assert builder["capabilities"] == ["go"]
    assert builder["current_task_id"] == RUNNING
    assert (planner["status"], planner["codebases"]) == ("offline", ["global"])


def test_a_history_has_every_message_with_role_and_time(call: Call) -> None:
    shown = call("get_session_history", session_id=TALK)
    messages = _listed(shown, "messages")
    assert [message["role"] for message in messages] == ["user", "agent", "agent", "system"]
    assert messages[1]["timestamp"] == "2026-01-01T08:01:00Z"


@pytest.mark.parametrize("style", [{}, {"style": "verbatim"}])
def test_a_playback_is_verbatim_unless_a_summary_is_asked_for(
    call: Call, style: dict[str, object]
) -> None:
    shown = call("playback_session", session_id=TALK, **style)
    assert shown["style"] == "verbatim"
    assert shown["playback"] == [
        "You said: Fix it. Now.",
        "The agent responded: Found the cause. A typo.",
        "The agent responded: Yes. It will be deployed soon. Later.",
        "System note: Deployed. All good.",
    ]


def test_a_summary_is_cut_out_of_the_messages(call: Call) -> None:
    shown = call("playback_session", session_id=TALK, style="summary")
    assert shown["opening"] == "Fix it. Now."
    assert shown["points"] == [
        "The agent responded: Found the cause. A typo.",
        "The agent responded: Yes. It will be deployed soon.",
    ]
    assert shown["closing"] == "Deployed. All good."
    assert shown["messages_by_role"] == {"agent": 2, "system": 1, "user": 1}


def test_a_message_waits_in_the_session_that_its_result_names(call: Call) -> None:
    first = call("send_message", agent_name="planner", message="Hello")
    second = call("send_message", agent_name="planner", message="Hello")
    assert (first["status"], first["agent_status"]) == ("queued", "offline")
    assert first["session_id"] == second["session_id"]
    assert first["message_id"] != second["message_id"]
    history = call("get_session_history", session_id=first["session_id"])
    messages = _listed(history, "messages")
    assert [(one["role"], one["content"]) for one in messages] == [("user", "Hello")] * 2
    assert [one["timestamp"] for one in messages] == [first["timestamp"], second["timestamp"]]


def test_a_workspace_without_a_store_ends_the_example_at_the_call(tmp_path: Path) -> None:
    with WorkCopy(Tree(tmp_path, "/workspace/board")) as empty:
        session = Session(empty, best_isolation())
        made = ToolCall("call_1", Function("list_tasks", "{}"))
        assert play(load_toolkit("codetether"), session, [made]) is None


def test_a_broken_store_is_named_with_the_key_that_is_wrong(tmp_path: Path) -> None:
    tree = _tree(tmp_path)
    (tmp_path / ".codetether" / "clock.json").write_text('{"now": "2026-01-02T23:59:55Z"}')
    with (
        WorkCopy(Tree(tree.directory, "/workspace/board")) as broken,
        pytest.raises(WorkspaceError, match=r"clock\.json is no part .*step_s"),
    ):
        Store(broken)


def test_a_session_without_messages_cannot_be_played_back(tmp_path: Path) -> None:
    _tree(tmp_path)
    empty = {"session_id": "session-0", "title": "", "agent_name": "builder", "codebase_id": "api", "messages": []}  # fmt: skip
    (tmp_path / ".codetether" / "sessions" / "session-0.json").write_text(json.dumps(empty))
    with WorkCopy(Tree(tmp_path, "/workspace/board")) as copy:
        arguments = json.dumps({"session_id": "session-0"})
        made = ToolCall("call_1", Function("playback_session", arguments))
        results = play(load_toolkit("codetether"), Session(copy, best_isolation()), [made])
    assert results is not None
    assert results[0].text == '{"error":"Session session-0 has no messages to play back"}'
