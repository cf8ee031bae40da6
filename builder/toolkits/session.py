"""The state of one conversation that tools act on, and how the calls of one message are played.

Both clients first prepare every call of a message (are its arguments there, does the edit apply) and then run those
that were not refused. A tool takes session, arguments and the number of calls that run, and gives text. Preparations
and tools raise ToolError for what they refuse (`failure_text` of their toolkit words that as the client would) and
NotPlayableError for what cannot be played here.
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
    RefusedCallError,
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
_FIRST_SIGNAL, _LAST_SIGNAL = 129, 192
"""The exit codes by which a shell says that a signal ended something."""


@dataclass(slots=True)
class Session:
    """One conversation: its copy of the workspace, what the editor shows, what the user will choose.

    `pages`: the web as far as this workspace knows it, by address; fetched over HTTP (sandbox/web). `web_results`:
    addresses that a web search finds, by query. `job`: a command that the user moved to the background before the
    conversation begins. `offered`: the names of the tools that the model was given; None where nobody said.
    `may_run` False: no command is run (a weak sandbox, calls by a stranger). `confirm`: asks the user whether a tool may
    go on, given what it would do; without it `chosen` "no" declines.

    Filled while playing: `read_files`: what was read so far, `read_before`: before the present message, which is what an
    edit in it may count on; `job_done`: how the job ended, once it was looked at; `fixtures`, `normalised`,
    `ran_command`. Use as a context manager where toolkits keep something.
    """

    copy: WorkCopy
    isolation: Isolation
    release: str = ""
    open_file: str = ""
    chosen: str = ""
    job: str = ""
    pages: Mapping[str, Page] = field(default_factory=dict)
    web_results: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    offered: frozenset[str] | None = None
    read_files: set[str] = field(default_factory=set)
    read_before: frozenset[str] = frozenset()
    may_run: bool = True
    confirm: Callable[[str], bool] | None = None
    job_done: Completed | None = None
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
        idle_timeout_s: float | None = None,
        read_only: Sequence[Shown] = (),
    ) -> Completed:
        """Run a command in the copy, to an end that is the same each time.

        `idle_timeout_s`: how long it may be silent; None: as long as it may run. `read_only`: what it may read besides.
        Raises NotPlayableError where it runs too long or prints too much, and where a signal may have ended the shell:
        the clients tell that from an exit, and from outside of the sandbox nobody can. SandboxError where none may run.
        """
        done = self.run_anyhow(
            command, merge=merge, idle_timeout_s=idle_timeout_s, read_only=read_only
        )
        if done.timed_out or done.cut:
            raise NotPlayableError("the command did not end in time, or printed too much")
        if not done.idle and _FIRST_SIGNAL <= done.exit_code <= _LAST_SIGNAL:
            raise NotPlayableError(f"exit code {done.exit_code} may stand for a signal")
        return done

    def run_anyhow(
        self,
        command: Command,
        *,
        merge: bool,
        idle_timeout_s: float | None = None,
        read_only: Sequence[Shown] = (),
    ) -> Completed:
        """Run a line with bash, or a program, in the copy, and say how it ended, whichever way that was.

        Raises NotPlayableError where it takes too much, SandboxError where none may run.
        """
        if not self.may_run:
            raise SandboxError(
                "no command is run here: the sandbox is too weak for commands of unknown origin"
            )
        self.ran_command = True
        self.normalised.add("durations")
        return run_command(
            command,
            self.copy,
            self.isolation,
            merge=merge,
            idle_timeout_s=idle_timeout_s,
            read_only=read_only,
        )


class Result(NamedTuple):
    """What a call gave: the text that the model is shown, and whether the tool did what it was asked."""

    text: str
    ok: bool


Tool = Callable[[Session, Arguments, int], str]
"""One tool: session, prepared arguments, number of calls that run in the same message → text."""

Preparation = Callable[[Session, Arguments], Arguments]
"""What happens to a call before any call of its message runs: session, arguments → what the tool is given."""

_Run = Callable[[int], str]
"""A prepared call: number of calls that run in its message → text."""


class Toolkit(Protocol):
    """The tools of one client.

    `decided_early`: tools that work out what they write before any call of the message runs. `late`: tools whose
    effect no other call of the message sees.
    """

    surface: str
    tools: Mapping[str, Tool]
    preparations: Mapping[str, Preparation]
    decided_early: frozenset[str]
    late: frozenset[str]

    def kept(self, calls: Sequence[ToolCall]) -> list[ToolCall]:
        """The calls of a message that the client keeps; the others vanish from the conversation."""
        ...

    def failure_text(self, tool: str, error: ToolError) -> str:
        """How the client words a failure to the model."""
        ...

    def wordings(self, action: Action, root: str) -> list[tuple[str, Arguments]]:
        """Tool and arguments for an action, preferred first; empty where the client cannot do it."""
        ...


def play(toolkit: Toolkit, session: Session, calls: Sequence[ToolCall]) -> list[Result] | None:
    """Play the calls of one message: results in their order; None when one of them cannot be played here.

    A message with calls that the client would not keep cannot be played. Late tools run after the others. Invalid JSON
    in arguments counts as no arguments, as in the clients.
    """
    if len(toolkit.kept(calls)) < len(calls):
        return None
    session.read_before = frozenset(session.read_files)
    try:
        prepared = [_prepare(toolkit, session, call) for call in calls]
        running = sum(not isinstance(one, ToolError) for one in prepared)
        order = sorted(range(len(calls)), key=lambda place: calls[place].name in toolkit.late)
        results = {
            place: _result(toolkit, calls[place].name, prepared[place], running) for place in order
        }
    except NotPlayableError:
        return None
    return [results[place] for place in range(len(calls))]


def _prepare(toolkit: Toolkit, session: Session, call: ToolCall) -> _Run | RefusedCallError:
    """How to run the call, or why it is not run."""
    if session.offered is not None and call.name not in session.offered:
        return RefusedCallError("tool_not_found", f"Tool {call.name} not found")
    tool = toolkit.tools.get(call.name)
    if tool is None:
        raise NotPlayableError(call.name)
    prepare = toolkit.preparations.get(call.name)
    arguments = parsed_arguments(call)
    try:
        given = prepare(session, arguments) if prepare else arguments
        if call.name in toolkit.decided_early:
            return _decided(session, tool, given)
    except ToolError as error:
        return RefusedCallError(error.kind, error.message)
    return functools.partial(tool, session, given)


def _decided(session: Session, tool: Tool, arguments: Arguments) -> _Run:
    """Run the tool now, and let it write when its turn comes."""
    with session.copy.held() as writes:
        text = tool(session, arguments, 1)

    def write(_running: int) -> str:
        for path, content in writes:
            session.copy.write_text(path, content)
        return text

    return write


def _result(toolkit: Toolkit, name: str, run: _Run | RefusedCallError, running: int) -> Result:
    if isinstance(run, RefusedCallError):
        return Result(toolkit.failure_text(name, run), ok=False)
    try:
        return Result(run(running), ok=True)
    except ToolError as error:
        return Result(toolkit.failure_text(name, error), ok=False)


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
