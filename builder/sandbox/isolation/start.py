"""Starts what a level prepared, and cleans up behind it: descriptors, the private folder, the processes.

../process.py reads the outputs and keeps the limits; choice.py tries levels with it.
"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from builder.errors import NotPlayableError
from builder.sandbox.isolation.level import Ending, Prepared, descriptor
from builder.sandbox.isolation.root import hand_over
from builder.sandbox.processes import children
from builder.sandbox.removal import remove_tree

_GRACE_S = 5.0
"""How long a launcher may take to end what it started."""


@contextmanager
def started(
    prepared: Prepared, *, stderr: int, takes_input: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    """The running process, its stdout a pipe; afterwards nothing of it is left.

    `stderr`: as subprocess takes it. `takes_input`: its stdin is a pipe too, not empty. Raises NotPlayableError for a command that no process can be given.
    """
    with ExitStack() as stack:
        if prepared.given is not None:
            hand_over(*prepared.given)
        if prepared.scratch is not None:
            prepared.scratch.mkdir(mode=0o700)
            stack.callback(remove_tree, prepared.scratch)
        process = _open(prepared, stderr, subprocess.PIPE if takes_input else subprocess.DEVNULL)
        stack.callback(_close, process)
        stack.callback(end, process, prepared)
        yield process


def end(process: subprocess.Popen[bytes], prepared: Prepared) -> None:
    """End what is left of a command, its background children included."""
    if process.poll() is None and prepared.ending is not Ending.GROUP:
        _end_from_inside(process, prepared.ending)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _end_from_inside(process: subprocess.Popen[bytes], ending: Ending) -> None:
    """Let the process outlive what it started, so that its end means that all is over."""
    if ending is Ending.LAUNCHER:
        process.terminate()
    else:
        for child in children(process.pid):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_S)


def _open(prepared: Prepared, stderr: int, stdin: int) -> subprocess.Popen[bytes]:
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in prepared.handed]
        for file, content in zip(files, prepared.handed, strict=True):
            file.write(content)
            file.seek(0)
        numbers = {descriptor(at): str(file.fileno()) for at, file in enumerate(files)}
        try:
            return subprocess.Popen(
                [numbers.get(argument, argument) for argument in prepared.argv],
                cwd=prepared.cwd,
                env=prepared.env,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=stderr,
                start_new_session=True,
                pass_fds=[*(file.fileno() for file in files), *prepared.inherited],
            )
        except ValueError as error:  # a null character, half of a surrogate pair
            raise NotPlayableError("the command is no text for a process") from error
        except OSError as error:
            if error.errno == errno.E2BIG:
                raise NotPlayableError("the command is too long for a process") from error
            raise


def _close(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
