"""The real clients, one for each protocol, all asked the same and heard in one form: for the tests of the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import anthropic
import msgspec
import ollama
import openai

from tests.llm_server.asking import Json

PARAMETERS: Json = {
    "type": "object",
    "properties": {"path": {"type": "string"}, "line": {"type": "integer", "minimum": 1}},
    "required": ["path", "line"],
    "additionalProperties": False,
}
KEY = "key-of-the-test"


class Heard(NamedTuple):
    """An answer; `calls`: (id, tool, arguments as JSON); Ollama's client has no ids."""

    text: str
    finish: str
    calls: tuple[tuple[str, str, str], ...] = ()


def openai_client(url: str, *, max_retries: int = 0) -> openai.OpenAI:
    """Without certificates, as the others, since to load them takes longer than a test."""
    http = openai.DefaultHttpxClient(verify=False)
    return openai.OpenAI(
        base_url=f"{url}/v1", api_key=KEY, max_retries=max_retries, http_client=http
    )


def anthropic_client(url: str) -> anthropic.Anthropic:
    """A client that never retries."""
    http = anthropic.DefaultHttpxClient(verify=False)
    return anthropic.Anthropic(base_url=url, api_key=KEY, max_retries=0, http_client=http)


def ollama_client(url: str) -> ollama.Client:
    """This one has no retries of its own."""
    return ollama.Client(host=url, verify=False, timeout=30)


def ask_openai(
    url: str, *, model: str = "small", with_tool: bool = False, with_schema: bool = False
) -> Heard:
    """One question by the openai client, no retries."""
    more: Json = {}
    if with_tool:
        function = {"name": "read_line", "description": "Read", "parameters": PARAMETERS}
        more["tools"] = [{"type": "function", "function": function}]
    if with_schema:
        schema = {"name": "place", "schema": PARAMETERS, "strict": True}
        more["response_format"] = {"type": "json_schema", "json_schema": schema}
    with openai_client(url) as client:
        answer = client.chat.completions.create(
            model=model,
            messages=[
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hello there"},
            ],
            **more,
        )
    [choice] = answer.choices
    calls = tuple(
        (call.id, call.function.name, call.function.arguments)
        for call in choice.message.tool_calls or ()
        if call.type == "function"
    )
    return Heard(
        choice.message.refusal or choice.message.content or "", choice.finish_reason, calls
    )


def ask_anthropic(
    url: str, *, model: str = "small", with_tool: bool = False, with_schema: bool = False
) -> Heard:
    """One question by the anthropic client, no retries."""
    more: Json = {}
    if with_tool:
        more["tools"] = [{"name": "read_line", "description": "Read", "input_schema": PARAMETERS}]
    if with_schema:
        more["output_config"] = {"format": {"type": "json_schema", "schema": PARAMETERS}}
    with anthropic_client(url) as client:
        answer = client.messages.create(
            model=model,
            max_tokens=100,
            system="Be brief.",
            messages=[{"role": "user", "content": "Hello there"}],
            **more,
        )
    text = "".join(block.text for block in answer.content if block.type == "text")
    calls = tuple(
        (block.id, block.name, msgspec.json.encode(block.input).decode())
        for block in answer.content
        if block.type == "tool_use"
    )
    return Heard(text, answer.stop_reason or "", calls)


def ask_ollama(
    url: str, *, model: str = "small", with_tool: bool = False, with_schema: bool = False
) -> Heard:
    """One question by the ollama client, which never retries."""
    more: Json = {"format": PARAMETERS} if with_schema else {}
    if with_tool:
        function = {"name": "read_line", "description": "Read", "parameters": PARAMETERS}
        more["tools"] = [{"type": "function", "function": function}]
    with ollama_client(url) as client:
        answer = client.chat(
            model=model,
            messages=[
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hello there"},
            ],
            **more,
        )
    calls = tuple(
        ("", call.function.name, msgspec.json.encode(call.function.arguments).decode())
        for call in answer.message.tool_calls or ()
    )
    return Heard(answer.message.content or "", answer.done_reason or "", calls)


Ask = Callable[..., Heard]
ASK: dict[str, Ask] = {"openai": ask_openai, "anthropic": ask_anthropic, "ollama": ask_ollama}
