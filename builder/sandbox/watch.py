"""Watches what a running command takes in sum: files and bytes it writes, processes, memory.

The system limits single files and processes (isolation/bounds.py); nothing but this limits their sum. It looks some
times a second, so a command can overshoot by what it does in between. process.py asks, and ends what takes too much.

Does not see: processes where there is no /proc (macOS); daemons that left a command at the level `limits`; bytes of a
deleted file that no process holds open by a descriptor. Against these stands the last resort: a file system is never
used up, because a command ends when little is left.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from builder.sandbox.isolation.bounds import (
    FREE_BYTES,
    MAX_DEPTH,
    MEMORY_BYTES_IN_SUM,
    NEW_BYTES,
    NEW_FILES,
    PROCESSES,
)
from builder.sandbox.processes import deleted_bytes, descendants, entries_of, resident_bytes

_INTERVAL_S = 0.05
_OF_THE_SANDBOX = 8
"""Processes that are not the command's own: where the system keeps the limit, its answer stands and not the watch's."""
_SHARE_OF_TIME = 0.2
"""Looking may take so much of the time: large workspaces are looked at less often."""
_LONGEST_INTERVAL_S = 0.5


class Held(NamedTuple):
    """What folders hold: bytes by length, files and folders, the deepest nesting."""

    size: int
    entries: int
    depth: int


class Watch:
    """One running command: its first process, the folders that it may write, its private file systems."""

    def __init__(self, folders: Sequence[Path], mounts: Sequence[str]) -> None:
        self._folders = folders
        self._mounts = mounts
        self._before = measure(folders)
        self._floors = {place: min(FREE_BYTES, _free(place) // 2) for place in folders}
        self._next_s = time.monotonic() + _INTERVAL_S

    def glance(self, pid: int) -> str:
        """What the command takes too much of, in words, or nothing; most calls come too early and do not look."""
        if time.monotonic() < self._next_s:
            return ""
        begun_s = time.thread_time()  # not what passed while others had the processor
        found = self.excess_on_disk() or self._excess_of_processes(pid)
        wanted_s = (time.thread_time() - begun_s) / _SHARE_OF_TIME
        self._next_s = time.monotonic() + min(max(_INTERVAL_S, wanted_s), _LONGEST_INTERVAL_S)
        return found

    def excess_on_disk(self, open_bytes: int = 0) -> str:
        """What is too much in the folders, in words, or nothing. `open_bytes`: in files without a name."""
        size, entries, depth = measure(self._folders, self._before.entries + NEW_FILES)
        if size + open_bytes > self._before.size + NEW_BYTES:
            return f"wrote more than {NEW_BYTES} bytes"
        if entries > self._before.entries + NEW_FILES:
            return f"made more than {NEW_FILES} files"
        if depth > max(MAX_DEPTH, self._before.depth):
            return f"nested folders more than {MAX_DEPTH} deep"
        if any(_free(place) < floor for place, floor in self._floors.items()):
            return f"left fewer than {FREE_BYTES} bytes free"
        return ""

    def _excess_of_processes(self, pid: int) -> str:
        family = [pid, *descendants(pid)]  # a shell becomes the last program of its line
        if len(family) > PROCESSES + _OF_THE_SANDBOX:
            return f"started more than {PROCESSES} processes"
        if sum(map(resident_bytes, family)) > MEMORY_BYTES_IN_SUM:
            return f"took more than {MEMORY_BYTES_IN_SUM} bytes of memory"
        for mount in self._mounts:
            if _inodes(f"/proc/{family[-1]}/root{mount}", mount) > NEW_FILES:
                return f"made more than {NEW_FILES} files in {mount}"
        return self.excess_on_disk(open_bytes) if (open_bytes := deleted_bytes(family)) else ""


def measure(folders: Iterable[Path], enough: int | None = None) -> Held:
    """What the folders hold. `enough`: stop counting beyond so many entries; None counts all."""
    size = entries = deepest = 0
    pending = [(str(folder), 1) for folder in folders]
    while pending and (enough is None or entries <= enough) and deepest <= 2 * MAX_DEPTH:
        folder, depth = pending.pop()
        deepest = max(deepest, depth)
        for entry in entries_of(folder):
            entries += 1
            if entry.is_dir(follow_symlinks=False):
                pending.append((entry.path, depth + 1))
            else:
                size += _length(entry)
    return Held(size, entries, deepest)


def _length(entry: os.DirEntry[str]) -> int:
    with suppress(OSError):
        return entry.stat(follow_symlinks=False).st_size
    return 0


def _inodes(place: str, outside: str) -> int:
    """Files of a file system of the command's own; none while it still stands where the builder's `outside` does."""
    with suppress(OSError):
        if Path(place).stat().st_dev == Path(outside).stat().st_dev:
            return 0
        found = os.statvfs(place)
        return found.f_files - found.f_ffree
    return 0


def _free(place: Path) -> int:
    """Bytes that a file system has left; of a folder that is gone nothing is known, so nothing is wrong."""
    with suppress(OSError):
        found = os.statvfs(place)
        return found.f_bavail * found.f_frsize
    return FREE_BYTES
