"""A copy of a workspace that one example may change: copy-on-write in memory, on disk only for processes.

Reads, edits and listings touch no disk. A process that only reads gets a directory that is shared until
something changes; a process that may write gets a directory of its own, and its changes come back.
"""

from __future__ import annotations

import os
import posixpath
import shutil
import tempfile
from pathlib import Path
from types import TracebackType

from builder.errors import SandboxError
from builder.sandbox.tree import MAX_FILE_BYTES, Entry, Tree

MAX_COPIED_BYTES = 200_000_000
"""A tree larger than this is not copied for a command: such commands are not played."""
_MAX_BYTES_IN_MEMORY = 20_000_000


def _scratch_folder(size: int) -> str | None:
    """Memory where the system offers it and the copy is small (removing folders is slow on disks), else TMPDIR."""
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a private folder in it
    if size < _MAX_BYTES_IN_MEMORY and os.access(memory, os.W_OK):
        return str(memory)
    return None


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
        self._disk: Path | None = None
        self._disk_is_stale = False

    def __enter__(self) -> WorkCopy:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the copy on disk, if one was made."""
        if self._disk is not None:
            shutil.rmtree(self._disk.parent, ignore_errors=True)
            self._disk = None

    def resolve(self, path: str) -> str | None:
        """The path inside the workspace that a model means, or None for one outside of it."""
        joined = posixpath.normpath(posixpath.join(self.root, path))
        if joined == self.root:
            return "."
        prefix = self.root + "/"
        return joined[len(prefix) :] if joined.startswith(prefix) else None

    def absolute(self, path: str) -> str:
        """The path as tools and commands see it."""
        return self.root if path == "." else f"{self.root}/{path}"

    def is_file(self, path: str) -> bool:
        if path in self._changed:
            return self._changed[path] is not None
        return path in self.tree.entries

    def is_dir(self, path: str) -> bool:
        if path in self.tree.folders or path in self._new_folders:
            return True
        prefix = path + "/"
        return any(p.startswith(prefix) for p, data in self._changed.items() if data is not None)

    def paths(self) -> list[str]:
        """Every file, sorted."""
        if not self._changed:
            return list(self.tree.entries)
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
        """The text of a file; bytes that are not UTF-8 are shown as U+FFFD, as an editor does."""
        return self.read_bytes(path).decode("utf-8", errors="replace")

    def write_text(self, path: str, text: str) -> None:
        """Create or replace a file."""
        data = text.encode("utf-8", errors="surrogatepass")
        if len(data) > MAX_FILE_BYTES:
            raise SandboxError(f"{path}: {len(data)} bytes are over the limit of {MAX_FILE_BYTES}")
        self._changed[path] = data
        self._disk_is_stale = True

    def children(self, folder: str) -> list[tuple[str, bool]]:
        """Names in a folder, sorted, each with whether it is a folder itself."""
        prefix = "" if folder == "." else folder + "/"
        found: dict[str, bool] = {}
        for path in self.paths():
            if path.startswith(prefix):
                name, _, rest = path[len(prefix) :].partition("/")
                found[name] = bool(rest) or found.get(name, False)
        for path in self._new_folders:
            if path.startswith(prefix) and "/" not in path[len(prefix) :]:
                found[path[len(prefix) :]] = True
        return sorted(found.items())

    @property
    def changes(self) -> dict[str, bytes | None]:
        """What differs from the tree: path → bytes, or None where the file was removed."""
        return dict(self._changed)

    def directory(self, *, writable: bool) -> Path:
        """A directory that holds the present files: shared while nothing changed and nothing will."""
        if not writable and not self._changed and self._disk is None:
            return self.tree.directory
        if self._disk is None:
            self._disk = self._copy_tree()
            self._disk_is_stale = bool(self._changed)
        if self._disk_is_stale:
            self._write_changes(self._disk)
            self._disk_is_stale = False
        return self._disk

    def take_back(self) -> None:
        """After a command that may have written: read what it changed on disk."""
        if self._disk is None:
            return
        after = Tree(self._disk, self.root)
        for path in set(self.paths()) - after.entries.keys():
            self._changed[path] = None
        for path, entry in after.entries.items():
            if entry.readable and not self._is_same(path, after, entry):
                self._changed[path] = after.read(path)
        self._new_folders = set(after.folders - self.tree.folders)

    def _is_same(self, path: str, after: Tree, entry: Entry) -> bool:
        try:
            return self.entry(path).size == entry.size and self.read_bytes(path) == after.read(path)
        except FileNotFoundError:
            return False

    def _copy_tree(self) -> Path:
        total = sum(entry.size for entry in self.tree.entries.values())
        if total > MAX_COPIED_BYTES:
            raise SandboxError(f"{self.root} has {total} bytes: too large to copy for a command")
        target = Path(tempfile.mkdtemp(prefix="workcopy-", dir=_scratch_folder(total))) / "ws"
        source = self.tree.directory
        for folder in sorted(self.tree.folders):
            (target / folder).mkdir(parents=True, exist_ok=True)
        for path, entry in self.tree.entries.items():
            if entry.readable:
                shutil.copy2(source / path, target / path)
        if (source / ".git").is_dir():
            shutil.copytree(source / ".git", target / ".git", symlinks=True)
        return target

    def _write_changes(self, target: Path) -> None:
        for path, data in self._changed.items():
            place = target / path
            if data is None:
                place.unlink(missing_ok=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.is_file() or place.read_bytes() != data:
                place.write_bytes(data)
                os.utime(place, (1_735_689_600, 1_735_689_600))
