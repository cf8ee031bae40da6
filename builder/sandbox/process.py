"""Runs one command on a work copy, isolated as well as this machine allows, with every limit on.

The levels are in isolation/; what stands in the way of a hostile command is said there, and what does not. watch.py
says when a command takes too much; following.py waits for its end.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from builder.errors import NotPlayableError
from builder.sandbox.following import MAX_OUTPUT_BYTES as MAX_OUTPUT_BYTES
from builder.sandbox.following import Ended, Patience, follow
from builder.sandbox.isolation.level import Command, Isolation, Prepared, Shown
from builder.sandbox.isolation.start import started
from builder.sandbox.volatile import normalise
from builder.sandbox.watch import Watch
from builder.sandbox.workcopy import WorkCopy

DEFAULT_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Completed:
    """What a command left: its outputs (`stderr` empty where merged), its exit code.

    `timed_out`: it was killed at the time limit. `cut`: it printed more than `MAX_OUTPUT_BYTES`. `idle`: it was killed
    because it printed nothing for too long.
    """

    stdout: str
    stderr: str
    exit_code: int
    timed_out: bool = False
    cut: bool = False
    idle: bool = False


def run_command(
    command: Command,
    copy: WorkCopy,
    isolation: Isolation,
    *,
    merge: bool,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    idle_timeout_s: float | None = None,
    stdin: bytes | None = None,
    read_only: Sequence[Shown] = (),
) -> Completed:
    """Run a line with bash, or a program, in the root of a copy; what it changes there comes back into the copy.

    `merge`: stderr goes where stdout goes, in the order of writing. `idle_timeout_s`: it may be silent for so long;
    None: until `timeout_s`. `stdin`: None is an empty input. `read_only`: what it may read besides.
    A command ends when its shell does; what it started is killed then, and when it times out or floods. Durations in
    the output are made equal (volatile.py). Raises NotPlayableError for a command that no process can be given, that
    takes more memory, processes or disk than it may, or that leaves what no copy holds.
    """
    directory = copy.directory(writable=True)
    prepared = isolation.prepare(command, directory, copy.root, read_only=read_only)
    ended = _run(prepared, copy, Patience(timeout_s, idle_timeout_s), stdin, merge=merge)
    copy.take_back()
    code = ended.exit_code
    stdout, stderr = (
        normalise(prepared.rewrite(_decode(data))) for data in (ended.stdout, ended.stderr)
    )
    return Completed(
        stdout,
        stderr,
        exit_code=128 - code if code < 0 else code,
        timed_out=ended.reason == "timed out",
        cut=ended.reason == "cut",
        idle=ended.reason == "idle",
    )


def output_of(
    command: Command, copy: WorkCopy, isolation: Isolation, timeout_s: float = DEFAULT_TIMEOUT_S
) -> str:
    """What a command of our own prints, as it stands; nothing comes back into the copy.

    It is isolated too: git, for one, starts the programs that a repository names. Raises NotPlayableError when it
    does not end in time.
    """
    prepared = isolation.prepare(command, copy.directory(writable=True), copy.root)
    ended = _run(prepared, copy, Patience(timeout_s), None, merge=None)
    if ended.reason != "ended":
        raise NotPlayableError(f"{command} did not end in time")
    return prepared.rewrite(_decode(ended.stdout))


def _run(
    prepared: Prepared,
    copy: WorkCopy,
    patience: Patience,
    stdin: bytes | None,
    *,
    merge: bool | None,
) -> Ended:
    """The whole life of a process. `merge`: None throws stderr away."""
    stderr = {True: subprocess.STDOUT, False: subprocess.PIPE, None: subprocess.DEVNULL}[merge]
    directory = copy.directory(writable=True)
    with started(prepared, stderr=stderr, takes_input=stdin is not None) as process:
        folders = [directory] if prepared.scratch is None else [directory, prepared.scratch]
        watch = Watch(folders, prepared.mounts)
        ended = follow(process, prepared, patience, watch, stdin or b"")
        excess = ended.excess or watch.excess_on_disk()
    if excess:
        copy.close()
        raise NotPlayableError(f"the command {excess}")
    return ended


def _decode(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")
