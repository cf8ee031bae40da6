"""The state of one conversation that tools act on, and how the calls of one message are played.

Both clients first prepare every call of a message (are its arguments there, does the edit apply) and then run those
that were not refused. A tool takes session, arguments and the number of calls that run, and gives text. Preparations
and tools raise ToolError for what they refuse (`failure_text` of their toolkit words that as the client would) and
NotPlayableError for what cannot be played here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import TypeVar

from builder.errors import (
    NotPlayableError,
    SandboxError,
)
from builder.sandbox.isolation import Command, Isolation, Shown
from builder.sandbox.process import Completed, output_of, run_command
from builder.sandbox.web.pages import Page
from builder.sandbox.workcopy import WorkCopy

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
        self._begin_command()
        self.normalised.add("durations")
        return run_command(
            command,
            self.copy,
            self.isolation,
            merge=merge,
            idle_timeout_s=idle_timeout_s,
            read_only=read_only,
        )

    def output_of(self, command: str, timeout_s: float) -> str:
        """What a command of a tool's own prints, as it stands; nothing that it changes comes back.

        Raises NotPlayableError when it does not end in time, SandboxError where none may run.
        """
        self._begin_command()
        return output_of(command, self.copy, self.isolation, timeout_s)

    def _begin_command(self) -> None:
        if not self.may_run:
            raise SandboxError(
                "no command is run here: the sandbox is too weak for commands of unknown origin"
            )
        self.ran_command = True
