"""Runs one shell command on a work copy, isolated as well as this machine allows, with every limit on.

The levels are in isolation.py; what stands in the way of a hostile command is said there, and what does not.
"""

from __future__ import annotations

import errno
import os
import selectors
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from builder.errors import NotPlayableError
from builder.sandbox.isolation import Isolation, Prepared
from builder.sandbox.volatile import normalise
from builder.sandbox.workcopy import WorkCopy

DEFAULT_TIMEOUT_S = 5.0
MAX_OUTPUT_BYTES = 2_000_000
_PATIENCE_S = 0.05


@dataclass(frozen=True, slots=True)
class Completed:
    """What a command left: its outputs (`stderr` empty where merged), its exit code.

    `timed_out`: it was killed at the time limit. `cut`: it printed more than `MAX_OUTPUT_BYTES`.
    """

    stdout: str
    stderr: str
    exit_code: int
    timed_out: bool = False
    cut: bool = False


def run_command(
    command: str,
    copy: WorkCopy,
    isolation: Isolation,
    *,
    merge: bool,
    timeout_s: float = DEFAULT_TIMEOUT_S,
) -> Completed:
    """Run a command with bash in the root of a copy; what it changes there comes back into the copy.

    `merge`: stderr goes where stdout goes, in the order of writing. A command ends when its shell does; the whole
    process group is killed then, and when it times out or floods. Durations in the output are made equal (volatile.py).
    Raises NotPlayableError for a command that no process can be given, or that leaves what no copy holds.
    """
    prepared = isolation.prepare(command, copy.directory(writable=True), copy.root)
    process = _start(prepared, subprocess.STDOUT if merge else subprocess.PIPE)
    outputs, timed_out, cut = _finish(process, timeout_s)
    copy.take_back()
    stdout, stderr = (normalise(prepared.rewrite(_decode(data))) for data in outputs)
    code = process.returncode
    return Completed(stdout, stderr, 128 - code if code < 0 else code, timed_out, cut)


def output_of(
    command: str, copy: WorkCopy, isolation: Isolation, timeout_s: float = DEFAULT_TIMEOUT_S
) -> str:
    """What a command of our own prints, as it stands; nothing comes back into the copy.

    It is isolated too: git, for one, starts the programs that a repository names. Raises NotPlayableError when it
    does not end in time.
    """
    prepared = isolation.prepare(command, copy.directory(writable=True), copy.root)
    (stdout, _), timed_out, cut = _finish(_start(prepared, subprocess.DEVNULL), timeout_s)
    if timed_out or cut:
        raise NotPlayableError(f"{command} did not end in time")
    return prepared.rewrite(_decode(stdout))


def _start(prepared: Prepared, stderr: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            prepared.argv,
            cwd=prepared.cwd,
            env=prepared.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
        )
    except ValueError as error:  # a null character, half of a surrogate pair
        raise NotPlayableError("the command is no text for a process") from error
    except OSError as error:
        if error.errno == errno.E2BIG:
            raise NotPlayableError("the command is too long for a process") from error
        raise


def _finish(
    process: subprocess.Popen[bytes], timeout_s: float
) -> tuple[tuple[bytes, bytes], bool, bool]:
    """Both outputs; whether the time ran out; whether they were cut."""
    try:
        return _read_outputs(process, time.monotonic() + timeout_s)
    finally:
        _kill_group(process)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _decode(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


def _read_outputs(
    process: subprocess.Popen[bytes], deadline: float
) -> tuple[tuple[bytes, bytes], bool, bool]:
    chunks: dict[str, list[bytes]] = {"out": [], "err": []}
    total = 0
    with selectors.DefaultSelector() as selector:
        _register(selector, process.stdout, "out")
        _register(selector, process.stderr, "err")
        while selector.get_map() and total < MAX_OUTPUT_BYTES and time.monotonic() < deadline:
            has_ended = process.poll() is not None
            if has_ended:  # its children may hold the outputs open
                _kill_group(process)
            ready = selector.select(min(_PATIENCE_S, deadline - time.monotonic()))
            total += sum(_take(selector, key, chunks) for key, _ in ready)
            if has_ended and not ready:
                break
    was_cut = total >= MAX_OUTPUT_BYTES
    joined = (b"".join(chunks["out"]), b"".join(chunks["err"]))
    return joined, not was_cut and not _ends(process, deadline), was_cut


def _ends(process: subprocess.Popen[bytes], deadline: float) -> bool:
    """Whether the process is over by then."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(max(0.0, deadline - time.monotonic()))
    return process.returncode is not None


def _register(selector: selectors.BaseSelector, pipe: IO[bytes] | None, name: str) -> None:
    if pipe is not None:
        selector.register(pipe, selectors.EVENT_READ, name)


def _take(
    selector: selectors.BaseSelector, key: selectors.SelectorKey, chunks: dict[str, list[bytes]]
) -> int:
    data = os.read(key.fd, 65536)
    if not data:
        selector.unregister(key.fileobj)
        return 0
    chunks[key.data].append(data)
    return len(data)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End what is left of the command, its background children included."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
