"""A provider that never answered anybody: told soon, whoever asks and however many at once."""

from __future__ import annotations

import asyncio
import socket
import time
from pathlib import Path

import pytest

from builder.config import Limits
from builder.gateway.gateway import Gateway
from builder.providers.completion import ProviderError, ProviderErrorKind
from tests.gateway.asking import opened, provider_at, question
from tests.llm_server.faults import Faults
from tests.llm_server.server import running_server
from tests.llm_server.teachers import echo

MANY = 40


async def _first_failure(gateway: Gateway) -> ProviderError:
    """Of many who ask at once, as a run does that ends with the first."""
    asking = [asyncio.create_task(gateway.complete(question(n), stage="x")) for n in range(MANY)]
    await asyncio.wait(asking, return_when=asyncio.FIRST_EXCEPTION)
    failed = [one.exception() for one in asking if one.done()]
    for one in asking:
        one.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    (error, *_) = failed
    assert isinstance(error, ProviderError)
    return error


@pytest.mark.parametrize("provider", ["openai", "anthropic", "ollama"])
def test_a_refused_connection_is_told_within_seconds(provider: str, tmp_path: Path) -> None:
    async def ask() -> ProviderError:
        nobody = provider_at(f"http://127.0.0.1:{port}", provider)
        async with opened("", tmp_path, provider=nobody) as gateway:
            return await _first_failure(gateway)

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        port = taken.getsockname()[1]
        begun = time.monotonic()
        error = asyncio.run(ask())
    assert error.kind is ProviderErrorKind.CONNECTION
    assert time.monotonic() - begun < 10


def test_a_server_that_never_answers_is_waited_for_three_times(tmp_path: Path) -> None:
    async def ask() -> ProviderError:
        silent = provider_at(server.url, timeout_s=0.5)
        async with opened("", tmp_path, Limits(concurrency=8), provider=silent) as gateway:
            return await _first_failure(gateway)

    with running_server(echo, delay_s=600) as server:
        error = asyncio.run(ask())
        assert error.kind is ProviderErrorKind.TIMEOUT
        # bursts of 8, 6 and 4: each cuts the limit; some of a burst may come later
        assert len(server.asked) <= 3 * 8


def test_who_has_answered_once_is_asked_more_often(tmp_path: Path) -> None:
    script = ("", "reset", "reset", "reset")

    async def ask() -> None:
        async with opened(server.url, tmp_path, Limits(concurrency=1)) as gateway:
            for number in range(2):
                await gateway.complete(question(number), stage="x")

    with running_server(echo, faults=Faults(script=script)) as server:
        asyncio.run(ask())
        assert len(server.asked) == 5
