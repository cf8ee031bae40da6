"""Rows are read and written both ways, and what is wrong in one is named with its path."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.conversation import (
    Example,
    Function,
    Message,
    Metadata,
    ToolCall,
    call_id,
    content_id,
    from_json,
    to_json,
    with_ids,
)
from builder.errors import RowError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def _call(number: int, arguments: str = "{}", name: str = "read_file") -> ToolCall:
    return ToolCall(f"call_{number}", Function(name, arguments))


def _row(*messages: Message) -> Example:
    return Example((Message("system", "s"), Message("user", "u"), *messages))


@st.composite
def rows(draw: st.DrawFn) -> Example:
    messages = [Message("system", draw(TEXT)), Message("user", draw(TEXT))]
    number = 0
    for _ in range(draw(st.integers(0, 3))):
        calls = []
        for _ in range(draw(st.integers(1, 3))):
            number += 1
            calls.append(_call(number, json.dumps({"filepath": draw(TEXT)})))
        messages.append(Message("assistant", draw(TEXT), tool_calls=tuple(calls)))
        messages += [Message("tool", draw(TEXT), tool_call_id=call.id) for call in calls]
    messages.append(Message("assistant", draw(TEXT)))
    return Example(tuple(messages), Metadata(toolset="continue-ide/open"))


@given(rows())
def test_a_row_survives_being_written_and_read(row: Example) -> None:
    assert from_json(to_json(row)) == row


@given(rows())
def test_a_row_survives_the_older_form_with_results_in_user_messages(row: Example) -> None:
    written = json.loads(to_json(row, "user"))
    assert all(message["role"] != "tool" for message in written["messages"])
    if not any(
        m.role == "tool" and re.search("^Result of ", m.content, re.MULTILINE) for m in row.messages
    ):
        assert from_json(to_json(row, "user")) == row


def test_the_guides_template_with_a_bare_result_is_read_as_a_tool_result() -> None:
    row = _row(Message("assistant", "", tool_calls=(_call(1),)), Message("user", "print(1)"), Message("assistant", "It prints 1."))  # fmt: skip
    read = from_json(to_json(row))
    assert read.messages[3] == Message("tool", "print(1)", tool_call_id="call_1")


def test_feedback_after_several_calls_stays_the_users() -> None:
    row = _row(
        Message("assistant", "", tool_calls=(_call(1), _call(2))), Message("user", "No, stop.")
    )
    assert from_json(to_json(row)).messages[3].role == "user"


@pytest.mark.parametrize(
    ("row", "path"),
    [
        ('{"messages": [{"role": "user", "content": "x", "tool_calls": []}]}', r"\$\.messages\[0\]"),
        ('{"messages": [], "extra": 1}', "extra"),
        ('{"messages": [{"role": "robot", "content": "x"}]}', r"\$\.messages\[0\]\.role"),
        ('{"messages": [{"role": "user"}]}', "content"),
        ('{"messages": [{"role":"assistant","content":"","toolCalls":[{"id":"c","function":{"name":"a"}}]}]}', r"toolCalls\[0\]\.function"),
        ("not json", "JSON"),
        ("[]", "array"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_refused_with_the_path_of_what_is_wrong(row: str, path: str) -> None:
    with pytest.raises(RowError, match=path):
        from_json(row)


def test_bytes_that_are_no_utf8_are_refused() -> None:
    with pytest.raises(RowError):
        from_json(b'{"messages": [{"role": "user", "content": "\xff"}]}')


def test_call_ids_look_like_continues_and_come_from_the_content() -> None:
    row = _row(Message("assistant", "", tool_calls=(_call(1), _call(2, '{"a": 1}'))))
    named = with_ids(row)
    ids = [call.id for call in named.calls]
    assert all(re.fullmatch("call_[A-Za-z0-9]{24}", one) for one in ids)
    assert len(set(ids)) == 2
    assert named == with_ids(row)
    assert named.metadata.id == content_id(row)


def test_another_toolset_gives_another_id() -> None:
    row = _row(Message("assistant", "a"))
    other = Example(row.messages, Metadata(toolset="continue-cli/open"))
    assert content_id(row) != content_id(other)


@given(st.text("0123456789abcdef", min_size=16, max_size=16), st.integers(0, 50))
def test_call_ids_of_one_row_never_clash(row_id: str, index: int) -> None:
    assert call_id(row_id, index) != call_id(row_id, index + 1)


@pytest.mark.parametrize("arguments", ["{", "[]", "3", "[" * 100_000])
def test_arguments_that_are_no_object_are_a_row_error(arguments: str) -> None:
    with pytest.raises(RowError):
        _ = _call(1, arguments).arguments
