"""The dataset file: appends are whole, torn lines are mended, nothing of the user's is lost, one run at a time."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from pathlib import Path

import pytest

from builder.conversation import Example, Message, Metadata, to_json
from builder.dataset import DatasetLock, append_rows, read_examples, read_lines
from builder.errors import DatasetLockedError, StorageError


def _row(text: str) -> bytes:
    return to_json(Example((Message("user", text),), Metadata(id=text)))


def test_rows_are_appended_one_a_line(tmp_path: Path) -> None:
    path = tmp_path / "new" / "data.jsonl"
    append_rows(path, [_row("a"), _row("b")])
    append_rows(path, [_row("c")])
    assert [e.metadata.id for e in read_examples(path)] == ["a", "b", "c"]


def test_a_torn_beginning_of_the_next_row_is_replaced_by_it(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    append_rows(path, [_row("a")])
    with path.open("ab") as file:
        file.write(_row("b")[:25])
    append_rows(path, [_row("b")])
    assert path.read_bytes() == _row("a") + b"\n" + _row("b") + b"\n"


def test_a_torn_line_of_somebody_elses_is_kept_and_named(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_bytes(_row("a") + b'\n{"messages": [{"role"')
    append_rows(path, [_row("b")])
    lines = list(read_lines(path))
    assert [line.example is not None for line in lines] == [True, False, True]
    assert lines[1].number == 2
    assert "truncated" in lines[1].problem


def test_a_last_row_without_its_newline_is_completed(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_bytes(_row("a"))
    append_rows(path, [_row("b")])
    assert [e.metadata.id for e in read_examples(path)] == ["a", "b"]


def test_bad_lines_are_named_with_their_number_and_reading_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_bytes(b"\n".join([_row("a"), b"oops", b"", b'{"messages": 3}', _row("b"), b""]))
    found = [(line.number, bool(line.problem)) for line in read_lines(path)]
    assert found == [(1, False), (2, True), (4, True), (5, False)]


def _append_with_little_room(path: Path, room: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    try:
        append_rows(path, [_row("b" * 5000)])
    except StorageError as error:
        os._exit(7 if "intact" in str(error) else 8)
    os._exit(0)


def test_a_full_disk_leaves_the_dataset_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    append_rows(path, [_row("a")])
    before = path.read_bytes()
    process = multiprocessing.get_context("spawn").Process(
        target=_append_with_little_room, args=(path, len(before) + 100)
    )
    process.start()
    process.join()
    assert process.exitcode == 7
    assert path.read_bytes() == before


def test_a_second_run_on_one_dataset_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    with (
        DatasetLock(path),
        pytest.raises(DatasetLockedError, match=str(os.getpid())),
        DatasetLock(path),
    ):
        pass
    with DatasetLock(path):
        pass  # it is free again
