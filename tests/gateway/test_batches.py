"""Batches: what goes in, what comes out, and that nothing is handed in twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from builder.config import Limits
from builder.errors import UsageError
from builder.gateway.batch_book import BatchBook
from builder.gateway.batches import Prefetched, prefetch
from builder.gateway.gateway import Gateway, Request
from builder.gateway.ledger import read_ledger
from builder.providers.completion import Provider, ProviderError, ProviderErrorKind
from tests.gateway.asking import is_idle, opened, provider_at, question
from tests.llm_server.faults import Faults
from tests.llm_server.seen import LlmServer
from tests.llm_server.server import running_server
from tests.llm_server.teachers import echo

BOTH = pytest.mark.parametrize("name", ["openai", "anthropic"])


def _requests(gateway: Gateway, numbers: range) -> list[Request]:
    return [gateway.request(question(number), stage="draft") for number in numbers]


async def _prefetch(gateway: Gateway, numbers: range, most_lines: int = 10_000) -> Prefetched:
    requests = _requests(gateway, numbers)
    return await prefetch(gateway, requests, first_poll_s=0.01, most_lines=most_lines)


@BOTH
def test_what_a_batch_answered_is_not_asked_again_and_costs_half(tmp_path: Path, name: str) -> None:
    told: list[tuple[int, int]] = []

    async def ask() -> None:
        limits = Limits(price=(1.0, 10.0), budget_usd=1.0)
        provider = provider_at(server.url, name)
        async with opened(server.url, tmp_path, limits, provider=provider) as gateway:
            await gateway.complete(question(0), stage="draft")
            single = read_ledger(gateway.store).total.usd or 0
            outcome = await prefetch(
                gateway,
                _requests(gateway, range(21)),
                first_poll_s=0.01,
                most_lines=8,
                progress=lambda done, total: told.append((done, total)),
            )
            assert (outcome.handed_in, outcome.stored, outcome.errored) == (20, 20, 0)
            assert read_ledger(gateway.store).total.usd == pytest.approx(11 * single, rel=0.1)
            assert gateway.purse.spent_usd == pytest.approx(gateway.store.spent().usd)
            assert is_idle(gateway)
            for number in range(21):
                answer = await gateway.complete(question(number), stage="draft")
                assert answer.text == f"You said: number {number}"
            assert read_ledger(gateway.store).total.cached_answers == 21

    with running_server(echo) as server:
        asyncio.run(ask())
        assert len(server.asked) == 21
    assert told[-1] == (20, 20)


@BOTH
def test_a_batch_of_a_sitting_that_ended_is_waited_for_and_not_handed_in_again(
    tmp_path: Path, name: str
) -> None:
    async def leave() -> None:
        async with opened(server.url, tmp_path, provider=provider_at(server.url, name)) as gateway:
            task = asyncio.create_task(_prefetch(gateway, range(10)))
            await asyncio.sleep(0.3)
            assert BatchBook(gateway.store, gateway.source).open_batches()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert is_idle(gateway)

    async def return_to_it() -> None:
        async with opened(server.url, tmp_path, provider=provider_at(server.url, name)) as gateway:
            outcome = await _prefetch(gateway, range(12))
            assert (outcome.handed_in, outcome.stored) == (2, 12)
            assert not BatchBook(gateway.store, gateway.source).open_batches()

    with running_server(echo, batch_polls=12) as server:
        asyncio.run(leave())
        assert not server.asked
        asyncio.run(return_to_it())
    assert len(server.asked) == 12


@BOTH
def test_lines_that_failed_are_left_to_the_ordinary_way(tmp_path: Path, name: str) -> None:
    async def ask() -> None:
        provider = provider_at(server.url, name)
        async with opened(server.url, tmp_path, provider=provider) as gateway:
            outcome = await _prefetch(gateway, range(10))
            assert (outcome.stored, outcome.errored) == (8, 2)
            assert read_ledger(gateway.store).total.errors == {"server": 2}
            for number in range(10):
                assert (await gateway.complete(question(number), stage="draft")).text
            assert read_ledger(gateway.store).total.requests == 10

    faults = Faults(script=("", "bad_request", "", "", "server_error"))
    with running_server(echo, faults=faults) as server:
        asyncio.run(ask())
    assert len(server.asked) == 12


def test_no_more_is_handed_in_than_the_budget_allows(tmp_path: Path) -> None:
    async def ask() -> None:
        # by half price 100 tokens of an answer cost $0.005 at most, and the prompt next to nothing
        limits = Limits(price=(0.001, 100.0), budget_usd=0.052)
        async with opened(server.url, tmp_path, limits) as gateway:
            outcome = await _prefetch(gateway, range(30))
            assert (outcome.handed_in, outcome.left) == (10, 20)
            assert gateway.purse.spent_usd <= 0.052

    with running_server(echo) as server:
        asyncio.run(ask())


def test_a_provider_without_a_batch_api_says_so(tmp_path: Path) -> None:
    async def ask(provider: Provider) -> None:
        async with opened("", tmp_path / provider.name, provider=provider) as gateway:
            await _prefetch(gateway, range(3))

    with running_server(echo) as server:
        with pytest.raises(UsageError, match="'ollama' has no batch API"):
            asyncio.run(ask(provider_at(server.url, "ollama")))
        with pytest.raises(UsageError, match="leave out --batch"):
            asyncio.run(ask(provider_at(f"{server.url}/elsewhere", "openai")))


def test_a_batch_whose_id_was_not_written_down_is_found_by_its_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from builder.providers.openai_batch import OpenAIBatches  # noqa: PLC0415

    marks: dict[str, str] = {}
    submit = OpenAIBatches.submit

    async def submit_and_break(self: OpenAIBatches, lines: list[object], mark: str) -> str:
        marks[mark] = await submit(self, lines, mark)  # type: ignore[arg-type]
        raise ProviderError(ProviderErrorKind.CONNECTION, "reset")

    async def find(self: OpenAIBatches, mark: str, lines: int, since_s: float) -> str | None:
        return marks.get(mark)

    monkeypatch.setattr(OpenAIBatches, "submit", submit_and_break)
    monkeypatch.setattr(OpenAIBatches, "find", find)

    async def ask() -> None:
        async with opened(server.url, tmp_path) as gateway:
            assert (await _prefetch(gateway, range(5))).stored == 5

    with running_server(echo) as server:
        asyncio.run(ask())
        assert_once(server)


def assert_once(server: LlmServer) -> None:
    """Nothing was asked twice."""
    said = [asked.messages for asked in server.asked]
    assert len(said) == len(set(said))
