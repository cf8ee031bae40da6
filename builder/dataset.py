"""The dataset file: append-only JSONL, one row a line. Reads, repairs, appends; what it knows about rows is in index.py.

An append is written and fsynced before it counts. After a crash the file may end in a torn line; `append` removes it
when it is the beginning of the very row that it is about to write, and otherwise keeps it as a bad line.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from builder.conversation import Example, from_json
from builder.errors import DatasetLockedError, RowError, StorageError


class Line(NamedTuple):
    """One line of a dataset: its number (from 1), where it begins, its bytes, and the row or why it is none."""

    number: int
    offset: int
    data: bytes
    example: Example | None
    problem: str = ""


def read_lines(path: Path, offset: int = 0, number: int = 0) -> Iterator[Line]:
    """Every whole line from an offset on; `number` lines come before it. Empty lines are skipped."""
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(offset)
        for data in file:
            number += 1
            start, offset = offset, offset + len(data)
            if data.strip():
                yield _parsed(Line(number, start, data, None))


def _parsed(line: Line) -> Line:
    try:
        return line._replace(example=from_json(line.data))
    except RowError as error:
        return line._replace(problem=str(error))


def read_examples(path: Path) -> Iterator[Example]:
    """Every row that can be read; bad lines are passed over."""
    return (line.example for line in read_lines(path) if line.example is not None)


def append_rows(path: Path, rows: Sequence[bytes]) -> int:
    """Append rows (without newlines) and fsync; returns the new size in bytes.

    Raises StorageError if the disk refuses; the file then stands as before.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    try:
        with path.open("ab") as file:
            size = _mended_size(path, file.fileno(), rows)
            try:
                os.lseek(file.fileno(), 0, os.SEEK_END)
                _write_all(file.fileno(), b"".join(row + b"\n" for row in rows))
                os.fsync(file.fileno())
            except OSError:
                os.ftruncate(file.fileno(), size)
                raise
            new_size = os.fstat(file.fileno()).st_size
        if is_new:
            _sync_folder(path.parent)
    except OSError as error:
        raise StorageError(
            f"cannot write {path}: {error.strerror}. The dataset is intact; make room and run again."
        ) from error
    return new_size


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _mended_size(path: Path, descriptor: int, rows: Sequence[bytes]) -> int:
    """Deal with a torn last line; returns the size to fall back to."""
    size = os.fstat(descriptor).st_size
    torn = _torn_tail(path, size)
    if not torn:
        return size
    if rows and (rows[0] + b"\n").startswith(torn):
        os.ftruncate(descriptor, size - len(torn))
        return size - len(torn)
    _write_all(descriptor, b"\n")
    return size + 1


def _torn_tail(path: Path, size: int) -> bytes:
    """What stands behind the last newline."""
    with path.open("rb") as file:
        tail, position = b"", size
        while position > 0 and b"\n" not in tail:
            position = max(0, position - 65_536)
            file.seek(position)
            tail = file.read(size - position)
    return tail.rpartition(b"\n")[2]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class DatasetLock:
    """Held by the one run that may write a dataset. A context manager.

    Raises DatasetLockedError at once if another process holds it, or waits for it where `wait` is true.
    The lock goes with the process, so a killed run leaves none behind.
    """

    def __init__(self, dataset: Path, *, wait: bool = False) -> None:
        self._path = dataset.with_name(dataset.name + ".lock")
        self._wait = wait
        self._descriptor: int | None = None

    def __enter__(self) -> DatasetLock:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        mode = fcntl.LOCK_EX | (0 if self._wait else fcntl.LOCK_NB)
        try:
            fcntl.flock(self._descriptor, mode)
        except BlockingIOError as error:
            holder = os.read(self._descriptor, 64).decode(errors="replace").strip() or "unknown"
            os.close(self._descriptor)
            raise DatasetLockedError(
                f"another run (process {holder}) is writing {self._path.with_suffix('').name}. "
                "Wait for it, give --wait, or choose another --dataset."
            ) from error
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, f"{os.getpid()}\n".encode())
        return self

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
