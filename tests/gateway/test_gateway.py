"""One request from the cache to the store: what is asked, what is kept, what is given back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from builder.config import Limits
from builder.gateway.ledger import read_ledger
from builder.gateway.prices import UnknownPriceError
from builder.gateway.purse import BudgetReachedError
from builder.providers.completion import Completion
from tests.gateway.asking import KEY, is_idle, opened, provider_at, question
from tests.llm_server.asking import Asked, Reply
from tests.llm_server.faults import Faults
from tests.llm_server.server import running_server
from tests.llm_server.teachers import echo


def test_an_answer_is_kept_and_costs_nothing_the_second_time(tmp_path: Path) -> None:
    async def ask() -> Completion:
        async with opened(server.url, tmp_path) as gateway:
            return await gateway.complete(question(1), stage="draft")

    with running_server(echo) as server:
        first = asyncio.run(ask())
        again = asyncio.run(ask())  # a new store, gateway and event loop: a restart
    assert first == again
    assert first.text == "You said: number 1"
    assert len(server.asked) == 1


def test_hits_are_counted_for_the_run_that_has_them(tmp_path: Path) -> None:
    async def ask(run: str) -> None:
        limits = Limits(price=(1.0, 1.0))
        async with opened(server.url, tmp_path, limits, run=run) as gateway:
            await gateway.complete(question(1), stage="draft")
            total = read_ledger(gateway.store).total
            seen.append((total.requests, total.cached_answers, (total.usd or 0) > 0))

    seen: list[tuple[int, int, bool]] = []
    with running_server(echo) as server:
        asyncio.run(ask("first"))
        asyncio.run(ask("second"))
    assert seen == [(1, 0, True), (0, 1, False)]


def test_another_sample_of_the_same_payload_is_another_request(tmp_path: Path) -> None:
    async def ask() -> None:
        async with opened(server.url, tmp_path) as gateway:
            votes = (gateway.complete(question(1), stage="judge", sample=n % 3) for n in range(9))
            await asyncio.gather(*votes)

    with running_server(echo) as server:
        asyncio.run(ask())
    assert len(server.asked) == 3
    assert server.asked[0].body == server.asked[1].body


def test_the_same_request_asked_twice_at_once_is_sent_once(tmp_path: Path) -> None:
    async def ask() -> None:
        async with opened(server.url, tmp_path) as gateway:
            same = [gateway.complete(question(1), stage="draft") for _ in range(20)]
            assert len(set(await asyncio.gather(*same))) == 1
            total = read_ledger(gateway.store).total
            assert (total.requests, total.cached_answers) == (1, 19)
            assert is_idle(gateway)

    with running_server(echo, delay_s=0.05) as server:
        asyncio.run(ask())
    assert len(server.asked) == 1


def test_who_waits_for_the_same_answer_asks_when_the_first_is_cancelled(tmp_path: Path) -> None:
    async def ask() -> None:
        async with opened(server.url, tmp_path) as gateway:
            first = asyncio.create_task(gateway.complete(question(1), stage="draft"))
            second = asyncio.create_task(gateway.complete(question(1), stage="draft"))
            await asyncio.sleep(0.02)
            first.cancel()
            assert (await second).text == "You said: number 1"
            assert first.cancelled()
            assert is_idle(gateway)

    with running_server(echo, delay_s=0.1) as server:
        asyncio.run(ask())


def test_cancelled_requests_leave_no_slot_and_no_money_taken(tmp_path: Path) -> None:
    async def ask() -> None:
        limits = Limits(concurrency=4, budget_usd=10, price=(1.0, 1.0), tokens_per_minute=100_000)
        async with opened(server.url, tmp_path, limits) as gateway:
            tasks = [
                asyncio.create_task(gateway.complete(question(n), stage="draft")) for n in range(30)
            ]
            await asyncio.sleep(0.1)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert is_idle(gateway)
            assert read_ledger(gateway.store).total.errors == {"cancelled": 4}
            assert (await gateway.complete(question(50), stage="draft")).text

    with running_server(echo, delay_s=0.3) as server:
        asyncio.run(ask())


def test_a_body_that_does_not_parse_is_asked_for_again_and_not_kept(tmp_path: Path) -> None:
    async def ask() -> None:
        async with opened(server.url, tmp_path) as gateway:
            assert (await gateway.complete(question(1), stage="draft")).text
            total = read_ledger(gateway.store).total
            assert (total.requests, total.errors) == (1, {"server": 1})

    with running_server(echo, faults=Faults(script=("malformed",))) as server:
        asyncio.run(ask())
    assert len(server.asked) == 2


def test_a_budget_is_never_passed_also_with_many_at_once(tmp_path: Path) -> None:
    long = Reply("word " * 80)

    async def ask() -> float:
        # an answer costs at most 100 tokens * $100 = $0.01, and a little for the prompt
        limits = Limits(concurrency=16, budget_usd=0.2, price=(1.0, 100.0))
        async with opened(server.url, tmp_path, limits) as gateway:
            asking = [gateway.complete(question(n), stage="draft") for n in range(60)]
            results = await asyncio.gather(*asking, return_exceptions=True)
            answered = [one for one in results if isinstance(one, Completion)]
            refused = [one for one in results if isinstance(one, BudgetReachedError)]
            assert len(answered) + len(refused) == 60
            assert is_idle(gateway)
            spent.append(gateway.purse.spent_usd)
            assert spent[-1] == pytest.approx(gateway.store.spent().usd)
            assert "--budget" in str(refused[0]) or "budget above" in str(refused[0])
            return len(answered)

    spent: list[float] = []
    with running_server(lambda _: long, delay_s=0.01) as server:
        first = asyncio.run(ask())
        again = asyncio.run(ask())  # a later sitting of the same run: cached answers only
    assert 0.18 <= spent[0] <= 0.2
    assert spent[1] <= 0.2
    assert again >= first


def test_a_budget_for_a_model_without_a_price_asks_for_one(tmp_path: Path) -> None:
    async def ask() -> None:
        novelty = provider_at("https://models.example", model="novelty")
        limits = Limits(budget_usd=1.0)
        async with opened("", tmp_path, limits, provider=novelty):
            raise AssertionError("a gateway was made")

    with pytest.raises(UnknownPriceError, match="--price IN,OUT"):
        asyncio.run(ask())


def test_the_number_of_requests_is_kept_exactly_and_over_sittings(tmp_path: Path) -> None:
    async def ask(most: int, questions: range) -> None:
        limits = Limits(concurrency=16, max_requests=most)
        async with opened(server.url, tmp_path, limits) as gateway:
            asking = [gateway.complete(question(n), stage="draft") for n in questions]
            results = await asyncio.gather(*asking, return_exceptions=True)
            assert any(isinstance(one, BudgetReachedError) for one in results)
            assert is_idle(gateway)

    with running_server(echo, delay_s=0.005) as server:
        asyncio.run(ask(25, range(60)))
        assert len(server.asked) == 25
        asyncio.run(ask(40, range(100, 160)))
    assert len(server.asked) == 40


def test_requests_a_minute_are_kept(tmp_path: Path) -> None:
    async def ask() -> float:
        limits = Limits(requests_per_minute=300)
        async with opened(server.url, tmp_path, limits, minute_s=3) as gateway:
            begun = asyncio.get_running_loop().time()
            await asyncio.gather(*(gateway.complete(question(n), stage="d") for n in range(130)))
            return asyncio.get_running_loop().time() - begun

    with running_server(echo) as server:
        took_s = asyncio.run(ask())
    # a burst of 30, then 100 a second
    assert 0.95 <= took_s <= 6


def test_tokens_a_minute_are_kept_by_what_the_provider_counts(tmp_path: Path) -> None:
    def teacher(asked: Asked) -> Reply:
        return Reply("word" * 40)  # 40 tokens, and 3 or 4 of the prompt, by the server's count

    async def ask() -> float:
        limits = Limits(tokens_per_minute=9000)
        async with opened(server.url, tmp_path, limits, minute_s=3) as gateway:
            begun = asyncio.get_running_loop().time()
            await asyncio.gather(*(gateway.complete(question(n), stage="d") for n in range(100)))
            return asyncio.get_running_loop().time() - begun

    with running_server(teacher) as server:
        took_s = asyncio.run(ask())
    # about 4,400 tokens: 900 at once, the others at 3,000 a second
    assert 0.8 <= took_s <= 8


def test_no_key_and_no_prompt_stands_in_the_store(tmp_path: Path) -> None:
    async def ask() -> None:
        async with opened(server.url, tmp_path) as gateway:
            await gateway.complete(question(7), stage="draft")

    with running_server(lambda _: Reply("fine"), keys=True) as server:
        asyncio.run(ask())
    assert KEY in server.headers[0]["authorization"]
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("requests.sqlite*"))
    assert b"fine" in kept
    assert KEY.encode() not in kept
    assert b"number 7" not in kept
