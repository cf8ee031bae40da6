"""Answers that other servers than the local one send: read with the same code, without a connection."""

from __future__ import annotations

import json
from typing import Any

import pytest

from builder.providers import anthropic_wire, ollama_wire, openai_wire
from builder.providers.completion import Completion, ProviderError, ProviderErrorKind
from builder.providers.failures import Advice, Failures
from builder.providers.reading import split_thoughts

FAILURES = Failures("local", "http://127.0.0.1:1", Advice("", "", "", ""))


def openai(message: Any, finish: str | None = "stop", **more: Any) -> Completion:
    body = {"choices": [{"message": message, "finish_reason": finish}], **more}
    return openai_wire.read_completion(json.dumps(body).encode(), FAILURES)


def anthropic(*content: Any, stop: str = "end_turn", **usage: int) -> Completion:
    body = {"content": content, "stop_reason": stop, "usage": usage}
    return anthropic_wire.read_completion(json.dumps(body).encode(), FAILURES)


def ollama(message: Any, **more: Any) -> Completion:
    return ollama_wire.read_completion(json.dumps({"message": message, **more}).encode(), FAILURES)


@pytest.mark.parametrize(
    ("written", "reasoning", "text"),
    [
        ("<think>\nhm\n</think>\n\nYes.", "hm", "Yes."),
        ("\n<think>hm</think>Yes.", "hm", "Yes."),
        ("hm\n</think>\n\nYes.", "hm", "Yes."),
        ("<think>cut off", "cut off", ""),
        ("<think></think>Yes.", "", "Yes."),
        (
            "Write `<think>` and `</think>` around it.",
            "",
            "Write `<think>` and `</think>` around it.",
        ),
        ("Close it with `</think>`.", "", "Close it with `</think>`."),
        ("Yes.", "", "Yes."),
    ],
)
def test_thoughts_at_the_beginning_are_taken_off(written: str, reasoning: str, text: str) -> None:
    told = split_thoughts(written)
    assert (told.reasoning, told.text) == (reasoning, text)


def test_reasoning_is_found_under_either_name() -> None:
    assert openai({"content": "a", "reasoning_content": "b"}).reasoning == "b"
    assert openai({"content": "a", "reasoning": "b"}).reasoning == "b"
    assert openai({"content": [{"type": "text", "text": "a"}]}).text == "a"


def test_calls_without_ids_get_some_and_arguments_may_be_objects() -> None:
    call = {"function": {"name": "f", "arguments": {"a": 1}}}
    made = openai({"content": None, "tool_calls": [call, call]})
    assert made.finish == "tool_calls"
    first, second = made.tool_calls
    assert first.id != second.id
    assert first.arguments == {"a": 1}
    assert made == openai({"content": None, "tool_calls": [call, call]}), "the ids are not stable"


def test_arguments_that_are_no_json_come_as_they_were_written() -> None:
    call = {"id": "x", "function": {"name": "f", "arguments": '{"a": '}}
    assert openai({"tool_calls": [call]}).tool_calls[0].function.arguments == '{"a": '


@pytest.mark.parametrize(
    ("finish", "expected"),
    [("length", "length"), ("content_filter", "refused"), (None, "stop"), ("tool_calls", "stop")],
)
def test_openai_says_why_it_stopped(finish: str | None, expected: str) -> None:
    assert openai({"content": "a"}, finish).finish == expected


def test_a_failure_under_the_status_200_is_one() -> None:
    body = b'{"error": {"code": 429, "message": "slow down"}}'
    with pytest.raises(ProviderError) as caught:
        openai_wire.read_completion(body, FAILURES)
    assert caught.value.kind is ProviderErrorKind.RATE_LIMIT


@pytest.mark.parametrize(
    "answer",
    [b"", b"null", b"[]", b"{}", b"<html></html>", b'{"choices": [{}]}', b"\xff", b"[" * 100_000],
)
def test_what_is_no_answer_is_an_error_of_the_server(answer: bytes) -> None:
    for wire in (openai_wire, anthropic_wire, ollama_wire):
        with pytest.raises(ProviderError) as caught:
            wire.read_completion(answer, FAILURES)
        assert caught.value.kind is ProviderErrorKind.SERVER
        assert caught.value.__context__ is None


def test_anthropic_counts_the_cached_part_of_the_prompt_in() -> None:
    usage = anthropic(
        {"type": "text", "text": "a"},
        input_tokens=10,
        cache_read_input_tokens=70,
        cache_creation_input_tokens=20,
        output_tokens=5,
    ).usage
    assert (usage.prompt, usage.cached, usage.completion) == (100, 70, 5)


def test_anthropic_blocks_become_text_thought_and_calls() -> None:
    made = anthropic(
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "redacted_thinking", "data": "x"},
        {"type": "text", "text": "a"},
        {"type": "tool_use", "id": "t", "name": "f", "input": {"b": [1]}},
        stop="tool_use",
    )
    assert (made.reasoning, made.text, made.finish) == ("hm", "a", "tool_calls")
    assert made.tool_calls[0].arguments == {"b": [1]}


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        ("max_tokens", "length"),
        ("refusal", "refused"),
        ("end_turn", "stop"),
        ("pause_turn", "stop"),
    ],
)
def test_anthropic_says_why_it_stopped(stop: str, expected: str) -> None:
    assert anthropic({"type": "text", "text": "a"}, stop=stop).finish == expected


def test_a_full_context_is_an_error_of_its_own() -> None:
    with pytest.raises(ProviderError) as caught:
        anthropic(stop="model_context_window_exceeded")
    assert caught.value.kind is ProviderErrorKind.CONTEXT_TOO_LONG


def test_ollama_gives_objects_thoughts_and_reasons() -> None:
    call = {"function": {"name": "f", "arguments": {"a": "b"}}}
    made = ollama({"content": "", "thinking": "hm", "tool_calls": [call]}, done_reason="stop")
    assert (made.reasoning, made.finish) == ("hm", "tool_calls")
    assert made.tool_calls[0].arguments == {"a": "b"}
    assert ollama({"content": "a"}, done_reason="length").finish == "length"
    with pytest.raises(ProviderError):
        ollama({"content": "a"}, done=False)
