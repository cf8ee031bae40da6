"""Connections for the official Ollama client, which is built on httpx 0.28: several small pools instead of one.

That version looks through its whole pool for each request and each answer, so that its cost grows with the square of
what is under way: 7 ms a request at 64 at once, under 1 ms with pools of four.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

_LANE_CONNECTIONS = 4


def in_lanes(connections: int) -> httpx.AsyncBaseTransport:
    """A transport for so many connections. Whoever asks keeps to that number: no lane makes a request wait."""
    import httpx  # noqa: PLC0415 - comes with the client, which is imported only where it is asked for

    class Lanes(httpx.AsyncBaseTransport):
        """Gives each request to the pool that has the fewest under way."""

        def __init__(self) -> None:
            trust = httpx.create_ssl_context()
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=_LANE_CONNECTIONS)
            count = -(-connections // _LANE_CONNECTIONS)
            self._lanes = [
                httpx.AsyncHTTPTransport(verify=trust, limits=limits) for _ in range(count)
            ]
            self._under_way = [0] * count

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            lane = self._under_way.index(min(self._under_way))
            self._under_way[lane] += 1
            try:
                return await self._lanes[lane].handle_async_request(request)
            finally:
                self._under_way[lane] -= 1

        async def aclose(self) -> None:
            for lane in self._lanes:
                await lane.aclose()

    return Lanes()
