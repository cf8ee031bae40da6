"""Connections: slots, clients that go away, requests in odd pieces, many at once."""

from __future__ import annotations

import asyncio
import socket
import time
from urllib.parse import urlsplit

import openai
import pytest

from tests.llm_server.clients import ASK, KEY
from tests.llm_server.server import running_server
from tests.llm_server.teachers import echo


def test_with_slots_requests_wait_for_each_other() -> None:
    with running_server(echo, delay_s=0.05, slots=2) as server:
        before = time.monotonic()
        asyncio.run(_ask_often(server.url, requests=8, at_once=8))
        took_s = time.monotonic() - before
    assert server.most_at_once == 8
    assert took_s > 0.05 * 4
    ends = sorted(server.answered.values())
    assert ends[-1] - ends[0] > 0.05 * 2.9


def test_a_client_that_goes_away_frees_its_slot() -> None:
    with running_server(echo, delay_s=0.3, slots=1) as server:
        with _connection(server.url) as gone:
            gone.sendall(_raw_request("slow"))
            time.sleep(0.05)
        ASK["ollama"](server.url)
    assert list(server.answered) == [1]


def test_requests_in_one_packet_and_in_single_bytes_are_answered_in_order() -> None:
    with running_server(echo) as server, _connection(server.url) as line:
        line.sendall(_raw_request("first") + _raw_request("second"))
        for byte in _raw_request("third"):
            line.sendall(bytes([byte]))
        received = b""
        while received.count(b"HTTP/1.1 200 OK") < 3 or not received.endswith(b"}"):
            received += line.recv(65_536)
    assert [asked.messages[-1][1] for asked in server.asked] == ["first", "second", "third"]
    assert received.index(b"first") < received.index(b"second") < received.index(b"third")


def _connection(url: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=5)


def _raw_request(said: str) -> bytes:
    body = (
        b'{"model":"m","stream":false,"messages":[{"role":"user","content":"%b"}]}' % said.encode()
    )
    return b"POST /api/chat HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def test_a_thousand_requests_64_at_once_are_all_answered_in_silence(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with running_server(echo, delay_s=0.01) as server:
        asyncio.run(_ask_often(server.url, requests=1_000, at_once=64))
    assert capfd.readouterr() == ("", "")
    assert len(server.answered) == 1_000
    assert 1 < server.most_at_once <= 64
    assert sorted(asked.messages[-1][1] for asked in server.asked) == sorted(map(str, range(1_000)))


async def _ask_often(url: str, *, requests: int, at_once: int) -> None:
    todo = iter(range(requests))
    async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0) as client:

        async def work() -> None:
            for number in todo:
                answer = await client.chat.completions.create(
                    model="small", messages=[{"role": "user", "content": str(number)}]
                )
                assert answer.choices[0].message.content == f"You said: {number}"

        await asyncio.gather(*(work() for _ in range(at_once)))
