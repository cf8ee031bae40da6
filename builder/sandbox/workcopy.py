"""A copy of a workspace that one example may change: copy-on-write in memory, on disk only for processes.

Reads, edits and listings touch no disk. A process that only reads gets a directory that is shared until
something changes; a process that may write gets a directory of its own, and its changes come back.
"""

from __future__ import annotations

import os
import posixpath
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from builder.errors import NotPlayableError
from builder.sandbox.removal import remove_tree
from builder.sandbox.scratch import scratch_place
from builder.sandbox.tree import MAX_FILE_BYTES, Entry, Tree

MAX_COPIED_BYTES = 200_000_000
"""A tree larger than this is not copied for a command: such commands are not played."""
MAX_ADDED_BYTES = 100_000_000
MAX_ADDED_ENTRIES = 20_000
"""What a command may leave beyond what it found; more is not taken back, so that it fills no memory of ours."""
_MAX_BYTES_IN_MEMORY = 20_000_000
_MAX_NAME_BYTES = 255
_MAX_PATH_BYTES = 1_000
_TIME_OF_FILES = 1_735_689_600


class WorkCopy:
    """The files of a tree with one example's changes laid over them.

    Paths are relative to the root, with `/`, without `.` or `..`; `resolve` makes them from what a model
    wrote. Use as a context manager: leaving it removes what stood on disk.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.root = tree.root
        self._changed: dict[str, bytes | None] = {}
        self._new_folders: set[str] = set()
        self._gone_folders: set[str] = set()
        self._disk: Path | None = None
        self._disk_is_stale = False
        self._held: list[tuple[str, str]] | None = None

    def __enter__(self) -> WorkCopy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the copy on disk, if one was made."""
        if self._disk is not None:
            remove_tree(self._disk.parent)
            self._disk = None

    def resolve(self, path: str) -> str | None:
        """The path inside the workspace that a model means, or None for one outside of it.

        Raises NotPlayableError for git's own files: no copy keeps them.
        """
        joined = "/" + posixpath.normpath(posixpath.join(self.root, path)).lstrip("/")
        if joined == self.root:
            return "."
        prefix = self.root + "/"
        if not joined.startswith(prefix):
            return None
        inside = joined[len(prefix) :]
        if inside.split("/", 1)[0] == ".git":
            raise NotPlayableError(f"{inside} belongs to git")
        return inside

    def absolute(self, path: str) -> str:
        """The path as tools and commands see it."""
        return self.root if path == "." else f"{self.root}/{path}"

    def is_file(self, path: str) -> bool:
        if path in self._changed:
            return self._changed[path] is not None
        return path in self.tree.entries

    def is_dir(self, path: str) -> bool:
        if path in self.tree.folders:
            return path not in self._gone_folders
        return path in self._new_folders

    def exists(self, path: str) -> bool:
        return self.is_file(path) or self.is_dir(path)

    def paths(self) -> list[str]:
        """Every file, sorted."""
        gone = {path for path, data in self._changed.items() if data is None}
        added = {path for path, data in self._changed.items() if data is not None}
        return sorted((self.tree.entries.keys() | added) - gone)

    def entry(self, path: str) -> Entry:
        """Size and readability of a file. Raises FileNotFoundError."""
        changed = self._changed.get(path)
        if changed is not None:
            return Entry(len(changed), readable=True)
        if path in self._changed or path not in self.tree.entries:
            raise FileNotFoundError(path)
        return self.tree.entries[path]

    def read_bytes(self, path: str) -> bytes:
        """The bytes of a file. Raises FileNotFoundError, PermissionError."""
        if path not in self._changed:
            return self.tree.read(path)
        changed = self._changed[path]
        if changed is None:
            raise FileNotFoundError(path)
        return changed

    def read_text(self, path: str) -> str:
        """The text of a file; bytes that are not UTF-8 are shown as U+FFFD, as an editor does.

        Raises FileNotFoundError, and NotPlayableError for what is too large or without permission.
        """
        try:
            return self.read_bytes(path).decode("utf-8", errors="replace")
        except PermissionError as error:
            raise NotPlayableError(f"{path} cannot be read") from error

    def write_text(self, path: str, text: str) -> None:
        """Create or replace a file, and the folders that it needs.

        Raises NotPlayableError for a file over the limit, and where none can be: on a folder, below a file or link.
        """
        data = text.encode("utf-8", errors="surrogatepass")
        if len(data) > MAX_FILE_BYTES:
            raise NotPlayableError(f"{len(data)} bytes are over the limit of {MAX_FILE_BYTES}")
        parents = [path[:end] for end, letter in enumerate(path) if letter == "/"]
        blocked = self.is_dir(path) or any(self.is_file(parent) for parent in parents)
        if blocked or not _is_possible(path) or (self._disk and _is_out_of_reach(self._disk, path)):
            raise NotPlayableError(f"no file can be written at {path}")
        if self._held is not None:
            self._held.append((path, text))
            return
        self._new_folders.update(one for one in parents if one not in self.tree.folders)
        self._gone_folders.difference_update(parents)
        self._changed[path] = data
        self._disk_is_stale = True

    @contextmanager
    def held(self) -> Iterator[list[tuple[str, str]]]:
        """Keep back what is written meanwhile: paths and texts, to be written later or never."""
        self._held = []
        try:
            yield self._held
        finally:
            self._held = None

    def children(self, folder: str) -> list[tuple[str, bool]]:
        """Names in a folder, sorted, each with whether it is a folder itself."""
        names = dict(self.tree.listings.get(folder, {}))
        gone = [path for path, data in self._changed.items() if data is None]
        for path in (*gone, *self._gone_folders):
            if _parent(path) == folder:
                names.pop(posixpath.basename(path), None)
        for path, data in self._changed.items():
            if data is not None and _parent(path) == folder:
                names[posixpath.basename(path)] = False
        names |= {
            posixpath.basename(path): True for path in self._new_folders if _parent(path) == folder
        }
        return sorted(names.items())

    @property
    def changes(self) -> dict[str, bytes | None]:
        """What differs from the tree: path → bytes, or None where the file was removed."""
        return dict(self._changed)

    @property
    def git_directory(self) -> Path:
        """Where git's own files lie, if there are any: on disk, whatever else is in memory. A command may change them."""
        return (self._disk or self.tree.directory) / ".git"

    def directory(self, *, writable: bool) -> Path:
        """A directory that holds the present files: shared while nothing changed and nothing will."""
        if not writable and not self._changed and self._disk is None and self.tree.is_whole:
            return self.tree.directory
        if self._disk is None:
            self._disk = self._copy_tree()
            self._disk_is_stale = bool(self._changed)
        _require_folder(self._disk)
        if self._disk_is_stale:
            self._write_changes(self._disk)
            self._disk_is_stale = False
        return self._disk

    def take_back(self) -> None:
        """After a command that may have written: read what it changed on disk.

        Raises NotPlayableError where it left a file that is too large or unreadable, or too much in all.
        """
        if self._disk is None:
            return
        after = self._left_on(self._disk)
        for path in set(self.paths()) - after.entries.keys():
            self._changed[path] = None
        for path, entry in after.entries.items():
            if not entry.readable and not self._has(path, entry):
                raise NotPlayableError(f"a command left {path}, of {entry.size} bytes")
            if entry.readable and not self._is_same(path, after, entry):
                self._changed[path] = after.read(path)
        self._new_folders = set(after.folders - self.tree.folders)
        self._gone_folders = set(self.tree.folders - after.folders)

    @property
    def _folder_count(self) -> int:
        return len(self.tree.folders) + len(self._new_folders) - len(self._gone_folders)

    def _left_on(self, disk: Path) -> Tree:
        """The files after a command, looked at before any is read. Raises NotPlayableError."""
        _require_folder(disk)
        known = self.paths()
        after = Tree(disk, self.root, len(known) + self._folder_count + MAX_ADDED_ENTRIES)
        if after.unlisted:
            raise NotPlayableError(f"a command left {after.unlisted[0]}, which cannot be listed")
        added = sum(entry.size for entry in after.entries.values())
        added -= sum(self.entry(path).size for path in known)
        if added > MAX_ADDED_BYTES:
            raise NotPlayableError(f"a command left {added} bytes more than it found")
        return after

    def _has(self, path: str, entry: Entry) -> bool:
        return self.is_file(path) and self.entry(path) == entry

    def _is_same(self, path: str, after: Tree, entry: Entry) -> bool:
        return self._has(path, entry) and self.read_bytes(path) == after.read(path)

    def _copy_tree(self) -> Path:
        total = sum(entry.size for entry in self.tree.entries.values())
        if total > MAX_COPIED_BYTES:
            raise NotPlayableError(f"{total} bytes are too much to copy for a command")
        # Removing folders is slow on disks; large copies would take too much memory.
        private = scratch_place("workcopy", in_memory=total < _MAX_BYTES_IN_MEMORY)
        private.mkdir(mode=0o700)
        target = private / "ws"
        source = self.tree.directory
        for folder in sorted(self.tree.folders):
            (target / folder).mkdir(parents=True, exist_ok=True)
        for path, entry in self.tree.entries.items():
            _copy_file(source / path, target / path, entry.size)
        if (source / ".git").is_dir():
            shutil.copytree(source / ".git", target / ".git", symlinks=True)
        return target

    def _write_changes(self, target: Path) -> None:
        """Nothing is written or removed through a link: a command may have made one that leads outside."""
        for path, data in self._changed.items():
            try:
                if not _is_linked(target, path):
                    _put(target / path, data)
            except OSError as error:
                raise NotPlayableError(f"a command left no way to write {path}") from error


