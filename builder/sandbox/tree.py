"""The files of a workspace as they stood when it was loaded: shared by all copies, never changed.

A tree has its bytes in memory (small projects) or reads them from disk when asked (a user's repository).
Copies that may be changed are in workcopy.py.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import stat
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from builder.errors import NotPlayableError

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
    `unlisted`: folders that could not be looked into. `max_entries`: raises NotPlayableError above; None for no limit.
    """

    def __init__(self, directory: Path, root: str, max_entries: int | None = None) -> None:
        self.directory = directory
        self.root = root
        self.unlisted: list[str] = []
        scanned = list(islice(_scan(directory, self.unlisted), max_entries and max_entries + 1))
        if max_entries is not None and len(scanned) > max_entries:
            raise NotPlayableError(f"there are more than {max_entries} files and folders")
        found = sorted(scanned, key=itemgetter(0))
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

    @cached_property
    def listings(self) -> dict[str, dict[str, bool]]:
        """Folder → the names in it, each with whether it is a folder itself; made once for all copies."""
        found: dict[str, dict[str, bool]] = {".": {}}
        for path in (*self.entries, *self.folders - {"."}):
            parent, name = posixpath.split(path)
            found.setdefault(parent or ".", {})[name] = path in self.folders
        return found

    @cached_property
    def revision(self) -> str:
        """A hash of all paths and contents: 12 hex digits."""
        digest = hashlib.sha256()
        for path in sorted(self.entries):
            entry = self.entries[path]
            content = self.read(path) if entry.readable else str(entry.size).encode()
            digest.update(path.encode() + b"\0" + hashlib.sha256(content).digest())
        return digest.hexdigest()[:12]


def _scan(directory: Path, unlisted: list[str]) -> Iterator[tuple[str, Entry | None]]:
    """Every file with its entry, every folder with None; git's own are neither. However deep: nothing recurs."""
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        for name, is_folder in _listed(directory, prefix, unlisted):
            path = prefix + name
            if is_folder:
                waiting.append(f"{path}/")
                yield path, None
            elif (entry := _entry(directory / path)) is not None:
                yield path, entry


def _listed(directory: Path, prefix: str, unlisted: list[str]) -> list[tuple[str, bool]]:
    """The names in a folder, each with whether it is a folder; links and the root's `.git` left out."""
    try:
        with os.scandir(directory / prefix) as entries:
            return [
                (entry.name, entry.is_dir(follow_symlinks=False))
                for entry in entries
                if not entry.is_symlink() and (prefix or entry.name != ".git")
            ]
    except OSError:
        unlisted.append(prefix or ".")
        return []


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
