"""Which processes a command has, and what they hold, as Linux shows it below /proc; elsewhere it looks like none.

Read by watch.py, by isolation/start.py and by the launcher, which has nothing but the standard library.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = (
    False  # what typing has of that name; to import it would cost the launcher five milliseconds
)
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def children(pid: int) -> list[int]:
    """The living processes right below one."""
    return _families().get(pid, [])


def descendants(pid: int) -> Iterator[int]:
    """Every living process below one, nearest first."""
    families = _families()
    pending = families.get(pid, [])
    while pending:
        yield from pending
        pending = [below for one in pending for below in families.get(one, [])]


def _families() -> dict[int, list[int]]:
    """Parent → its children."""
    found: dict[int, list[int]] = {}
    for entry in entries_of("/proc"):
        if entry.name.isdecimal():
            found.setdefault(_parent(entry.name), []).append(int(entry.name))
    return found


def _parent(pid: str) -> int:
    """The process that is told when this one ends; 0 where it is gone."""
    state = _read(f"/proc/{pid}/stat")
    # A name may hold spaces and brackets: what counts stands behind the last bracket.
    return int(state[state.rindex(b")") + 1 :].split()[1]) if state else 0


def resident_bytes(pid: int) -> int:
    """Memory that a process has in use, what it shares with others included; 0 where it is gone."""
    state = _read(f"/proc/{pid}/statm")
    return int(state.split()[1]) * _PAGE_BYTES if state else 0


def deleted_bytes(family: Iterable[int]) -> int:
    """Bytes in files that were deleted, or never had a name, and are held open."""
    held: dict[tuple[int, int], int] = {}
    for pid in family:
        for entry in entries_of(f"/proc/{pid}/fd"):
            try:
                found = entry.stat()
            except OSError:
                continue
            if stat.S_ISREG(found.st_mode) and not found.st_nlink:
                held[found.st_dev, found.st_ino] = found.st_blocks * 512
    return sum(held.values())


def _read(path: str) -> bytes:
    """A small file of the kernel's; nothing where its process is gone."""
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(file, 4_096)
    except ProcessLookupError:
        return b""
    finally:
        os.close(file)


def entries_of(folder: str) -> list[os.DirEntry[str]]:
    """What a folder holds; nothing where it is gone or closed to us."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []
