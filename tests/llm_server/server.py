"""A local server that answers as OpenAI, Anthropic and Ollama do: here it is put together, started and stopped.

What is asked and said: `asking`. The three protocols: the `_shape` modules. What goes wrong: `faults`. It checks no keys,
and it is a model of the APIs only as far as the SDKs and this program use them.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.llm_server.asking import Teacher
from tests.llm_server.chats import Chats
from tests.llm_server.connections import Connection, Desk, Heard
from tests.llm_server.faults import Faults
from tests.llm_server.seen import LlmServer

__all__ = ["LlmServer", "new_desk", "running_server", "serve"]

_START_S = 10


def new_desk(
    teacher: Teacher,
    *,
    faults: Faults | None = None,
    delay_s: float = 0.0,
    slots: int | None = None,
    keys: bool = False,
    batch_polls: int = 2,
    keeps_asked: bool = True,
    heard: Heard | None = None,
) -> Desk:
    """A server but for its port; the settings are those of `running_server`.

    `keeps_asked`: False where nobody can look: what is kept costs memory and the collector's time.
    """
    seen = LlmServer()
    chats = Chats(seen, teacher, faults or Faults(), delay_s=delay_s, keeps_asked=keeps_asked)
    return Desk(seen, chats, slots=slots, keys=keys, batch_polls=batch_polls, heard=heard)


async def serve(
    desk: Desk, stop: asyncio.Event, *, port: int = 0, is_ready: Callable[[], None]
) -> None:
    """Serve on 127.0.0.1 until `stop`, then close every connection. Port 0: any that is free."""
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: Connection(desk), "127.0.0.1", port, backlog=1024)
    desk.seen.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    is_ready()
    await stop.wait()
    listening.close()
    for connection in list(desk.connections):
        connection.transport.abort()
    await asyncio.sleep(0)


@contextmanager
def running_server(
    teacher: Teacher,
    *,
    faults: Faults | None = None,
    delay_s: float = 0.0,
    slots: int | None = None,
    keys: bool = False,
    batch_polls: int = 2,
) -> Iterator[LlmServer]:
    """A server in a thread of its own. What its teacher raised is raised again at the end.

    `slots`: so many requests are worked on at once and the others wait; None = no bound. `keys`: keep the headers of all
    requests. `batch_polls`: a batch has ended by its so many-th retrieval.
    """
    desk = new_desk(
        teacher, faults=faults, delay_s=delay_s, slots=slots, keys=keys, batch_polls=batch_polls
    )
    ready, stop, loop = threading.Event(), asyncio.Event(), asyncio.new_event_loop()
    work = serve(desk, stop, is_ready=ready.set)
    thread = threading.Thread(target=loop.run_until_complete, args=(work,), name="llm server")
    thread.start()
    try:
        if not ready.wait(_START_S):
            raise TimeoutError(f"the local server was not ready after {_START_S} s")
        yield desk.seen
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
    if desk.seen.failures:
        raise desk.seen.failures[0]
