"""Conversations and schemas that are not as they should be, written for APIs that insist on it."""

from __future__ import annotations

from typing import Any

import pytest

from builder.conversation import Function, Message, ToolCall
from builder.providers import anthropic_wire, ollama_wire, openai_wire
from builder.providers.completion import Sampling
from builder.providers.ollama import address
from builder.providers.schemas import closed

BROKEN = Message("assistant", "", tool_calls=(ToolCall("c", Function("f", '{"a": ')),))


def test_broken_arguments_of_an_earlier_call_are_sent_inside_an_object() -> None:
    wrapped = {"invalid_json": '{"a": '}
    [message] = anthropic_wire.wire_messages([BROKEN])
    assert message["content"] == [{"type": "tool_use", "id": "c", "name": "f", "input": wrapped}]
    [written] = ollama_wire.wire_messages([BROKEN])
    assert written["tool_calls"] == [
        {"id": "c", "function": {"index": 0, "name": "f", "arguments": wrapped}}
    ]
    [sent] = openai_wire.wire_messages([BROKEN])
    assert '"arguments": \'{"invalid_json":"{\\\\"a\\\\": "}\'' in str(sent).replace(
        "'arguments'", '"arguments"'
    )


def test_anthropic_gets_no_empty_text_and_no_two_turns_of_the_same_role() -> None:
    made = anthropic_wire.wire_messages(
        [
            Message("user", "a"),
            Message("assistant", " "),
            Message("user", "b"),
            BROKEN,
            Message("tool", "", tool_call_id="c"),
            Message("user", "c"),
        ]
    )
    assert [turn["role"] for turn in made] == ["user", "assistant", "user"]
    first, _, last = (turn["content"] for turn in made)
    assert [block["text"] for block in _blocks(first)] == ["a", "b"]
    assert [block["type"] for block in _blocks(last)] == ["tool_result", "text"]


def _blocks(content: Any) -> list[dict[str, Any]]:
    return list(content)


FREE: dict[str, Any] = {
    "type": "object",
    "properties": {"arguments": {"type": "object"}},
    "required": ["arguments"],
}
OPTIONAL: dict[str, Any] = {
    "type": "object",
    "properties": {"a": {"type": "string"}},
    "required": [],
}
ALL: dict[str, Any] = {"type": "object", "properties": {"a": {"$ref": "#/$defs/B"}}, "required": ["a"], "$defs": {
    "B": {"type": "object", "properties": {"c": {"type": "integer", "minimum": 1}}, "required": ["c"]}
}}  # fmt: skip


@pytest.mark.parametrize(
    ("schema", "is_strict"),
    [(FREE, False), (OPTIONAL, False), (ALL, True), ({"type": "array", "items": ALL}, False)],
)
def test_a_schema_is_strict_only_where_that_changes_nothing(
    schema: dict[str, object], is_strict: bool
) -> None:
    described: Any = openai_wire.wire_schema(schema)["json_schema"]
    assert described.get("strict", False) is is_strict
    if not is_strict:
        assert described["schema"] is schema


def test_anthropic_gets_closed_schemas_or_none() -> None:
    assert anthropic_wire.wire_schema(FREE) is None
    made: Any = anthropic_wire.wire_schema(ALL)
    inner = made["format"]["schema"]["$defs"]["B"]
    assert inner["additionalProperties"] is False
    assert inner["properties"]["c"] == {"type": "integer", "description": "(minimum: 1)"}
    assert ALL["$defs"]["B"]["properties"]["c"] == {"type": "integer", "minimum": 1}


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object"},
        {"type": "object", "properties": {"a": {}}},
        {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": True},
        {"type": "array", "items": {}},
        {"anyOf": [{"type": "string"}, {"type": "object"}]},
        {"type": ["object", "null"]},
    ],
)
def test_a_schema_that_allows_anything_cannot_be_closed(schema: dict[str, object]) -> None:
    assert closed(schema) is None


def test_a_property_may_have_the_name_of_a_keyword() -> None:
    schema: dict[str, object] = {
        "type": "object",
        "properties": {"pattern": {"type": "string"}, "not": {"type": "string", "pattern": "a"}},
    }
    made: Any = anthropic_wire.wire_schema(schema)
    assert made["format"]["schema"]["properties"] == {
        "pattern": {"type": "string"},
        "not": {"type": "string", "description": "(pattern: a)"},
    }


def test_the_window_is_always_asked_of_ollama() -> None:
    assert ollama_wire.wire_options(Sampling())["num_ctx"] == 16_384
    assert ollama_wire.wire_options(Sampling(context_tokens=4_096))["num_ctx"] == 4_096


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("gpu-box", "http://gpu-box:11434"),
        ("https://ollama.example.org", "https://ollama.example.org"),
    ],
)
def test_ollama_is_found_where_its_own_programs_find_it(
    host: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", host)
    assert address() == expected
