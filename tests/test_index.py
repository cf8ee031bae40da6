"""The index counts each line once, reads only what is new, and starts anew when the file is another one."""

from __future__ import annotations

from pathlib import Path

from builder.conversation import Example, Function, Message, Metadata, ToolCall, to_json, with_ids
from builder.dataset import append_rows
from builder.index import DatasetIndex
from builder.similarity import THRESHOLD, signature_of


def _example(request: str, tool: str = "read_file", path: str = "a.py") -> Example:
    call = ToolCall("call_1", Function(tool, f'{{"filepath": "{path}"}}'))
    messages = (
        Message("system", "s"),
        Message("user", request),
        Message("assistant", "", tool_calls=(call,)),
        Message("tool", "x", tool_call_id="call_1"),
        Message("assistant", "done"),
    )
    metadata = Metadata(
        toolset="continue-ide/open", scenario="continue-ide/open|script/w/t:v", languages=("Go",)
    )
    return with_ids(Example(messages, metadata))


def test_only_new_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    append_rows(path, [to_json(_example("one"))])
    index = DatasetIndex(path)
    assert index.catch_up() == 1
    append_rows(path, [to_json(_example("two")), b"oops"])
    assert index.catch_up() == 2
    assert index.catch_up() == 0
    assert index.coverage().total == 2
    assert index.coverage().count("tool", "read_file") == 2
    assert [(line.number, "JSON" in line.reason) for line in index.bad_lines()] == [(3, True)]
    index.close()


def test_a_reopened_index_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    append_rows(path, [to_json(_example("one"))])
    first = DatasetIndex(path)
    first.catch_up()
    first.close()
    second = DatasetIndex(path)
    assert second.catch_up() == 0
    assert second.coverage().total == 1
    second.close()


def test_a_changed_file_is_counted_anew(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    append_rows(path, [to_json(_example("one")), to_json(_example("two"))])
    index = DatasetIndex(path)
    index.catch_up()
    path.write_bytes(to_json(_example("three", tool="ls")) + b"\n")
    assert index.catch_up() == 1
    assert index.coverage().total == 1
    assert index.coverage().count("tool", "read_file") == 0
    index.close()


def test_a_torn_last_line_is_not_counted_until_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    row = to_json(_example("one"))
    path.write_bytes(row[:40])
    index = DatasetIndex(path)
    assert index.catch_up() == 0
    path.write_bytes(row + b"\n")
    assert index.catch_up() == 1
    index.close()


def test_near_duplicates_are_found_and_different_rows_are_not(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    text = (
        "please read the configuration module and tell me which timeout the client of the queue uses today and "
        "whether the worker that drains it on Sundays has another one than the nightly job of the archive"
    )
    append_rows(path, [to_json(_example(text))])
    index = DatasetIndex(path)
    index.catch_up()
    assert index.nearest_row(signature_of(_example(text + " ok")))[1] >= THRESHOLD
    assert (
        index.nearest_row(signature_of(_example("list all the tests", path="b.go")))[1] < THRESHOLD
    )
    index.close()


def test_families_requests_rows_and_call_ids_are_known(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    example = _example("one")
    append_rows(path, [to_json(example)])
    index = DatasetIndex(path)
    index.catch_up()
    ids = [call.id for call in example.calls]
    assert index.has_row(example.metadata.id)
    assert index.known_call_ids([*ids, "call_other"]) == set(ids)
    assert list(index.used_families()) == ["w/t"]
    index.close()
