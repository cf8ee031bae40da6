"""kill -9 in the middle: what was answered is not asked again, what was handed in is not handed in again."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from builder.config import Limits
from builder.gateway.batches import prefetch
from tests.gateway.asking import opened, question
from tests.llm_server.server import running_server
from tests.llm_server.teachers import echo

ROOT = Path(__file__).parents[2]
COUNT = 400


def _killed(url: str, folder: Path, *more: str, after_lines: int) -> float:
    """A sitting that is killed after so many lines of its own; when."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.gateway.sitting", url, str(folder), str(COUNT), *more],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as sitting:
        assert sitting.stdout is not None
        for _ in range(after_lines):
            assert sitting.stdout.readline()
        killed_at = time.monotonic()
        sitting.send_signal(signal.SIGKILL)
    return killed_at


def test_a_killed_sitting_asks_nothing_again_that_was_answered(tmp_path: Path) -> None:
    async def go_on() -> None:
        async with opened(server.url, tmp_path, Limits(concurrency=16)) as gateway:
            asking = (gateway.complete(question(number), stage="draft") for number in range(COUNT))
            answers = await asyncio.gather(*asking)
            assert [answer.text for answer in answers] == [
                f"You said: number {number}" for number in range(COUNT)
            ]

    with running_server(echo, delay_s=0.03) as server:
        killed_at = _killed(server.url, tmp_path, after_lines=COUNT // 2)
        time.sleep(0.2)  # what was under way comes to its end
        before = len(server.asked)
        done = {n for n, at in server.answered.items() if n < before and at < killed_at - 0.25}
        said = {server.asked[n].messages[-1] for n in done}
        asyncio.run(go_on())
        again = {asked.messages[-1] for asked in server.asked[before:]}
    assert COUNT // 2 <= before < COUNT
    assert len(done) >= 20
    assert not said & again
    # those that were under way at the kill are asked twice, and no others
    assert before + len(again) - COUNT <= 16
    assert len(server.asked) - before == len(again)


def test_a_killed_sitting_hands_in_no_batch_again(tmp_path: Path) -> None:
    async def go_on() -> None:
        async with opened(server.url, tmp_path) as gateway:
            requests = [gateway.request(question(n), stage="draft") for n in range(COUNT)]
            outcome = await prefetch(gateway, requests, first_poll_s=0.01)
            assert (outcome.handed_in, outcome.stored) == (0, COUNT)

    with running_server(echo, batch_polls=6) as server:
        _killed(server.url, tmp_path, "batch", after_lines=1)
        assert not server.asked
        asyncio.run(go_on())
        counted = Counter(asked.messages[-1] for asked in server.asked)
    assert len(counted) == COUNT
    assert set(counted.values()) == {1}
