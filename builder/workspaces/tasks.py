"""The form of a workspace's files: what it is (workspace.toml) and what is asked of it (tasks/*.toml)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from builder.actions import Action, Create, Edit
from builder.errors import WorkspaceError

Area = Literal[
    "planning",
    "debugging",
    "refactoring",
    "parallel_gathering",
    "complex_search",
    "migration",
    "performance",
    "security",
    "testing",
    "documentation",
    "devops",
]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class Commit(_Table, frozen=True):
    """One commit; the content of its files stands in history/<id>/, else in tree/."""

    id: str
    author: str
    date: str
    message: str
    files: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class About(_Table, frozen=True):
    """workspace.toml. `toolsets`: the toolsets whose tools its tasks call by name; empty = Continue's."""

    name: str
    summary: str
    languages: tuple[str, ...]
    frameworks: tuple[str, ...] = ()
    domain: str = ""
    open_file: str = ""
    toolsets: tuple[str, ...] = ()
    commits: tuple[Commit, ...] = ()


class Say(_Table, frozen=True):
    """What the assistant says in the phases of a change; `done` is its answer."""

    look: str
    edit: str
    done: str
    verify: str = ""


class PlanItems(_Table, frozen=True):
    """Items of a task list, by the phase that completes them."""

    look: tuple[str, ...]
    edit: tuple[str, ...]
    verify: tuple[str, ...] = ()


class Change(_Table, frozen=True):
    """A change to the code."""

    id: str
    areas: tuple[Area, ...]
    requests: tuple[str, ...]
    look: tuple[Action, ...]
    edits: tuple[Edit | Create, ...]
    say: Say
    plan: PlanItems
    verify: tuple[Action, ...] = ()
    discovered: str = ""
    pending: str = ""


class Round(_Table, frozen=True):
    """What the assistant does in one message: says something, does things that need not one another."""

    steps: tuple[Action, ...]
    say: str = ""


class Turn(_Table, frozen=True):
    """One request of the user and what follows from it."""

    request: str
    rounds: tuple[Round, ...]
    answer: str = ""


class Script(_Table, frozen=True):
    """A conversation that calls tools and changes no code in a planned way.

    `chosen`: what the user answers when a tool asks for leave.
    """

    id: str
    kind: Literal["lookup", "gather", "recover", "followup", "single"]
    requests: tuple[str, ...]
    rounds: tuple[Round, ...]
    areas: tuple[Area, ...] = ()
    answer: str = ""
    plan: tuple[str, ...] = ()
    expects: tuple[str, ...] = ()
    reasoned: bool = False
    pending: str = ""
    open_file: str = ""
    chosen: str = ""
    then: tuple[Turn, ...] = ()


class Explanation(_Table, frozen=True):
    """A question that needs no tool."""

    id: str
    requests: tuple[str, ...]
    answer: str
    topics: tuple[str, ...] = ()
    areas: tuple[Area, ...] = ()


class Tasks(_Table, frozen=True):
    """All tasks of a workspace."""

    changes: tuple[Change, ...] = ()
    scripts: tuple[Script, ...] = ()
    explanations: tuple[Explanation, ...] = ()


_T = TypeVar("_T")


def read_table(path: Path, form: type[_T]) -> _T:
    """Read a TOML file. Raises WorkspaceError with the file and the path of the key that is wrong."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), type=form)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{path}: {error}") from error


def read_tasks(folder: Path) -> Tasks:
    """Read and join every file of a tasks folder. Raises WorkspaceError; ids must be unique."""
    parts = [read_table(path, Tasks) for path in sorted(folder.glob("*.toml"))]
    tasks = Tasks(
        changes=tuple(change for part in parts for change in part.changes),
        scripts=tuple(script for part in parts for script in part.scripts),
        explanations=tuple(one for part in parts for one in part.explanations),
    )
    ids = [change.id for change in tasks.changes] + [script.id for script in tasks.scripts]
    ids += [one.id for one in tasks.explanations]
    doubled = {one for one in ids if ids.count(one) > 1}
    if doubled:
        raise WorkspaceError(f"{folder}: task ids used twice: {', '.join(sorted(doubled))}")
    return tasks
