"""The state of the service: codebases, agents, tasks, sessions, and the clock, as files below .codetether/.

A store is read for each call and written back after each change, so the state is part of the workspace copy and a
replay gives the same bytes: ids are hashes of content and position, times come from the clock in the store. Who may
do what is decided by the tools.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import Literal, TypeVar

import msgspec

from builder.errors import NotPlayableError, WorkspaceError
from builder.sandbox.workcopy import WorkCopy

FOLDER = ".codetether"
Status = Literal["pending", "running", "completed", "failed", "cancelled"]
AgentType = Literal["build", "plan", "general", "explore"]
Role = Literal["user", "agent", "system"]
ACTIVE: frozenset[Status] = frozenset({"pending", "running"})
GLOBAL = "global"
"""The codebase of tasks that name none."""


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    pass


class Codebase(_Kept, kw_only=True):
    """A repository that tasks may belong to."""

    codebase_id: str
    description: str


class Agent(_Kept, kw_only=True):
    """`current_task_id` of one that is busy; `last_seen` in UTC."""

    name: str
    description: str
    capabilities: list[str]
    codebases: list[str]
    status: Literal["idle", "busy", "offline"]
    current_task_id: str | None = None
    last_seen: str


class Task(_Kept, kw_only=True):
    """One piece of work; times in UTC. `result` of a completed one, `error` of a failed one."""

    task_id: str
    title: str
    description: str
    codebase_id: str
    agent_type: AgentType
    priority: int
    status: Status
    agent_name: str | None = None
    session_id: str | None = None
    created_at: str
    updated_at: str
    started_at: str | None = None
    completed_at: str | None = None
    result: str | None = None
    error: str | None = None


class Message(_Kept, kw_only=True):
    """What one side said; time in UTC."""

    role: Role
    content: str
    timestamp: str


class Talk(_Kept, kw_only=True):
    """A session of the service: what was said with one agent, oldest message first."""

    session_id: str
    title: str
    agent_name: str
    codebase_id: str
    messages: list[Message]


class Clock(_Kept, kw_only=True):
    """`now` in UTC; every change comes `step_s` after the one before."""

    now: str
    step_s: int


_T = TypeVar("_T")


class Store:
    """Everything in one workspace copy. Raises NotPlayableError where it has none, WorkspaceError where it is broken."""

    def __init__(self, copy: WorkCopy) -> None:
        self._copy = copy
        self._clock = self._read("clock.json", Clock)
        self.codebases = self._read("codebases.json", list[Codebase])
        self.agents = self._read("agents.json", list[Agent])
        self.tasks = self._read("tasks.json", list[Task])
        files = [name for name, _ in copy.children(f"{FOLDER}/sessions")]
        self.talks = [self._read(f"sessions/{name}", Talk) for name in files]

    def tick(self) -> str:
        """The time of the next change."""
        moment = datetime.fromisoformat(self._clock.now) + timedelta(seconds=self._clock.step_s)
        self._clock.now = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        self._write("clock.json", self._clock)
        return self._clock.now

    def save_tasks(self) -> None:
        self._write("tasks.json", self.tasks)

    def save_agents(self) -> None:
        self._write("agents.json", self.agents)

    def save_talk(self, talk: Talk) -> None:
        self._write(f"sessions/{talk.session_id}.json", talk)

    def _read(self, name: str, form: type[_T]) -> _T:
        path = f"{FOLDER}/{name}"
        try:
            return msgspec.json.decode(self._copy.read_text(path), type=form)
        except FileNotFoundError as error:
            raise NotPlayableError(f"the workspace has no {path}") from error
        except msgspec.DecodeError as error:
            raise WorkspaceError(f"{path} is no part of a CodeTether store: {error}") from error

    def _write(self, name: str, value: object) -> None:
        text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
        self._copy.write_text(f"{FOLDER}/{name}", text + "\n")


def new_id(*parts: object) -> str:
    """An id in the form of a random UUID that the same parts always give."""
    digest = hashlib.sha256("\0".join(map(str, parts)).encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))
