"""The state of one conversation that tools act on, and how calls are played.

A tool takes session and arguments and gives text. It raises ToolError for what it refuses (`failure_text` of its
toolkit words that as the client would) and NotPlayableError for what cannot be played here.
"""

from __future__ import annotations

import functools
import importlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, TracebackType
from typing import NamedTuple, Protocol, TypeVar

from builder.actions import SAMPLES, Action
from builder.conversation import Arguments, ToolCall
from builder.errors import (
    NotPlayableError,
    SandboxError,
    ToolError,
    UsageError,
    choose,
)
from builder.sandbox.isolation import Command, Isolation, Shown
from builder.sandbox.process import Completed, run_command
from builder.sandbox.web.pages import Page
from builder.sandbox.workcopy import WorkCopy
from builder.tool_spec import kind_of
from builder.toolkits.argument_values import read_arguments

_T = TypeVar("_T")


@dataclass(slots=True)
class Session:
    """One conversation: its copy of the workspace, what the editor shows, what the user will choose.

    `pages`: the web as far as this workspace knows it, by address; fetched over HTTP (sandbox/web). `web_results`:
    addresses that a web search finds, by query. `job`: a command that the user moved to the background before the
    conversation begins.
    `read_files`: what was read so far; `read_before`: what was read before the present message, which is
    what an edit in this message may count on. `may_run` False: no command is run (a weak sandbox, calls by a stranger).
    `confirm`: asks the user whether a tool may go on, given what it would do; without it `chosen` "no" declines.
    `fixtures`, `normalised` and `ran_command` are filled while playing. Use as a context manager where toolkits keep
    something.
    """

    copy: WorkCopy
    isolation: Isolation
    release: str = ""
    open_file: str = ""
    chosen: str = ""
    job: str = ""
    pages: Mapping[str, Page] = field(default_factory=dict)
    web_results: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    read_files: set[str] = field(default_factory=set)
    read_before: frozenset[str] = frozenset()
    may_run: bool = True
    confirm: Callable[[str], bool] | None = None
    fixtures: set[str] = field(default_factory=set)
    normalised: set[str] = field(default_factory=set)
    ran_command: bool = False
    _kept: dict[object, object] = field(default_factory=dict)
    _closing: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._kept.clear()
        self._closing.close()

    def keep(self, make: Callable[[Session], _T]) -> _T:
        """What a toolkit needs for the length of a conversation: made when first asked for.

        If it has a method `close`, that is called when the session ends.
        """
        if make not in self._kept:
            made = make(self)
            close = getattr(made, "close", None)
            if callable(close):
                self._closing.callback(close)
            self._kept[make] = made
        found: _T = self._kept[make]  # type: ignore[assignment]  # made by this very function
        return found

    def run(
        self,
        command: Command,
        *,
        merge: bool,
        must_end: bool = True,
        read_only: Sequence[Shown] = (),
    ) -> Completed:
        """Run a line with bash, or a program, in the copy; `read_only`: what it may read besides.

        `must_end` False: what ran too long or printed too much is returned as well.

        Raises NotPlayableError for such a command otherwise, SandboxError where none may run.
        """
        if not self.may_run:
            raise SandboxError(
                "no command is run here: the sandbox is too weak for commands of unknown origin"
            )
        self.ran_command = True
        self.normalised.add("durations")
        done = run_command(command, self.copy, self.isolation, merge=merge, read_only=read_only)
        if must_end and (done.timed_out or done.cut):
            raise NotPlayableError("the command did not end in time, or printed too much")
        return done


class Result(NamedTuple):
    """What a call gave: the text that the model is shown, and whether the tool did what it was asked."""

    text: str
    ok: bool


Tool = Callable[[Session, Arguments, int], str]
"""One tool: session, arguments, number of calls in the same message → text."""


class Toolkit(Protocol):
    """The tools of one client."""

    surface: str
    tools: Mapping[str, Tool]

    def failure_text(self, tool: str, error: ToolError) -> str:
        """How the client words a failure to the model."""
        ...

    def wordings(self, action: Action, root: str) -> list[tuple[str, Arguments]]:
        """Tool and arguments for an action, preferred first; empty where the client cannot do it."""
        ...


def play(toolkit: Toolkit, session: Session, calls: Sequence[ToolCall]) -> list[Result] | None:
    """Play the calls of one message, in order; None when one of them cannot be played here.

    Invalid JSON in arguments counts as no arguments, as in the clients.
    """
    results = []
    session.read_before = frozenset(session.read_files)
    for call in calls:
        try:
            results.append(_play_one(toolkit, session, call, len(calls)))
        except NotPlayableError:
            return None
    return results


def _play_one(toolkit: Toolkit, session: Session, call: ToolCall, parallel: int) -> Result:
    tool = toolkit.tools.get(call.name)
    if tool is None:
        raise NotPlayableError(call.name)
    try:
        return Result(tool(session, parsed_arguments(call), parallel), ok=True)
    except ToolError as error:
        return Result(toolkit.failure_text(call.name, error), ok=False)


def parsed_arguments(call: ToolCall) -> Arguments:
    """The arguments as the clients take them: none where they are no JSON object.

    Raises NotPlayableError for half of a surrogate pair, a text that no file and no process here can hold, and for a
    number beyond all bounds.
    """
    try:
        arguments = read_arguments(call.function.arguments)
        json.dumps(arguments, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:  # ValueError: UnicodeEncodeError is one, too
        raise NotPlayableError(f"the arguments of {call.name}") from error
    return arguments if isinstance(arguments, dict) else {}


def known_tools(toolkit: Toolkit) -> frozenset[str]:
    """Tools that the toolkit plays or words an action with: all others are strangers to it."""
    worded = (name for action in SAMPLES for name, _ in toolkit.wordings(action, "/workspace"))
    return frozenset((*toolkit.tools, *worded))


@functools.cache
def load_toolkit(surface: str) -> Toolkit:
    """The toolkit of a surface: of `ide`, the package continue_ide; of `mcp:COMMAND`, the package mcp.

    A package has a TOOLKIT, or a function `toolkit_for` that is given what stands behind the colon. Raises UsageError.
    """
    kind = kind_of(surface)
    argument = surface.removeprefix(kind).removeprefix(":")
    exposed = "toolkit_for" if argument else "TOOLKIT"
    found = next((one for one in _packages(kind) if hasattr(one, exposed)), None)
    if found is None:
        raise UsageError(choose("toolkit", surface, _known_kinds()))
    toolkit: Toolkit = found.toolkit_for(argument) if argument else found.TOOLKIT
    return toolkit


def _packages(kind: str = "*") -> Iterator[ModuleType]:
    """The packages of that name, with or without the mark of Continue."""
    for path in sorted(Path(__file__).parent.glob("*/__init__.py")):
        if kind in ("*", path.parent.name, path.parent.name.removeprefix("continue_")):
            yield importlib.import_module(f"builder.toolkits.{path.parent.name}")


def _known_kinds() -> list[str]:
    return [
        one.__name__.rpartition(".")[2].removeprefix("continue_")
        for one in _packages()
        if hasattr(one, "TOOLKIT") or hasattr(one, "toolkit_for")
    ]
