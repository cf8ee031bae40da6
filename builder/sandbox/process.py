"""Runs one shell command on a work copy, isolated as well as this machine allows, with every limit on.

The levels are in isolation.py; what stands in the way of a hostile command is said there, and what does not.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from builder.sandbox.isolation import Isolation
from builder.sandbox.volatile import normalise
from builder.sandbox.workcopy import WorkCopy

DEFAULT_TIMEOUT_S = 5.0
MAX_OUTPUT_BYTES = 2_000_000


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

    `merge`: stderr goes where stdout goes, in the order of writing. The whole process group is killed when
    the command ends, times out or floods. Durations in the output are made equal (volatile.py).
    """
    directory = copy.directory(writable=True)
    prepared = isolation.prepare(command, directory, copy.root)
    process = subprocess.Popen(
        prepared.argv,
        cwd=prepared.cwd,
        env=prepared.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if merge else subprocess.PIPE,
        start_new_session=True,
    )
    try:
        outputs, timed_out, cut = _read_outputs(process, time.monotonic() + timeout_s)
    finally:
        _kill_group(process)
    copy.take_back()
    stdout, stderr = (prepared.rewrite(_decode(data)) for data in outputs)
    return Completed(stdout, stderr, process.returncode, timed_out, cut)


def _decode(data: bytes) -> str:
    return normalise(data.decode("utf-8", errors="replace"))


def _read_outputs(
    process: subprocess.Popen[bytes], deadline: float
) -> tuple[tuple[bytes, bytes], bool, bool]:
    chunks: dict[str, list[bytes]] = {"out": [], "err": []}
    total, timed_out = 0, False
    with selectors.DefaultSelector() as selector:
        _register(selector, process.stdout, "out")
        _register(selector, process.stderr, "err")
        while selector.get_map() and total < MAX_OUTPUT_BYTES:
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                timed_out = True
                break
            total += sum(_take(selector, key, chunks) for key, _ in ready)
    if not timed_out and total < MAX_OUTPUT_BYTES:
        try:
            process.wait(max(0.05, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            timed_out = True
    joined = (b"".join(chunks["out"]), b"".join(chunks["err"]))
    return joined, timed_out, total >= MAX_OUTPUT_BYTES


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
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
