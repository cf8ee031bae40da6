"""The processes that descend from this one: none may remain of a command that has returned.

While orphans are adopted (kernel.py) no process that a command starts can leave this list, however often it forks.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Set
from contextlib import suppress
from pathlib import Path

_LONGEST_CHASE_S = 20.0


def offspring() -> dict[int, str]:
    """Every living descendant with its name; the dead that nobody has waited for are none."""
    parents: dict[int, tuple[int, str]] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = place.read_text(errors="replace").partition(" (")[2].rpartition(") ")
            state, above = rest.split()[:2]
            if state not in "ZX":
                parents[int(place.parent.name)] = (int(above), name)
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
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = place.read_text(errors="replace").rpartition(") ")[2].split()[:2]
            process = int(place.parent.name)
            if state == "Z" and int(parent) == os.getpid() and process not in known:
                os.waitpid(process, os.WNOHANG)
                count += 1
    return count
