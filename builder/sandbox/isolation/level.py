"""What a level of isolation is: it turns a command into a process that can be started.

The levels are bubblewrap.py, landlock.py and limits.py; start.py starts what they prepared; choice.py picks one.
Nothing here runs anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import NamedTuple, Protocol

Command = str | Sequence[str]
"""A line for bash, or a program and its arguments, which no shell reads."""


class Shown(NamedTuple):
    """A file or directory of the host that a command may read: where it is, and the path that commands know."""

    place: Path
    inside: str


class Given(NamedTuple):
    """A directory and the number of the user to whom it is given with all that it holds."""

    directory: Path
    owner: int


class Ending(Enum):
    """How all that a command started is ended.

    GROUP: the process group is killed; a daemon that left it lives on. NAMESPACE: the only child of the process is the
    first in a namespace; when it dies, all in there do, and then the process ends. LAUNCHER: at SIGTERM the process
    ends all that came from it, daemons too, and then itself.
    """

    GROUP = auto()
    NAMESPACE = auto()
    LAUNCHER = auto()


@dataclass(frozen=True, slots=True)
class Prepared:
    """How to start a command: arguments, directory, environment; and how to rewrite its output.

    `handed`: contents that the process reads from open descriptors; `descriptor(n)` in `argv` stands for the number
    of the n-th. `inherited`: descriptors that the process gets, by their own numbers. `given`: the
    directory that is given to another user before the start; None: it stays whose it is. `scratch`: a private folder, made before the start and removed afterwards. `mounts`: file systems
    in memory that only the command has.
    """

    argv: list[str]
    cwd: str
    env: dict[str, str]
    rewrite: Callable[[str], str]
    handed: tuple[bytes, ...] = ()
    scratch: Path | None = None
    ending: Ending = Ending.GROUP
    mounts: tuple[str, ...] = ()
    inherited: tuple[int, ...] = ()
    given: Given | None = None


class Isolation(Protocol):
    """One level. `name` stands in the metadata of every row that ran a command.

    `is_strong`: commands that nobody has looked at may run at it. `summary`: what it does, in a line.
    """

    name: str
    is_strong: bool
    summary: str

    def prepare(
        self, command: Command, directory: Path, root: str, *, read_only: Sequence[Shown] = ()
    ) -> Prepared:
        """Turn a command into a process that sees `directory` as `root`, and each of `read_only`."""
        ...


def descriptor(index: int) -> str:
    """What stands in `argv` for a descriptor until it is open; no real argument can hold a null character."""
    return f"\0{index}"
