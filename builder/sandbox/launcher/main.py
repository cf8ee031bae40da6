"""Starts a command confined, waits for it, and ends everything that came from it, daemons too.

The level landlock (../isolation/landlock.py) starts it as `python -I -S -c START root order`, where `order` is the
number of a descriptor with what order.py writes. Where the builder ends, or sends SIGTERM, all is ended. Below
version 6 of Landlock a command can send signals to this process, too, and by killing it escape that.
"""

from __future__ import annotations

import os
import sys
import time

from builder.sandbox.launcher import kernel
from builder.sandbox.launcher.confine import confine
from builder.sandbox.launcher.order import Order, read_order
from builder.sandbox.processes import descendants

TYPE_CHECKING = False  # as in ../processes.py
if TYPE_CHECKING:
    from typing import NoReturn

NOT_STARTED = 125
"""The exit code when the command could not be confined: it was not started then."""
_PATIENCE_S = 4.0


def main() -> NoReturn:
    """Do what the order says, and end with the command's exit code."""
    order = read_order(int(sys.argv[2]))
    held_back = kernel.hold_back(kernel.SIGTERM, kernel.SIGCHLD)
    kernel.adopt_orphans()
    kernel.be_told_of_parents_end(kernel.SIGTERM)
    code = _run(order, held_back) if os.getppid() == order.builder else NOT_STARTED
    _end_descendants()
    os._exit(code)


def _run(order: Order, held_back: int) -> int:
    """The exit code of the command, when it has ended or is to be ended."""
    child = os.fork()
    if not child:
        _become(order)
    while kernel.next_signal(held_back) != kernel.SIGTERM:
        ended = _ended_children()
        if child in ended:
            code = os.waitstatus_to_exitcode(ended[child])
            return 128 - code if code < 0 else code
    return 128 + kernel.SIGKILL


def _become(order: Order) -> NoReturn:
    """Confine this process and turn it into the command."""
    try:
        os.setsid()
        kernel.meet_signals_as_any_program()
        kernel.be_told_of_parents_end(kernel.SIGKILL)
        os.closerange(3, 4096)
        confine(order.readable, order.writable, order.devices, order.filter)
        os.execv(order.argv[0], order.argv)  # noqa: S606 - the shell in `argv` is the one that is wanted
    except OSError as error:
        os.write(2, f"the command was not started: {error}\n".encode())
    finally:
        os._exit(NOT_STARTED)


def _end_descendants() -> None:
    """Kill until there is none: a process can start another between the look and the blow.

    Groups are killed as a whole, which no process in them outruns; none has a stranger in it, because the command began
    a session of its own.
    """
    give_up_s = time.monotonic() + _PATIENCE_S
    while _has_children() and time.monotonic() < give_up_s:
        for group in {_group(pid) for pid in descendants(os.getpid())} - {os.getpgrp(), 0}:
            try:
                os.killpg(group, kernel.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.001)


def _group(pid: int) -> int:
    """The process group; 0 where the process is gone."""
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def _has_children() -> bool:
    """Whether any is left, after those that have ended are gone."""
    _ended_children()
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _ended_children() -> dict[int, int]:
    """The children that have ended, orphans among them, with their status; they are gone then."""
    ended: dict[int, int] = {}
    try:
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return ended
            ended[pid] = status
    except ChildProcessError:
        return ended
