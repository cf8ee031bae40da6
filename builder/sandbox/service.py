"""A program in the sandbox that answers line by line, for the length of a conversation.

Every answer has a time limit, what the program takes in sum is watched while it is waited for, and what it changes in
the workspace comes back after each answer. process.py runs commands that end by themselves.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack

from builder.errors import NotPlayableError
from builder.sandbox.isolation.level import Command, Isolation, Shown
from builder.sandbox.isolation.start import started
from builder.sandbox.watch import Watch
from builder.sandbox.workcopy import WorkCopy

ANSWER_TIMEOUT_S = 5.0
MAX_ANSWER_BYTES = 2_000_000
_TICK_S = 0.05
_CHUNK_BYTES = 65_536


class Service:
    """One running program. Close it when done."""

    def __init__(
        self,
        command: Command,
        copy: WorkCopy,
        isolation: Isolation,
        *,
        read_only: Sequence[Shown] = (),
    ) -> None:
        """Start it in the root of a copy. `read_only`: what it may read besides. Raises NotPlayableError."""
        directory = copy.directory(writable=True)
        prepared = isolation.prepare(command, directory, copy.root, read_only=read_only)
        self._copy = copy
        self._closing = ExitStack()
        self._process = self._closing.enter_context(
            started(prepared, stderr=subprocess.DEVNULL, takes_input=True)
        )
        folders = [directory, *([prepared.scratch] if prepared.scratch else [])]
        self._watch = Watch(folders, prepared.mounts)
        self._rewrite = prepared.rewrite
        self._read = b""

    def close(self) -> None:
        """End the program and all that it started."""
        self._closing.close()

    def ask(self, line: str, timeout_s: float = ANSWER_TIMEOUT_S) -> str:
        """The line that it answers with.

        Raises NotPlayableError where it ends, takes too long or too much; it is ended then.
        """
        self._copy.directory(writable=True)  # what other tools changed since stands on disk now
        try:
            answer = self._exchange(line.encode() + b"\n", time.monotonic() + timeout_s)
        except NotPlayableError:
            self.close()
            raise
        self._copy.take_back()
        return self._rewrite(answer.decode("utf-8", errors="replace"))

    def _exchange(self, unsent: bytes, deadline_s: float) -> bytes:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None or self._process.poll() is not None:
            raise NotPlayableError("the program has ended")
        os.set_blocking(stdin.fileno(), False)
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            selector.register(stdin, selectors.EVENT_WRITE)
            while b"\n" not in self._read:
                for key, _ in selector.select(_TICK_S):
                    if key.fileobj is stdout:
                        self._receive(stdout.fileno())
                        continue
                    unsent = unsent[_sent(stdin.fileno(), unsent) :]
                    if not unsent:
                        selector.unregister(stdin)
                self._check(deadline_s)
        answer, _, self._read = self._read.partition(b"\n")
        return answer

    def _receive(self, number: int) -> None:
        data = os.read(number, _CHUNK_BYTES)
        self._read += data
        if not data or len(self._read) > MAX_ANSWER_BYTES:
            raise NotPlayableError("the program has ended, or answered too much")

    def _check(self, deadline_s: float) -> None:
        excess = self._watch.glance(self._process.pid)
        if excess or time.monotonic() >= deadline_s:
            raise NotPlayableError(f"the program {excess or 'did not answer in time'}")


def _sent(number: int, data: bytes) -> int:
    try:
        return os.write(number, data[:_CHUNK_BYTES])
    except BrokenPipeError as error:
        raise NotPlayableError("the program has ended") from error
