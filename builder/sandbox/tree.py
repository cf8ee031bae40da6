"""The files of a workspace as they stood when it was loaded: shared by all copies, never changed.

A tree has its bytes in memory (small projects) or reads them from disk when asked (a user's repository).
Copies that may be changed are in workcopy.py.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

MAX_FILE_BYTES = 2_000_000
"""Larger files are listed with their size but never read into memory."""


class Entry(NamedTuple):
    """One file: `size` in bytes, `readable` False for what is too large or without permission."""

    size: int
    readable: bool


class Tree:
    """An immutable set of files below `directory`, which also holds the `.git` of the project.

    `root` is the path that tools and commands see. Symbolic links, sockets and devices are left out, so
    nothing in a tree leads outside of it; nor do names count that are not UTF-8. `folders` has those without files
    too, and `.` for the root. `is_whole`: the directory shows a process no file that the tree does not have.
    """

    def __init__(self, directory: Path, root: str) -> None:
        self.directory = directory
        self.root = root
        found = sorted(_scan(directory), key=itemgetter(0))
        known = [one for one in found if _is_utf8(one[0])]
        self.is_whole = len(known) == len(found)
        self.entries = {path: entry for path, entry in known if entry is not None}
        self.folders = frozenset([".", *(path for path, entry in known if entry is None)])
        self._bytes: dict[str, bytes] = {}
        self._in_memory = sum(entry.size for entry in self.entries.values()) < 4_000_000

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises FileNotFoundError, PermissionError."""
        known = self._bytes.get(path)
        if known is not None:
            return known
        entry = self.entries.get(path)
        if entry is None:
            raise FileNotFoundError(path)
        if not entry.readable:
            raise PermissionError(path)
        content = (self.directory / path).read_bytes()
        if self._in_memory:
            self._bytes[path] = content
        return content

    @property
    def revision(self) -> str:
        """A hash of all paths and contents: 12 hex digits."""
        digest = hashlib.sha256()
        for path in sorted(self.entries):
            entry = self.entries[path]
            content = self.read(path) if entry.readable else str(entry.size).encode()
            digest.update(path.encode() + b"\0" + hashlib.sha256(content).digest())
        return digest.hexdigest()[:12]


def _scan(directory: Path) -> Iterator[tuple[str, Entry | None]]:
    """Every file with its entry, every folder with None; git's own are neither."""
    for parent, folders, names in os.walk(directory, followlinks=False):
        below = Path(parent).relative_to(directory).as_posix()
        prefix = "" if below == "." else f"{below}/"
        folders[:] = [name for name in folders if _is_taken(parent, prefix, name)]
        for name in folders:
            yield prefix + name, None
        for name in names:
            entry = _entry(Path(parent, name)) if _is_taken(parent, prefix, name) else None
            if entry is not None:
                yield prefix + name, entry


def _is_taken(parent: str, prefix: str, name: str) -> bool:
    is_git = name == ".git" and not prefix
    return not is_git and not Path(parent, name).is_symlink()


def _is_utf8(path: str) -> bool:
    """File names of other encodings cannot stand in a row: such files are left out."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _entry(path: Path) -> Entry | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    readable = found.st_size <= MAX_FILE_BYTES and os.access(path, os.R_OK)
    return Entry(found.st_size, readable)
