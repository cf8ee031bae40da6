"""Ollama's chat and generate: their requests, their answers whole and in pieces, their errors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from tests.llm_server.asking import Asked, Json, Reply, completion_tokens, prompt_tokens
from tests.llm_server.strictness import check_ollama

_PIECES = 4


def read(number: int, body: Json) -> Asked:
    """What a body of POST /api/chat or /api/generate asks."""
    check_ollama(body)
    told = body["messages"] if "messages" in body else _messages_of_generate(body)
    messages = tuple((str(each["role"]), str(each.get("content") or "")) for each in told)
    tools = tuple(str(tool["function"]["name"]) for tool in body.get("tools") or ())
    return Asked(
        number, "ollama", str(body["model"]), messages, tools, _schema(body.get("format")), body
    )


def _messages_of_generate(body: Json) -> list[Json]:
    system = [{"role": "system", "content": body["system"]}] if body.get("system") else []
    return [*system, {"role": "user", "content": body.get("prompt", "")}]


def _schema(wanted: Any) -> Json | None:
    if not wanted:
        return None
    return {"type": "object"} if wanted == "json" else wanted


def is_streamed(body: Json) -> bool:
    """Ollama streams unless it is told not to."""
    return bool(body.get("stream", True))


def write(asked: Asked, reply: Reply, call_ids: tuple[str, ...]) -> Json:
    """A whole answer."""
    return _head(asked) | _said(asked, reply, call_ids) | _counts(asked, reply)


def write_pieces(asked: Asked, reply: Reply, call_ids: tuple[str, ...]) -> Iterator[Json]:
    """The same answer, its text in pieces: calls come with the first, counts with the last, which says nothing."""
    step = max(1, -(-len(reply.text) // _PIECES))
    for start in range(0, max(1, len(reply.text)), step):
        piece = Reply(text=reply.text[start : start + step])
        if start == 0:
            piece = piece._replace(calls=reply.calls, reasoning=reply.reasoning)
        ids = call_ids if start == 0 else ()
        yield _head(asked) | _said(asked, piece, ids) | {"done": False}
    yield _head(asked) | _said(asked, Reply(), ()) | _counts(asked, reply)


def _head(asked: Asked) -> Json:
    return {"model": asked.model, "created_at": datetime.now(UTC).isoformat()}


def _said(asked: Asked, reply: Reply, call_ids: tuple[str, ...]) -> Json:
    if "messages" not in asked.body:
        return {"response": reply.text}
    message: Json = {"role": "assistant", "content": reply.text}
    if reply.reasoning:
        message["thinking"] = reply.reasoning
    if reply.calls:
        message["tool_calls"] = [
            {
                "id": call_ids[index],
                "function": {
                    "index": index,
                    "name": name,
                    "arguments": msgspec.json.decode(arguments),
                },
            }
            for index, (name, arguments) in enumerate(reply.calls)
        ]
    return {"message": message}


def _counts(asked: Asked, reply: Reply) -> Json:
    return {
        "done": True,
        "done_reason": "length" if reply.finish == "length" else "stop",
        "total_duration": 50_000_000,
        "load_duration": 1_000_000,
        "prompt_eval_count": prompt_tokens(asked),
        "prompt_eval_duration": 4_000_000,
        "eval_count": completion_tokens(reply),
        "eval_duration": 45_000_000,
    }
