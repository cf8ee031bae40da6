"""Calls as text: what is written is read back, what cannot be read back is not written, bad blocks do no harm.

Whether every letter is Continue's is tested with its own answers, in tests/toolkits/test_vectors.py.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.conversation import Function, Message, ToolCall
from builder.dialects.tool_codeblock.conversation import (
    read_message,
    read_messages,
    write_message,
    write_messages,
)
from builder.dialects.tool_codeblock.parsing import Call, MalformedCallError, Reader, parse
from builder.dialects.tool_codeblock.section import SampleCall, with_section, write_section
from builder.dialects.tool_codeblock.writing import write_call, write_definition
from builder.errors import RowError
from builder.tool_spec import Toolset, ToolSpec
from builder.toolkits.continue_core.javascript import to_json, units

GOLDEN = Path(__file__).parent / "tool_codeblock"
READ = ToolSpec(
    name="read_file",
    description="Returns a file.",
    parameters={
        "required": ["filepath"],
        "properties": {"filepath": {"type": "string", "description": "Which."}},
    },
    readonly=True,
)
DIFF = ToolSpec(name="view_diff", description="", parameters={"properties": {}}, readonly=True)

_texts = st.text(st.characters(codec="utf-8"), max_size=30).filter(
    lambda text: not re.search("end_?arg", text, re.IGNORECASE)
)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
    ),
    max_leaves=6,
)
_arguments = st.dictionaries(st.text("abcdxyz_", min_size=1, max_size=8), _values, max_size=4)


def _assistant(content: str, *calls: tuple[str, dict[str, object]]) -> Message:
    made = tuple(
        ToolCall(f"call_{place}", Function(name, json.dumps(arguments)))
        for place, (name, arguments) in enumerate(calls)
    )
    return Message("assistant", content, made)


CONVERSATION = [
    Message("system", "You help."),
    Message("user", "What differs?"),
    _assistant(
        "I look.", ("view_diff", {}), ("read_file", {"filepath": "a b.py", "edits": [{"n": 1}]})
    ),
    Message("tool", "+ a\n", tool_call_id="call_0"),
    Message("tool", "x = 1\n\ny = 2", tool_call_id="call_1"),
    _assistant("Now the tests.", ("run_terminal_command", {"command": 'echo "hi"\nls'})),
    Message("tool", "hi\n[Status: Command completed]", tool_call_id="call_0"),
    _assistant("All is well."),
]


def _shown(messages: list[Message]) -> str:
    return "\n".join(f"<{message.role}>\n{message.content}" for message in messages) + "\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("conversation.txt", _shown(write_messages(CONVERSATION))),
        ("section.txt", write_section([READ, DIFF], {"view_diff": SampleCall("See changes:")})),
    ],
)
def test_what_is_written_stands_in_the_golden_file(name: str, text: str) -> None:
    assert text == (GOLDEN / name).read_text(encoding="utf-8")


@given(_arguments)
def test_a_call_that_is_written_is_read_back(arguments: dict[str, object]) -> None:
    answer = parse(write_call("some_tool", arguments))
    assert answer.text == ""
    assert [call.name for call in answer.calls] == ["some_tool"]
    assert json.loads(answer.calls[0].arguments or "{}") == arguments


@given(_texts, st.lists(_arguments, min_size=1, max_size=3))
def test_a_message_is_read_back_or_refused(content: str, several: list[dict[str, object]]) -> None:
    message = _assistant(content, *(("tool", one) for one in several))
    try:
        back = read_message(write_message(message))
    except RowError:
        return
    assert back.content == content
    assert [call.arguments for call in back.tool_calls] == several


@pytest.mark.parametrize(
    "message",
    [
        _assistant("", ("f", {"a": "says END_ARG here"})),
        _assistant("", ("f", {"a": "endarg"})),
        _assistant("As in\nTOOL_NAME: g\nthis", ("f", {})),
        _assistant("", ("f", {'a"b': 1})),
        _assistant("", ("", {})),
        _assistant("", ("f\ng", {})),
        _assistant("", ("f", {"n": 2**60 + 1})),
    ],
)
def test_what_cannot_be_read_back_is_refused(message: Message) -> None:
    with pytest.raises(RowError, match="text form cannot say"):
        write_message(message)


def test_a_conversation_is_read_back_but_for_the_status_of_commands() -> None:
    back = read_messages(write_messages(CONVERSATION))
    assert [message.role for message in back] == [message.role for message in CONVERSATION]
    assert [message.content for message in back] == [
        message.content.removesuffix("\n[Status: Command completed]") for message in CONVERSATION
    ]
    for ours, theirs in zip(CONVERSATION, back, strict=True):
        assert [(c.name, c.arguments) for c in ours.tool_calls] == [
            (c.name, c.arguments) for c in theirs.tool_calls
        ]
    ids = [call.id for message in back for call in message.tool_calls]
    assert [m.tool_call_id for m in back if m.role == "tool"] == ids
    assert len(set(ids)) == len(ids)


def test_a_user_who_speaks_after_calls_is_no_result() -> None:
    messages = [write_message(_assistant("", ("view_diff", {}))), Message("user", "Stop.")]
    assert read_messages(messages)[-1] == Message("user", "Stop.")


def test_a_broken_block_leaves_its_call_broken_and_a_nameless_one_is_an_error() -> None:
    head = "```tool\nTOOL_NAME: f\n"
    assert parse(head + "BEGIN_ARG: a\nnever ends").calls == (Call("f", '{"a":'),)
    assert parse(head + "BEGIN_ARG: a\n1\nEND_ARG\nBEGIN_ARG: b\n").calls == (
        Call("f", '{"a":1,"b":}'),
    )
    for broken in ("```tool\nNAME: f\n", head + "BEGIN_ARG:\n"):
        with pytest.raises(MalformedCallError):
            parse(broken)


@given(st.lists(st.sampled_from(["```", "tool", "\n", "TOOL_NAME: f", "BEGIN_ARG: a", "END_ARG", "1", "t"]), max_size=25), st.integers(1, 9))  # fmt: skip
def test_no_answer_stops_the_reader_in_any_pieces(parts: list[str], chunk: int) -> None:
    text = "".join(parts)
    try:
        answer = parse(text, chunk)
    except MalformedCallError:
        return
    assert all(call.name for call in answer.calls)
    assert len(answer.text) <= len(text)


def test_pieces_can_be_fed_as_they_arrive() -> None:
    reader = Reader()
    for piece in ("Hi.\n``", "`tool\nTOOL", '_NAME: f\nBEGIN_ARG: a\n"é', '😀"\nEND_ARG\n```'):
        reader.feed(units(piece))
    answer = reader.finish()
    assert answer.text == "Hi.\n"
    assert answer.calls == (Call("f", to_json({"a": "é😀"})),)


def test_a_deep_value_stays_a_text() -> None:
    value = "[" * 100_000
    answer = parse(f"```tool\nTOOL_NAME: f\nBEGIN_ARG: a\n{value}\nEND_ARG\n```")
    assert json.loads(answer.calls[0].arguments) == {"a": value}


def test_every_tool_of_every_toolset_stands_in_the_section(toolsets: dict[str, Toolset]) -> None:
    for toolset in toolsets.values():
        section = write_section(toolset.tools)
        for tool in toolset.tools:
            assert write_definition(tool.name, tool.description, tool.parameters) in section


def test_without_tools_the_system_message_stays_as_it_is() -> None:
    assert with_section("You help.", []) == "You help."
    assert with_section("You help.", [DIFF]).startswith("You help.\n\n<tool_use_instructions>\n")
