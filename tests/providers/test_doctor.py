"""What the doctor finds on servers that are well and on servers that are not."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from builder import doctor
from builder.doctor import Finding, examine, examine_all
from builder.errors import UsageError
from builder.providers.loading import load_providers
from tests.llm_server.asking import Asked, Reply
from tests.llm_server.faults import Faults
from tests.llm_server.server import running_server
from tests.llm_server.teachers import echo
from tests.providers.contracts import KEY, PROVIDERS, base_url

every_provider = pytest.mark.parametrize("name", PROVIDERS)


def by_subject(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.subject: finding for finding in findings}


def examined(name: str, url: str, model: str = "small", **more: float) -> dict[str, Finding]:
    return by_subject(asyncio.run(examine(name, model, base_url(name, url), **more)))


@every_provider
def test_a_server_that_is_well_passes_everything(name: str) -> None:
    with running_server(echo) as server:
        found = examined(name, server.url)
    assert {finding.level for finding in found.values()} == {"ok"}, found
    assert set(found) == {"reachable", "model", "context", "tools", "structured output"}
    told = "does not tell" if name == "openai" else "16,384" if name == "ollama" else "131,072"
    assert told in found["context"].message
    assert len(server.asked) == 2


@every_provider
def test_without_a_model_nothing_is_asked_of_one(name: str) -> None:
    with running_server(echo) as server:
        found = examined(name, server.url, model="")
    assert found["models"].message == "small, large"
    assert not server.asked


@every_provider
def test_a_model_that_is_not_there_brings_its_nearest_names(name: str) -> None:
    with running_server(echo) as server:
        found = examined(name, server.url, model="smal")
    assert found["model"].level == "warning"
    assert "small" in found["model"].advice


@every_provider
def test_a_model_that_only_talks_is_told_from_one_that_calls(name: str) -> None:
    def teacher(_: Asked) -> Reply:
        return Reply("read_file(filepath='a.txt')")

    with running_server(teacher) as server:
        found = examined(name, server.url)
    assert found["tools"].level == "warning"
    assert "--calls text" in found["tools"].advice
    assert found["structured output"].level == "warning"


@every_provider
def test_a_refused_key_ends_the_examination(name: str) -> None:
    with running_server(echo, faults=Faults(script=("bad_key",))) as server:
        found = examined(name, server.url)
    assert found["key"].level == "failure"
    assert "structured output" not in found
    assert KEY not in str(found)


@every_provider
def test_nobody_there_is_one_finding_that_says_what_to_do(name: str) -> None:
    found = examined(name, "http://127.0.0.1:9")
    assert set(found) == {"reachable"}
    assert found["reachable"].level == "failure"


def test_a_missing_key_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    found = by_subject(asyncio.run(examine("openai", "m")))
    assert "OPENAI_API_KEY" in found["setup"].message
    with pytest.raises(UsageError, match="unknown provider"):
        asyncio.run(examine("opnai"))


@contextmanager
def pages(answer: Callable[[str], bytes | None]) -> Iterator[str]:
    """A server of GET pages: the body for a path, or None for 404."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = answer(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("content-length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("models", "props", "level"),
    [
        ('{"data": [{"id": "m", "max_model_len": 8192}]}', None, "warning"),
        ('{"data": [{"id": "m", "context_length": 200000}]}', None, "ok"),
        (
            '{"data": [{"id": "m", "meta": {"n_ctx_train": 131072}}]}',
            '{"default_generation_settings": {"n_ctx": 4096}}',
            "warning",
        ),
    ],
)
def test_the_context_is_found_where_each_server_tells_it(
    models: str, props: str | None, level: str
) -> None:
    told = {"/v1/models": models, "/props": props}

    def answer(path: str) -> bytes | None:
        body = told.get(path)
        return None if body is None else body.encode()

    with pages(answer) as url:
        found = examined("openai", url, model="m")
    assert found["context"].level == level


def test_a_server_that_says_nothing_is_left_in_time() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()  # connections are made, and nobody takes them
        started = time.monotonic()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        found = examined("openai", url, model="", timeout_s=0.2)
    assert found["reachable"].level == "failure"
    assert time.monotonic() - started < 9


def test_all_looks_only_at_what_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in load_providers().values():
        monkeypatch.delenv(kind.key_variable)
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    [finding] = asyncio.run(examine_all())
    assert finding.level == "warning"
    assert "OPENAI_API_KEY" in finding.advice
    with running_server(echo) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        found = asyncio.run(examine_all())
    assert {finding.provider for finding in found} == {"ollama"}
    assert not server.asked


def test_a_key_that_is_wrong_in_itself_is_reported_and_hides_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.setenv("OPENAI_API_KEY", "two words")
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    [finding] = asyncio.run(doctor.examine_all())
    assert (finding.provider, finding.level) == ("openai", "failure")
