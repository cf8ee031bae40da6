"""A sitting in a process of its own, to be killed: asks questions 0 to COUNT-1 and prints a line for each answer and each poll.

python -m tests.gateway.sitting URL FOLDER COUNT [batch]
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from builder.config import Limits
from builder.gateway.batches import prefetch
from builder.gateway.gateway import Gateway
from tests.gateway.asking import opened, question


async def _sit(url: str, folder: Path, count: int, *, by_batch: bool) -> None:
    async with opened(url, folder, Limits(concurrency=16)) as gateway:
        if by_batch:
            requests = [gateway.request(question(number), stage="draft") for number in range(count)]
            await prefetch(gateway, requests, first_poll_s=0.2, progress=_say)
        await asyncio.gather(*(_ask(gateway, number) for number in range(count)))


async def _ask(gateway: Gateway, number: int) -> None:
    await gateway.complete(question(number), stage="draft")
    _say(number)


def _say(*numbers: int) -> None:
    sys.stdout.write(f"{numbers}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(
        _sit(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), by_batch="batch" in sys.argv)
    )
