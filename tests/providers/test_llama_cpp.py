"""The openai provider against a real llama.cpp server, with a model of random weights: its API, not its wit."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.conversation import Message
from builder.doctor import examine
from builder.providers.completion import Completion, ProviderError, ProviderErrorKind, Sampling
from builder.providers.kind import Examined
from tests.providers.contracts import SCHEMA, with_provider
from tests.providers.tiny_gguf import write_tiny_gguf

pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: pip install '.[serve]'")
pytest.importorskip(
    "starlette_context",
    reason="llama-cpp-python has no server: pip install 'llama-cpp-python[server]'",
)

_START_S = 60


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server; any free port, which it logs."""
    folder = tmp_path_factory.mktemp("llama")
    write_tiny_gguf(folder / "tiny.gguf")
    settings = {"--model": "tiny.gguf", "--model_alias": "tiny", "--n_ctx": "512"}
    settings |= {"--host": "127.0.0.1", "--port": "0", "--n_threads": "1"}
    words = [word for pair in settings.items() for word in pair]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "llama_cpp.server", *words],
            cwd=folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=log,
            stderr=log,
        )
    try:
        yield _address(process, folder / "log")
    finally:
        process.terminate()
        process.wait(20)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        _, found, rest = log.read_text(errors="replace").partition("running on http://")
        if found:
            return f"http://{rest.split()[0]}"
        time.sleep(0.05)
    raise TimeoutError(f"the server has not started: {log.read_text(errors='replace')[-2_000:]}")


def _completed(url: str, request: str, sampling: Sampling, *, structured: bool) -> Completion:
    async def use(provider: Examined) -> Completion:
        schema = SCHEMA if structured else None
        payload = provider.payload([Message("user", request)], (), schema)
        return provider.parse(await provider.send(payload))

    return with_provider("openai", url, use, model="tiny", sampling=sampling, timeout_s=60)


def test_llama_cpp_answers(url: str) -> None:
    made = _completed(url, "hello", Sampling(max_tokens=8, temperature=0.0), structured=False)
    assert made.finish in ("length", "stop")
    assert made.usage.prompt > 0
    assert 0 < made.usage.completion <= 8


def test_llama_cpp_follows_a_schema(url: str) -> None:
    made = _completed(url, "hello", Sampling(max_tokens=400, temperature=0.0), structured=True)
    if made.finish == "stop":
        assert isinstance(json.loads(made.text)["examples"], list)
    else:
        assert made.text.replace(" ", "").startswith('{"examples":[')


def test_llama_cpp_says_that_a_prompt_is_too_long(url: str) -> None:
    with pytest.raises(ProviderError) as caught:
        _completed(url, "hello " * 500, Sampling(max_tokens=8), structured=False)
    assert caught.value.kind is ProviderErrorKind.CONTEXT_TOO_LONG, caught.value


def test_the_doctor_finds_llama_cpp(url: str) -> None:
    found = {one.subject: one for one in asyncio.run(examine("openai", "tiny", f"{url}/v1"))}
    assert found["reachable"].level == "ok"
    assert found["model"].level == "ok"
    assert found["tools"].level == "warning", "random weights have called a tool"
