"""OpenAI's chat completions: its request, its answer, its errors. Files and batches are in openai_batches."""

from __future__ import annotations

import time
from typing import Any

from tests.llm_server.asking import Asked, Json, Reply, completion_tokens, prompt_tokens
from tests.llm_server.strictness import check_openai

_REFUSAL = "I'm sorry, I can't help with that."


def read(number: int, body: Json) -> Asked:
    """What a body of POST /v1/chat/completions asks."""
    check_openai(body)
    messages = tuple((str(each["role"]), text_of(each.get("content"))) for each in body["messages"])
    tools = tuple(str(tool["function"]["name"]) for tool in body.get("tools") or ())
    schema = _schema(body.get("response_format"))
    return Asked(number, "openai", str(body["model"]), messages, tools, schema, body)


def text_of(content: Any) -> str:
    """The text of a string or of a list of parts."""
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text", "")) for part in content or ())


def _schema(response_format: Any) -> Json | None:
    if not response_format or response_format["type"] == "text":
        return None
    if response_format["type"] == "json_object":
        return {"type": "object"}
    schema: Json = response_format["json_schema"]["schema"]
    return schema


def write(asked: Asked, reply: Reply, call_ids: tuple[str, ...]) -> Json:
    """A chat completion."""
    prompt, completion = prompt_tokens(asked), completion_tokens(reply)
    return {
        "id": f"chatcmpl-{asked.number}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": asked.model,
        "choices": [_choice(asked, reply, call_ids)],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": len(reply.reasoning) // 4},
        },
        "system_fingerprint": None,
    }


def _choice(asked: Asked, reply: Reply, call_ids: tuple[str, ...]) -> Json:
    message: Json = {"role": "assistant", "content": reply.text, "refusal": None}
    if reply.reasoning:
        message["reasoning_content"] = reply.reasoning
    if reply.calls:
        message["content"] = reply.text or None
        message["tool_calls"] = [
            {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}
            for call_id, (name, arguments) in zip(call_ids, reply.calls, strict=True)
        ]
    finish = _finish(reply)
    if reply.finish == "refused" and asked.schema is not None:
        message |= {"content": None, "refusal": reply.text or _REFUSAL}
        finish = "stop"
    return {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}


def _finish(reply: Reply) -> str:
    """Strict output has a field of its own for a refusal; without it, all that is told is that a filter stopped it."""
    if reply.finish:
        return {"refused": "content_filter"}.get(reply.finish, reply.finish)
    return "tool_calls" if reply.calls else "stop"
