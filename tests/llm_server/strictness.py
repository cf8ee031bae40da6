"""What the APIs turn away with 400, so that a request they would not take is not taken here either.

Only what a program that keeps conversations gets wrong: calls without results and results without calls, empty texts,
schemas that are not closed where they must be, arguments in the wrong form. Raises ValueError; the shapes call it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from tests.llm_server.asking import Json

_TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_OPENAI_ROLES = {"system", "developer", "user", "assistant", "tool"}


def check_openai(body: Json) -> None:
    """Each call is answered right behind its message, and each result answers one."""
    if body.get("stream"):
        raise ValueError("this server does not stream /v1/chat/completions")
    _check_names(tool["function"]["name"] for tool in body.get("tools") or ())
    open_calls: set[str] = set()
    for message in _some(body["messages"]):
        if message["role"] not in _OPENAI_ROLES:
            raise ValueError(f"unknown role {message['role']!r}")
        if message["role"] == "tool":
            _answer(open_calls, message["tool_call_id"])
            continue
        _none_open(open_calls)
        open_calls = {call["id"] for call in message.get("tool_calls") or ()}
        for call in message.get("tool_calls") or ():
            _check_type(call["function"]["arguments"], str, "arguments of a call")
    _none_open(open_calls)
    response_format = body.get("response_format") or {}
    if response_format.get("type") == "json_schema" and response_format["json_schema"].get(
        "strict"
    ):
        _check_closed(response_format["json_schema"]["schema"], all_required=True)


def check_anthropic(body: Json) -> None:
    """Each call is answered in the message that follows; no text is empty; `max_tokens` is told."""
    _check_type(body["max_tokens"], int, "max_tokens")
    if body.get("stream"):
        raise ValueError("this server does not stream /v1/messages")
    _check_names(tool["name"] for tool in body.get("tools") or ())
    open_calls: set[str] = set()
    for message in _some(body["messages"]):
        if message["role"] not in {"user", "assistant"}:
            raise ValueError(
                f"unknown role {message['role']!r}; a system prompt goes into `system`"
            )
        open_calls = _check_blocks(_blocks(message["content"]), open_calls)
    _none_open(open_calls)
    schema = ((body.get("output_config") or {}).get("format") or {}).get("schema")
    if schema:
        _check_closed(schema, all_required=False)


def check_ollama(body: Json) -> None:
    """Arguments are objects, contents text; it looks at nothing else."""
    for message in body.get("messages") or ():
        _check_type(message.get("content") or "", str, "content")
        for call in message.get("tool_calls") or ():
            _check_type(call["function"]["arguments"], dict, "arguments of a call")


def _check_blocks(blocks: list[Json], open_calls: set[str]) -> set[str]:
    """The calls that these blocks open."""
    opened: set[str] = set()
    for block in blocks:
        if block["type"] == "text" and not block["text"].strip():
            raise ValueError("a text block is empty")
        if block["type"] == "tool_result":
            _answer(open_calls, block["tool_use_id"])
        if block["type"] == "tool_use":
            _check_type(block["input"], dict, "input of a call")
            opened.add(block["id"])
    _none_open(open_calls)
    return opened


def _blocks(content: Any) -> list[Json]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)


def _some(messages: list[Json]) -> list[Json]:
    if not messages:
        raise ValueError("there are no messages")
    return messages


def _answer(open_calls: set[str], call_id: str) -> None:
    if call_id not in open_calls:
        raise ValueError(
            f"a result answers the call {call_id!r}, which the message before does not make"
        )
    open_calls.discard(call_id)


def _none_open(open_calls: set[str]) -> None:
    if open_calls:
        raise ValueError(f"these calls have no result behind them: {sorted(open_calls)}")


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        if not _TOOL_NAME.fullmatch(name):
            raise ValueError(f"the tool name {name!r} does not match {_TOOL_NAME.pattern}")


def _check_type(value: object, wanted: type, what: str) -> None:
    if not isinstance(value, wanted):
        raise ValueError(f"{what}: expected {wanted.__name__}, found {value!r}")  # noqa: TRY004 - a 400


def _check_closed(schema: Json, *, all_required: bool) -> None:
    for each in _objects(schema):
        properties = each.get("properties") or {}
        if each.get("additionalProperties") is not False:
            raise ValueError(
                f"an object with {sorted(properties)} lacks additionalProperties: false"
            )
        if all_required and set(properties) - set(each.get("required") or ()):
            raise ValueError(f"strict: every property must be required, of {sorted(properties)}")


def _objects(schema: Any) -> Iterator[Json]:
    """Every schema of an object inside a schema."""
    if isinstance(schema, list):
        for item in schema:
            yield from _objects(item)
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from _objects(value)
