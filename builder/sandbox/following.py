"""Follows a running command to its end: feeds it, reads its outputs, and ends it when it goes beyond a limit.

process.py starts it and says what became of it; watch.py says what it takes in sum.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections import defaultdict
from contextlib import suppress
from typing import Literal, NamedTuple

from builder.sandbox.isolation.level import Prepared
from builder.sandbox.isolation.start import end
from builder.sandbox.watch import Watch

MAX_OUTPUT_BYTES = 2_000_000
_TICK_S = 0.05
_CHUNK_BYTES = 65_536

Reason = Literal["ended", "timed out", "idle", "cut", "took too much"]


class Patience(NamedTuple):
    """How long a command may run, and how long it may be silent; None: for as long as it may run."""

    timeout_s: float
    idle_timeout_s: float | None = None


class Ended(NamedTuple):
    """How a command ended, and what it printed. `excess`: what it took too much of."""

    reason: Reason
    stdout: bytes
    stderr: bytes
    exit_code: int
    excess: str = ""


def follow(
    process: subprocess.Popen[bytes],
    prepared: Prepared,
    patience: Patience,
    watch: Watch,
    stdin: bytes,
) -> Ended:
    """Wait until the command ends or has to; all that it started in its group is gone then."""
    with _Pipes(process, stdin) as pipes:
        following = _Following(process, pipes, patience, watch)
        reason = following.to_the_end(prepared)
    end(process, prepared)
    read = pipes.read
    return Ended(
        reason, bytes(read["out"]), bytes(read["err"]), process.returncode, following.excess
    )


class _Following:
    """One command that runs."""

    def __init__(
        self, process: subprocess.Popen[bytes], pipes: _Pipes, patience: Patience, watch: Watch
    ) -> None:
        self.excess = ""
        self._process = process
        self._pipes = pipes
        self._watch = watch
        self._deadline_s = time.monotonic() + patience.timeout_s
        self._idle_s = (
            patience.timeout_s if patience.idle_timeout_s is None else patience.idle_timeout_s
        )
        self._heard_s = time.monotonic()

    def to_the_end(self, prepared: Prepared) -> Reason:
        while True:
            has_ended = self._process.poll() is not None
            if has_ended:  # its children may hold the outputs open
                end(self._process, prepared)
            heard = self._pipes.exchange(0.0 if has_ended else self._tick_s())
            if heard:
                self._heard_s = time.monotonic()
            reason = self._limit()
            if reason is not None:
                return reason
            if has_ended and not heard:
                return "ended"
            if not self._pipes.are_open:
                self._wait()

    def _wait(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(self._tick_s())

    def _tick_s(self) -> float:
        left = min(self._deadline_s, self._heard_s + self._idle_s) - time.monotonic()
        return max(0.0, min(_TICK_S, left))

    def _limit(self) -> Reason | None:
        """The limit that was reached, if any."""
        now_s = time.monotonic()
        if self._pipes.total >= MAX_OUTPUT_BYTES:
            return "cut"
        if self._process.returncode is not None:
            return None
        if now_s >= self._deadline_s:
            return "timed out"
        if now_s >= self._heard_s + self._idle_s:
            return "idle"
        self.excess = self._watch.glance(self._process.pid)
        return "took too much" if self.excess else None


class _Pipes:
    """The outputs of a process, and its input until all of it was taken."""

    def __init__(self, process: subprocess.Popen[bytes], stdin: bytes) -> None:
        self.read: defaultdict[str, bytearray] = defaultdict(bytearray)
        self.total = 0
        self._stdin = process.stdin
        self._unsent = memoryview(stdin)
        self._selector = selectors.DefaultSelector()
        for pipe, name in ((process.stdout, "out"), (process.stderr, "err")):
            if pipe is not None:
                self._selector.register(pipe, selectors.EVENT_READ, name)
        if process.stdin is not None:
            os.set_blocking(process.stdin.fileno(), False)
            self._selector.register(process.stdin, selectors.EVENT_WRITE, "in")

    def __enter__(self) -> _Pipes:
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()

    @property
    def are_open(self) -> bool:
        return bool(self._selector.get_map())

    def exchange(self, patience_s: float) -> bool:
        """Read what is there and write what is taken; whether something was read."""
        if not self.are_open:
            return False
        before = self.total
        for key, _ in self._selector.select(patience_s):
            if key.data == "in":
                self._send(key)
            else:
                self._receive(key)
        return self.total > before

    def _receive(self, key: selectors.SelectorKey) -> None:
        data = os.read(key.fd, _CHUNK_BYTES)
        if not data:
            self._selector.unregister(key.fileobj)
        self.read[key.data] += data
        self.total += len(data)

    def _send(self, key: selectors.SelectorKey) -> None:
        try:
            self._unsent = self._unsent[os.write(key.fd, self._unsent[:_CHUNK_BYTES]) :]
        except BrokenPipeError:
            self._unsent = self._unsent[:0]
        if not self._unsent:
            self._selector.unregister(key.fileobj)
            if self._stdin is not None:
                self._stdin.close()
