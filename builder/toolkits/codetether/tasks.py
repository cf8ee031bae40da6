"""create_task, list_tasks, get_task, cancel_task.

Imitates `_create_task`, `_list_tasks`, `_get_task`, `_cancel_task` of a2a_server/mcp_http_server.py and the order of
`list_tasks` in a2a_server/agent_bridge.py (rileyseaburg/codetether at f3296bd). A running task can be cancelled, as the
tool's description says there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast, get_args

from builder.conversation import Arguments
from builder.errors import ToolError
from builder.toolkits.codetether import results
from builder.toolkits.codetether.arguments import (
    not_found,
    one_of,
    optional_text,
    required_text,
    whole_number,
)
from builder.toolkits.codetether.store import (
    ACTIVE,
    GLOBAL,
    AgentType,
    Status,
    Store,
    Task,
    new_id,
)
from builder.toolkits.playing import Tool
from builder.toolkits.session import Session

MOST_URGENT = 10


def _create_task(session: Session, arguments: Arguments, _parallel: int) -> str:
    store = Store(session.copy)
    title = required_text(arguments, "title")
    codebase_id = _codebase(store, arguments) or GLOBAL
    agent_type = one_of(arguments, "agent_type", get_args(AgentType)) or "build"
    priority = whole_number(arguments, "priority", 0, MOST_URGENT, 0)
    description = optional_text(arguments, "description") or ""
    _refuse_double(store, title, codebase_id)
    now = store.tick()
    task = Task(
        task_id=new_id("task", len(store.tasks), title, description, codebase_id),
        title=title,
        description=description,
        codebase_id=codebase_id,
        agent_type=cast(AgentType, agent_type),
        priority=priority,
        status="pending",
        created_at=now,
        updated_at=now,
    )
    store.tasks.append(task)
    store.save_tasks()
    return results.created_task(task)


def _refuse_double(store: Store, title: str, codebase_id: str) -> None:
    for task in store.tasks:
        is_same = task.title.casefold() == title.casefold() and task.codebase_id == codebase_id
        if is_same and task.status in ACTIVE:
            raise ToolError(
                "exists",
                f"A {task.status} task with this title exists already in {codebase_id}: {task.task_id}",
            )


def _list_tasks(session: Session, arguments: Arguments, _parallel: int) -> str:
    """The most urgent first, of equally urgent ones the oldest."""
    store = Store(session.copy)
    status = one_of(arguments, "status", get_args(Status))
    codebase_id = _codebase(store, arguments)
    found = [
        task
        for task in store.tasks
        if status in (None, task.status) and codebase_id in (None, task.codebase_id)
    ]
    return results.task_list(sorted(found, key=lambda task: (-task.priority, task.created_at)))


def _get_task(session: Session, arguments: Arguments, _parallel: int) -> str:
    return results.task_details(_find(Store(session.copy), arguments))


def _cancel_task(session: Session, arguments: Arguments, _parallel: int) -> str:
    store = Store(session.copy)
    task = _find(store, arguments)
    if task.status not in ACTIVE:
        raise ToolError(
            "not_active",
            f"Task {task.task_id} cannot be cancelled: its status is {task.status}, "
            "and only pending and running tasks can be cancelled",
        )
    task.status = "cancelled"
    task.updated_at = task.completed_at = store.tick()
    store.save_tasks()
    _free_agent(store, task)
    return results.cancelled_task(task)


def _free_agent(store: Store, task: Task) -> None:
    """Whoever worked on a cancelled task has nothing to do."""
    for agent in store.agents:
        if agent.current_task_id == task.task_id:
            agent.status, agent.current_task_id = "idle", None
            agent.last_seen = task.updated_at
            store.save_agents()


def _find(store: Store, arguments: Arguments) -> Task:
    wanted = required_text(arguments, "task_id")
    for task in store.tasks:
        if task.task_id == wanted.casefold():
            return task
    known = {task.task_id: task.title for task in store.tasks}
    raise not_found("Task", wanted, known, "list_tasks shows all tasks with their ids.")


def _codebase(store: Store, arguments: Arguments) -> str | None:
    wanted = optional_text(arguments, "codebase_id")
    known = [one.codebase_id for one in store.codebases]
    if wanted is None or wanted in known:
        return wanted
    there_are = f"Codebases: {', '.join(known)}."
    raise ToolError("not_found", f"Codebase {wanted} not found. {there_are}")


TOOLS: Mapping[str, Tool] = {
    "create_task": _create_task,
    "list_tasks": _list_tasks,
    "get_task": _get_task,
    "cancel_task": _cancel_task,
}
