"""Anthropic's messages: its request, its answer, its errors. Batches are in anthropic_batches."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.llm_server.asking import Asked, Json, Reply, completion_tokens, prompt_tokens
from tests.llm_server.openai_shape import text_of
from tests.llm_server.strictness import check_anthropic

_STOP_REASONS = {"length": "max_tokens", "refused": "refusal"}


def read(number: int, body: Json) -> Asked:
    """What a body of POST /v1/messages asks."""
    check_anthropic(body)
    messages = [("system", text_of(body["system"]))] if body.get("system") else []
    for message in body["messages"]:
        messages += _told(str(message["role"]), message["content"])
    tools = tuple(str(tool["name"]) for tool in body.get("tools") or ())
    return Asked(
        number, "anthropic", str(body["model"]), tuple(messages), tools, _schema(body), body
    )


def _told(role: str, content: Any) -> list[tuple[str, str]]:
    """Results of tools stand in a user's message and become messages of their own."""
    if isinstance(content, str):
        return [(role, content)]
    results = [
        ("tool", text_of(block.get("content")))
        for block in content
        if block["type"] == "tool_result"
    ]
    said = [block for block in content if block["type"] != "tool_result"]
    return results + ([(role, text_of(said))] if said else [])


def _schema(body: Json) -> Json | None:
    asked = (body.get("output_config") or {}).get("format") or body.get("output_format")
    schema: Json | None = asked["schema"] if asked else None
    return schema


def write(asked: Asked, reply: Reply, call_ids: tuple[str, ...]) -> Json:
    """A message."""
    return {
        "id": f"msg_{asked.number}",
        "type": "message",
        "role": "assistant",
        "model": asked.model,
        "content": _blocks(reply, call_ids),
        "stop_reason": _STOP_REASONS.get(reply.finish)
        or ("tool_use" if reply.calls else "end_turn"),
        "stop_sequence": None,
        "stop_details": {"type": "refusal"} if reply.finish == "refused" else None,
        "usage": {
            "input_tokens": prompt_tokens(asked),
            "output_tokens": completion_tokens(reply),
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
        },
    }


def _blocks(reply: Reply, call_ids: tuple[str, ...]) -> list[Json]:
    blocks: list[Json] = []
    if reply.reasoning:
        blocks.append({"type": "thinking", "thinking": reply.reasoning, "signature": "c2lnbmVk"})
    if reply.text:
        blocks.append({"type": "text", "text": reply.text})
    for call_id, (name, arguments) in zip(call_ids, reply.calls, strict=True):
        blocks.append(
            {
                "type": "tool_use",
                "id": call_id,
                "name": name,
                "input": msgspec.json.decode(arguments),
            }
        )
    return blocks
