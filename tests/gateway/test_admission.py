"""How many requests are let in: growth, cuts, pauses, and what latency says."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from builder.config import Limits
from builder.gateway.admission import Admission, Slot
from builder.gateway.gateway import Gateway
from builder.gateway.latency import Comparison, Verdict
from builder.gateway.ledger import read_ledger
from builder.providers.completion import ProviderError, ProviderErrorKind, Usage
from tests.gateway.asking import is_idle, opened, provider_at, question
from tests.llm_server.asking import Asked, Reply
from tests.llm_server.faults import Faults
from tests.llm_server.server import running_server
from tests.llm_server.teachers import echo

USAGE = Usage(10, 10)
TOO_MUCH = ProviderError(ProviderErrorKind.RATE_LIMIT, "slow down")


class Idle:
    """This side has all the time in the world, however quickly a test is over."""

    def restart(self) -> None:
        pass

    def is_busy(self) -> bool:
        return False


class Busy(Idle):
    def is_busy(self) -> bool:
        return True


async def _full(admission: Admission, extra: int = 1) -> list[Slot]:
    """All slots taken, and somebody waiting."""
    return [await admission.enter() for _ in range(admission.limit)]


async def _serve_all(admission: Admission, rounds: int, usage: Usage = USAGE) -> None:
    """Rounds of as many requests as may be under way, each answered."""
    for _ in range(rounds):
        for slot in await _full(admission):
            slot.began_at -= 1.0
            slot.answered(usage)
            admission.under_way += 1  # another takes its place at once
        admission.under_way = 0


def test_it_begins_with_sixteen_or_fewer() -> None:
    assert Admission(64, own_share=Idle()).limit == 16
    assert Admission(3, own_share=Idle()).limit == 3


def test_once_warm_the_limit_doubles_with_each_window_up_to_the_ceiling() -> None:
    async def grow() -> list[int]:
        admission, limits = Admission(50, own_share=Idle()), []
        for _ in range(10):
            await _serve_all(admission, 1)
            limits.append(admission.limit)
        return limits

    assert list(dict.fromkeys(asyncio.run(grow()))) == [16, 32, 50]


def test_latency_says_nothing_while_this_side_is_busy() -> None:
    async def grow_ever_slower() -> int:
        admission = Admission(64, own_share=Busy())
        for latency_s in (1.0, 2.0, 4.0, 8.0, 16.0):
            for slot in await _full(admission):
                slot.began_at -= latency_s
                slot.answered(USAGE)
                admission.under_way += 1
            admission.under_way = 0
        return admission.limit

    assert asyncio.run(grow_ever_slower()) == 64


def test_a_429_cuts_the_limit_once_for_a_burst() -> None:
    async def burst() -> None:
        admission = Admission(64, random.Random(1), Idle())
        slots = await _full(admission)
        for slot in slots:
            slot.failed(TOO_MUCH)
        assert (admission.limit, admission.cuts, admission.under_way) == (12, 1, 0)
        (await admission.enter()).failed(TOO_MUCH)  # sent after the cut
        assert (admission.limit, admission.cuts) == (9, 2)

    asyncio.run(burst())


def test_after_a_cut_it_grows_by_one_for_25_successes() -> None:
    async def recover() -> None:
        admission = Admission(64, random.Random(1), Idle())
        (await admission.enter()).failed(TOO_MUCH)
        assert admission.limit == 12
        await asyncio.sleep(0.3)
        await _serve_all(admission, 2)
        assert admission.limit == 12
        await _serve_all(admission, 1)
        assert admission.limit == 13

    asyncio.run(recover())


def test_the_limit_never_falls_below_one() -> None:
    async def fall() -> None:
        admission = Admission(2, random.Random(1), Idle())
        for _ in range(5):
            admission._open_at = 0
            (await admission.enter()).failed(TOO_MUCH)
        assert admission.limit == 1

    asyncio.run(fall())


def test_retry_after_stops_everybody_until_then() -> None:
    async def wait() -> float:
        admission = Admission(8, own_share=Idle())
        error = ProviderError(ProviderErrorKind.OVERLOADED, "", retry_after_s=0.3)
        (await admission.enter()).failed(error)
        begun = time.monotonic()
        for slot in await asyncio.gather(*(admission.enter() for _ in range(4))):
            slot.give_back()
        return time.monotonic() - begun

    assert 0.29 <= asyncio.run(wait()) <= 2.0


def test_who_came_first_is_let_in_first_and_who_gave_up_takes_no_slot() -> None:
    async def order() -> list[int]:
        admission, entered = Admission(1, own_share=Idle()), []

        async def one(number: int) -> None:
            slot = await admission.enter()
            entered.append(number)
            await asyncio.sleep(0)
            slot.give_back()

        tasks = [asyncio.create_task(one(number)) for number in range(6)]
        await asyncio.sleep(0)
        tasks[3].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert admission.under_way == 0
        return entered

    assert asyncio.run(order()) == [0, 1, 2, 4, 5]


def test_a_growth_that_only_lengthens_latency_is_taken_back_and_not_tried_for_a_while() -> None:
    comparison = Comparison(is_warm=True)

    def window(limit: int, latency_s: float, tokens: int = 100) -> Verdict:
        for _ in range(25):
            comparison.add(Usage(0, tokens), latency_s)
        return comparison.judge(limit)

    assert window(8, 1.0) is Verdict.GROW
    assert window(16, 1.95) is Verdict.BACK
    assert window(8, 1.0) is Verdict.SHRINK
    assert window(6, 1.0) is Verdict.BACK  # six slots bring less
    assert [window(8, 1.0) for _ in range(5)] == [Verdict.STAY] * 4 + [Verdict.GROW]
    assert window(9, 1.12) is Verdict.GROW  # too small a growth to tell
    assert window(10, 1.25) is Verdict.BACK
    assert window(8, 1.0) is Verdict.SHRINK
    assert window(6, 1.0) is Verdict.BACK
    assert [window(8, 1.0) for _ in range(8)] == [Verdict.STAY] * 8


def test_a_limit_above_the_slots_of_a_server_is_brought_down() -> None:
    comparison = Comparison(is_warm=True)

    def window(limit: int, slots: int = 2) -> Verdict:
        for _ in range(25):
            comparison.add(Usage(0, 100), max(1.0, limit / slots))
        return comparison.judge(limit)

    assert window(8) is Verdict.GROW
    assert window(16) is Verdict.BACK
    for limit in (8, 6, 4, 3, 2):
        assert window(limit) is Verdict.SHRINK
    assert window(1) is Verdict.BACK


@pytest.mark.parametrize(("tokens", "latency_s"), [(400, 4.0), (25, 0.25)])
def test_longer_or_shorter_answers_are_not_mistaken_for_a_busier_server(
    tokens: int, latency_s: float
) -> None:
    comparison = Comparison(is_warm=True)
    for _ in range(25):
        comparison.add(Usage(0, 100), 1.0)
    comparison.judge(8)
    for _ in range(25):
        comparison.add(Usage(0, tokens), latency_s)
    assert comparison.judge(16) is Verdict.GROW


def _steady(seconds: float, slots: int, tokens: Callable[[], int]) -> tuple[list[int], float]:
    """A server of so many slots that writes 10,000 tokens a second in each, and 64 who ask: limits and tokens a second."""

    async def run() -> tuple[list[int], float]:
        admission, at_work = Admission(64, random.Random(1), Idle()), asyncio.Semaphore(slots)
        limits: list[int] = []
        done = 0
        end = time.monotonic() + seconds

        async def ask() -> None:
            nonlocal done
            while time.monotonic() < end:
                slot, length = await admission.enter(), tokens()
                async with at_work:
                    await asyncio.sleep(length / 10_000)
                done += length
                slot.answered(Usage(0, length))
                limits.append(admission.limit)

        await asyncio.gather(*(ask() for _ in range(64)))
        assert admission.under_way == 0
        return limits, done / seconds

    return asyncio.run(run())


def test_the_limit_settles_near_the_slots_of_a_server_that_never_says_429() -> None:
    dice = random.Random(3)
    limits, tokens_per_s = _steady(4.0, 8, lambda: int(dice.lognormvariate(5.0, 0.7)) + 10)
    settled = limits[len(limits) // 4 :]
    assert 8 <= sum(settled) / len(settled) <= 16
    assert max(settled) <= 20
    assert tokens_per_s >= 0.8 * 8 * 10_000  # sleep itself is late by a little


def test_a_server_with_many_slots_gets_all_that_the_user_allows() -> None:
    limits, _ = _steady(1.5, 64, lambda: 200)
    assert limits[-1] == 64


def test_a_local_server_of_8_slots_is_kept_busy_and_not_flooded(tmp_path: Path) -> None:
    async def ask(concurrency: int, count: int, seed: int) -> tuple[float, int]:
        folder = tmp_path / str(concurrency)
        async with opened(server.url, folder, Limits(concurrency=concurrency)) as gateway:
            begun = time.monotonic()
            first = seed * 10_000
            await asyncio.gather(
                *(gateway.complete(question(first + n), stage="d") for n in range(count))
            )
            return count / (time.monotonic() - begun), gateway.lane.admission.settled

    with running_server(echo, delay_s=0.06, slots=8) as server:
        best, _ = asyncio.run(ask(8, 250, 1))
        free, settled = asyncio.run(ask(64, 500, 2))
    assert 8 <= settled <= 32
    assert free >= 0.7 * best


def test_nothing_is_lost_with_resets_server_errors_and_rate_limits(tmp_path: Path) -> None:
    async def ask() -> None:
        async with opened(server.url, tmp_path, Limits(concurrency=16)) as gateway:
            asking = (gateway.complete(question(n), stage="draft") for n in range(150))
            answers = await asyncio.gather(*asking)
            assert [answer.text for answer in answers] == [
                f"You said: number {n}" for n in range(150)
            ]
            assert is_idle(gateway)
            total = read_ledger(gateway.store).total
            assert total.requests == 150
            assert total.retries == sum(1 for fault in server.fault_of.values() if fault)
            assert set(total.errors) >= {"rate limit", "connection"}

    faults = Faults(rate_limited=0.10, reset=0.05, server_error=0.02, malformed=0.02, seed=4)
    with running_server(echo, faults=faults, delay_s=0.005) as server:
        asyncio.run(ask())


def test_what_trying_again_cannot_help_fails_at_once(tmp_path: Path) -> None:
    async def ask() -> None:
        async with opened(server.url, tmp_path) as gateway:
            with pytest.raises(ProviderError, match="bad request"):
                await gateway.complete(question(1), stage="draft")
            assert is_idle(gateway)

    with running_server(echo, faults=Faults(script=("bad_request",))) as server:
        asyncio.run(ask())
    assert len(server.asked) == 1


def test_a_server_that_stays_broken_is_given_up_after_eight_tries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builder.gateway.retrying.LONGEST_PAUSE_S", 0.01)

    async def ask() -> None:
        async with opened(server.url, tmp_path) as gateway:
            with pytest.raises(ProviderError):
                await gateway.complete(question(1), stage="draft")

    def teacher(asked: Asked) -> Reply:
        return echo(asked)

    with running_server(teacher, faults=Faults(server_error=1)) as server:
        asyncio.run(ask())
    assert len(server.asked) == 8


def test_retry_after_is_waited_for_by_requests_that_were_not_refused_too(tmp_path: Path) -> None:
    async def ask() -> float:
        async with opened(server.url, tmp_path, Limits(concurrency=4)) as gateway:
            begun = time.monotonic()
            await asyncio.gather(*(gateway.complete(question(n), stage="d") for n in range(40)))
            assert gateway.lane.admission.cuts == 1
            return time.monotonic() - begun

    faults = Faults(script=("", "", "", "", "", "rate_limited_for"))
    with running_server(echo, faults=faults, delay_s=0.01) as server:
        took_s = asyncio.run(ask())
        times = sorted(server.answered.values())
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert 0.9 <= max(gaps) <= 4
    assert took_s <= 8
    assert len(server.asked) == 41


def test_gateways_to_the_same_model_share_its_lane_and_no_other(tmp_path: Path) -> None:
    async def look() -> None:
        limits = Limits()
        async with opened("http://127.0.0.1:9", tmp_path, limits) as writer:
            lanes = writer._lanes
            for model, shared in (("tiny", True), ("judge", False)):
                provider = provider_at("http://127.0.0.1:9", model=model)
                other = Gateway(provider, writer.store, writer.purse, limits, lanes=lanes)
                assert (other.lane is writer.lane) is shared
                await other.close()

    asyncio.run(look())
