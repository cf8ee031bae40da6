"""What an assistant can do, without saying with which tool: the vocabulary of tasks and recipes.

Each toolkit maps these to its own tools and argument names (`actions.py` there). In task files an action is a
table whose `do` names it; builder/workspaces/README.md explains every one.
"""

from __future__ import annotations

import msgspec


class _Action(msgspec.Struct, frozen=True, tag_field="do", forbid_unknown_fields=True):
    """Base of all actions: `do` tells them apart in files."""


class Read(_Action, frozen=True, tag="read"):
    path: str


class ReadRange(_Action, frozen=True, tag="read_range"):
    """Lines are 1-based, `end` is inclusive."""

    path: str
    start: int
    end: int


class Search(_Action, frozen=True, tag="search"):
    """`path` and `include` narrow the search on clients that can; empty = everywhere."""

    pattern: str
    path: str = ""
    include: str = ""


class Glob(_Action, frozen=True, tag="glob"):
    pattern: str


class List(_Action, frozen=True, tag="list"):
    path: str = "."
    recursive: bool = False


class Run(_Action, frozen=True, tag="run"):
    """`plays=False`: its toolchain cannot be counted on, so the example ends at the call."""

    command: str
    plays: bool = True


class Diff(_Action, frozen=True, tag="diff"):
    pass


class OpenFile(_Action, frozen=True, tag="open_file"):
    pass


class Create(_Action, frozen=True, tag="create"):
    path: str
    content: str


class Edit(_Action, frozen=True, tag="edit"):
    path: str
    old: str
    new: str
    all: bool = False


class Edits(_Action, frozen=True, tag="edits"):
    """Several replacements in one file, in one call where the client can."""

    path: str
    edits: tuple[Edit, ...]


class LazyEdit(_Action, frozen=True, tag="lazy_edit"):
    """The changed parts of a file with comments for what stays.

    `plays`: there is but one way to merge them; else only a model could, and the example ends at the call.
    """

    path: str
    changes: str
    plays: bool = False


class Plan(_Action, frozen=True, tag="plan"):
    """The whole task list: each item with whether it is done."""

    items: tuple[tuple[str, bool], ...]


class Fetch(_Action, frozen=True, tag="fetch"):
    url: str


class WebSearch(_Action, frozen=True, tag="web_search"):
    """`pages`: slugs of the workspace's pages that the search finds."""

    query: str
    pages: tuple[str, ...]


class Ask(_Action, frozen=True, tag="ask"):
    """`chosen`: what the user answers."""

    question: str
    options: tuple[str, ...]
    chosen: str


class Rule(_Action, frozen=True, tag="rule"):
    name: str


class Skill(_Action, frozen=True, tag="skill"):
    name: str


class NewRule(_Action, frozen=True, tag="new_rule"):
    name: str
    rule: str
    description: str = ""
    globs: str = ""
    always: bool = False


class RepoMap(_Action, frozen=True, tag="repo_map"):
    pass


class Subdirectory(_Action, frozen=True, tag="subdirectory"):
    path: str


class Codebase(_Action, frozen=True, tag="codebase"):
    query: str


class Subagent(_Action, frozen=True, tag="subagent"):
    description: str
    prompt: str
    agent: str


class Background(_Action, frozen=True, tag="background"):
    command: str


class CheckJob(_Action, frozen=True, tag="check_job"):
    """`command`: what the job runs, which the user moved to the background earlier."""

    command: str


class Upload(_Action, frozen=True, tag="upload"):
    path: str


class ReportFailure(_Action, frozen=True, tag="report_failure"):
    message: str


class Exit(_Action, frozen=True, tag="exit"):
    pass


class RawCall(_Action, frozen=True, tag="call"):
    """A call of a tool that no other action knows, made from its schema."""

    tool: str
    arguments: dict[str, object]


Action = (
    Read
    | ReadRange
    | Search
    | Glob
    | List
    | Run
    | Diff
    | OpenFile
    | Create
    | Edit
    | Edits
    | LazyEdit
    | Plan
    | Fetch
    | WebSearch
    | Ask
    | Rule
    | Skill
    | NewRule
    | RepoMap
    | Subdirectory
    | Codebase
    | Subagent
    | Background
    | CheckJob
    | Upload
    | ReportFailure
    | Exit
    | RawCall
)

SAMPLES: tuple[Action, ...] = (
    Read("a"), ReadRange("a", 1, 2), Search("a"), Glob("a"), List(), Run("a"), Diff(), OpenFile(), Create("a", "b"),
    Edit("a", "b", "c"), Edits("a", (Edit("a", "b", "c"),)), LazyEdit("a", "b"), Plan((("a", False),)), Fetch("a"),
    WebSearch("a", ()), Ask("a", (), "b"), Rule("a"), Skill("a"), NewRule("a", "b"), RepoMap(), Subdirectory("a"),
    Codebase("a"), Subagent("a", "b", "c"), Background("a"), CheckJob("a"), Upload("a"), ReportFailure("a"), Exit(),
)  # fmt: skip
"""One of each action: what a toolkit can word is asked with these."""
