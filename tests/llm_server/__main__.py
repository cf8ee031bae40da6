"""The server as a process of its own: its URL is the first line on stdout; it ends on SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import signal
import sys
import time
from pathlib import Path
from typing import TextIO

import msgspec

from tests.llm_server.connections import Desk
from tests.llm_server.faults import Faults
from tests.llm_server.server import new_desk, serve
from tests.llm_server.teachers import TEACHERS


class Log:
    """A line for each answered request, whole on the disk's side as soon as it is written."""

    def __init__(self, file: TextIO) -> None:
        self.file = file

    def write(self, number: int, body: bytes, status: int) -> None:
        """`at`: of the system's clock, to be compared with other processes."""
        digest = hashlib.sha256(body).hexdigest()
        line = {"number": number, "digest": digest, "at": time.time(), "status": status}
        self.file.write(msgspec.json.encode(line).decode() + "\n")
        self.file.flush()


def main() -> None:
    """Serve until a signal says to stop."""
    options = _options()
    log = options.log.open("a", encoding="utf-8") if options.log else None
    desk = new_desk(
        TEACHERS[options.teacher],
        faults=msgspec.convert(msgspec.json.decode(options.faults), Faults),
        delay_s=options.delay_ms / 1000,
        slots=options.slots,
        batch_polls=options.batch_polls,
        keeps_asked=False,
        heard=Log(log).write if log else None,
    )
    try:
        asyncio.run(_serve(desk, options.port))
    finally:
        if log:
            log.close()
    for failure in desk.seen.failures[:1]:
        raise failure


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.llm_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 = any that is free")
    parser.add_argument("--delay-ms", type=float, default=0)
    parser.add_argument("--teacher", choices=sorted(TEACHERS), default="echo")
    parser.add_argument(
        "--faults", default="{}", help='as JSON, like {"rate_limited": 0.1, "seed": 3}'
    )
    parser.add_argument("--log", type=Path, help="append a line of JSON for each answered request")
    parser.add_argument("--slots", type=int, help="requests worked on at once; none = no bound")
    parser.add_argument("--batch-polls", type=int, default=2)
    return parser.parse_args()


async def _serve(desk: Desk, port: int) -> None:
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    await serve(desk, stop, port=port, is_ready=lambda: _say(desk.seen.url))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