def _require_folder(disk: Path) -> None:
    is_ours = os.access(disk, os.R_OK | os.W_OK | os.X_OK)
    if disk.is_symlink() or not disk.is_dir() or not is_ours:
        raise NotPlayableError("a command left no folder where the workspace was")


def _put(place: Path, data: bytes | None) -> None:
    """Make a file what it is to be, or remove it.

    A file is replaced, not written into: it may have another name elsewhere, and a pipe in its place never ends.
    """
    found = place.lstat() if os.path.lexists(place) else None
    is_file = found is not None and stat.S_ISREG(found.st_mode)
    if data is None:
        if is_file:
            place.unlink()
        return
    if is_file and place.read_bytes() == data:
        return
    if found is not None:
        place.unlink()
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    if found is not None and is_file:
        place.chmod(stat.S_IMODE(found.st_mode))
    os.utime(place, (_TIME_OF_FILES, _TIME_OF_FILES))


def _parent(path: str) -> str:
    return posixpath.dirname(path) or "."


def _copy_file(source: Path, target: Path, size: int) -> None:
    """A copy with the same times and rights; of a file that may not be read, one of zeros that may not either."""
    if os.access(source, os.R_OK):
        shutil.copy2(source, target)
        return
    with target.open("wb") as file:
        file.truncate(size)
    target.chmod(0)


def _is_possible(path: str) -> bool:
    """Whether file systems take the path."""
    try:
        names = [name.encode() for name in path.split("/")]
    except UnicodeEncodeError:
        return False
    fits = all(0 < len(name) <= _MAX_NAME_BYTES and b"\0" not in name for name in names)
    return fits and sum(map(len, names)) + len(names) <= _MAX_PATH_BYTES


def _is_out_of_reach(directory: Path, path: str) -> bool:
    """Whether a link stands in the way, or a folder that a command has closed."""
    try:
        return _is_linked(directory, path)
    except OSError:
        return True


def _is_linked(directory: Path, path: str) -> bool:
    """Whether a part of the path is a symbolic link on disk."""
    place = directory
    for name in path.split("/"):
        place /= name
        if place.is_symlink():
            return True
    return False
