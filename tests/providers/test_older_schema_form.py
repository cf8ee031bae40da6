"""Servers that know a schema only beside `json_object`, as llama-cpp-python's: refused once, then asked as they wish."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple

import pytest

from builder.conversation import Message
from builder.providers.kind import Examined
from tests.providers.contracts import SCHEMA, with_provider

_REFUSAL = (
    "1 validation error: {'loc': ('body', 'response_format', 'type'), 'msg': \"Input should be 'text' or 'json_object'\", "
    "'input': 'json_schema'}"
)
_ANSWER = {"choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}]}


class Older(NamedTuple):
    url: str
    forms: list[dict[str, Any]]


@pytest.fixture
def older() -> Iterator[Older]:
    forms: list[dict[str, Any]] = []

    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            forms.append(body["response_format"])
            is_known = forms[-1]["type"] == "json_object"
            answer = _ANSWER if is_known else {"error": {"message": _REFUSAL, "code": None}}
            raw = json.dumps(answer).encode()
            self.send_response(200 if is_known else 500)
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield Older(f"http://127.0.0.1:{server.server_port}", forms)
        finally:
            server.shutdown()
            thread.join()


def test_a_server_of_the_older_form_is_asked_in_it_from_then_on(older: Older) -> None:
    async def use(provider: Examined) -> list[str]:
        payload = provider.payload([Message("user", "hello")], (), SCHEMA)
        before = json.dumps(payload)
        texts = [provider.parse(await provider.send(payload)).text for _ in range(3)]
        assert json.dumps(payload) == before, "what the cache goes by has changed"
        assert provider.payload([Message("user", "hello")], (), SCHEMA) == payload
        return texts

    assert with_provider("openai", older.url, use) == ["{}"] * 3
    assert [form["type"] for form in older.forms] == ["json_schema", *["json_object"] * 3]
    assert older.forms[1]["schema"]["required"] == ["examples"]
