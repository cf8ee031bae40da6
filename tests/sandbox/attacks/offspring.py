"""The processes that descend from this one: none may remain of a command that has returned.

While orphans are adopted (kernel.py) no process that a command starts can leave this list, however often it forks.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Set
from contextlib import suppress
from pathlib import Path

_LONGEST_CHASE_S = 20.0


def offspring() -> dict[int, str]:
    """Every living descendant with its name; the dead that nobody has waited for are none."""
    parents: dict[int, tuple[int, str]] = {}
    for process, name, state, above in _processes():
        if state not in "ZX":
            parents[process] = (above, name)
    found: dict[int, str] = {}
    grew = True
    while grew:
        grew = False
        for process, (parent, name) in parents.items():
            if process not in found and (parent == os.getpid() or parent in found):
                found[process] = name
                grew = True
    return found


def no_offspring_within(patience_s: float, known: Set[int]) -> list[str]:
    """Wait until none but the known are left; the names of those that are left then, which are ended.

    As long as dead orphans come in, something is alive: a process that forks and ends can be missed by a look at all.
    """
    deadline = time.monotonic() + patience_s
    seen: dict[int, str] = {}
    while time.monotonic() < deadline:
        left = _others(known)
        if not left and not _reap(known):
            return []
        seen = left or seen
        time.sleep(0.02)
    _end_all(known)
    _reap(known)
    return sorted(set(seen.values()))


def _others(known: Set[int]) -> dict[int, str]:
    return {process: name for process, name in offspring().items() if process not in known}


def _end_all(known: Set[int]) -> None:
    """Kill until none is left and none has died since the last look: one may be another by now."""
    deadline = time.monotonic() + _LONGEST_CHASE_S
    while ((left := _others(known)) or _reap(known)) and time.monotonic() < deadline:
        for process in left:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.005)


def _reap(known: Set[int]) -> int:
    """Take leave of dead children that nobody else waits for; how many there were."""
    count = 0
    for process, _, state, parent in _processes():
        if state == "Z" and parent == os.getpid() and process not in known:
            with suppress(ChildProcessError):
                os.waitpid(process, os.WNOHANG)
                count += 1
    return count


def _processes() -> Iterator[tuple[int, str, str, int]]:
    """Number, name, state and parent of each; one that ends while it is looked at is left out.

    By listing, not by a pattern: Path.glob() asks whether each file exists, which raises for a process just gone.
    """
    for number in filter(str.isdecimal, os.listdir("/proc")):  # noqa: PTH208  # names are all that is wanted
        with suppress(OSError):
            text = Path(f"/proc/{number}/stat").read_text(errors="replace")
            name, _, rest = text.partition(" (")[2].rpartition(") ")
            state, parent = rest.split()[:2]
            yield int(number), name, state, int(parent)
