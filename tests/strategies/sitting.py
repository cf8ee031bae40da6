"""A real desk for one test: a local server that says what the test wrote down, real workers, a store of its own.

What is asked stands in `Sat.asked`, in the order of its arrival. Whoever asks more than was written down is declined.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from builder.config import Limits, RunConfig, Writing
from builder.conversation import Example, from_json
from builder.gateway.store import Store
from builder.pool import Pool
from builder.scene import Scene
from builder.strategies.brief import Brief
from builder.strategies.desk import Written
from builder.strategies.opening import Places
from builder.strategies.registry import find_strategy
from builder.tool_spec import Toolset
from builder.workers import Setting, Workers
from builder.workspaces.catalog import Workspace, load_workspaces
from builder.writing.desk import LiveDesk
from tests.llm_server.asking import Asked, Reply, Teacher
from tests.llm_server.server import running_server

_T = TypeVar("_T")
WORKSPACES = ("greenhouse", "relay")
IDE, CLI = "continue-ide/open", "continue-cli/open"
Said = str | Reply | Callable[[Asked], Reply] | Sequence[object] | Mapping[str, object]


@dataclass(slots=False)
class World:
    """What desks are set up in: two workspaces, Continue's toolsets, one process that plays."""

    toolsets: tuple[Toolset, ...]

    @cached_property
    def workspaces(self) -> list[Workspace]:
        return load_workspaces(WORKSPACES)

    @cached_property
    def pool(self) -> Pool:
        return Pool(self.workspaces, self.toolsets)

    @cached_property
    def places(self) -> Places:
        by_name = {one.name: one for one in self.workspaces}
        return Places({one.id: one for one in self.toolsets}, by_name, seed=1)

    @cached_property
    def workers(self) -> Workers:
        return Workers(Setting(WORKSPACES, self.toolsets, seed=1), 1)


class Sat(NamedTuple, Generic[_T]):
    """What came of a sitting."""

    result: _T
    asked: list[Asked]


def sit(
    world: World,
    teacher: Teacher,
    work: Callable[[LiveDesk], Awaitable[_T]],
    *,
    limits: Limits | None = None,
    model: str = "teacher",
    **writing: Any,
) -> Sat[_T]:
    """Do some work at a desk whose models are a teacher's."""
    with running_server(teacher) as server, TemporaryDirectory() as folder:
        config = RunConfig(
            provider="openai",
            writing=Writing(model=model, base_url=f"{server.url}/v1", **writing),
            limits=limits or Limits(concurrency=4),
        )
        store = Store(Path(folder) / "requests.sqlite", "test")

        async def go() -> _T:
            desk = LiveDesk(config, store, world.pool, world.workspaces, world.workers)
            try:
                return await work(desk)
            finally:
                await desk.close()

        try:
            result = asyncio.run(go())
        finally:
            store.close()
        return Sat(result, server.asked)


def saying(*replies: Said) -> Teacher:
    """A teacher that says this, one after the other, and then declines."""
    waiting = itertools.chain(replies)

    def teach(asked: Asked) -> Reply:
        said = next(waiting, Reply("That is all.", finish="refused"))
        return said(asked) if callable(said) else as_reply(said)

    return teach


def as_reply(said: object) -> Reply:
    """A reply as it is, words, or values as JSON."""
    if isinstance(said, Reply):
        return said
    return Reply(said if isinstance(said, str) else msgspec.json.encode(said).decode())


def brief(*tools: str, number: int = 1, **more: Any) -> Brief:
    """A brief of a place; `toolset`, `workspace` and other fields of a scene go into it."""
    scene = {name: more.pop(name) for name in Scene.__struct_fields__ if name in more}
    return Brief(
        **{
            "number": number, "gap": "anything", "candidate": "", "request": 0, "tools": tools, "labels": (),
            "complexity": "simple", "category": "of-no-kind", **more,
            "scene": Scene(**{"toolset": IDE, "workspace": "greenhouse", **scene}),
        }
    )  # fmt: skip


def part(request: str, *steps: dict[str, object], answer: str = "") -> dict[str, object]:
    return {"request": request, "steps": list(steps), "answer": answer}


def step(*calls: tuple[str, object], say: str = "") -> dict[str, object]:
    made = [{"tool": tool, "arguments": msgspec.json.encode(given).decode()} for tool, given in calls]  # fmt: skip
    return {"say": say, "calls": made}


def scripts(*parts: dict[str, object], brief: int = 1) -> dict[str, list[object]]:
    """An author's answer with one example."""
    return {"examples": [{"brief": brief, "parts": list(parts)}]}


def write(
    world: World, strategy: str, teacher: Teacher, *briefs: Brief, **options: Any
) -> Sat[list[Written]]:
    """Have a strategy write the briefs."""
    return sit(world, teacher, lambda desk: find_strategy(strategy).write(briefs, desk), **options)


def row_of(written: Written) -> Example:
    """The row, which has to be there and accepted."""
    assert written.row, (written.check, written.problem)
    assert written.verdict is not None
    assert written.verdict.is_accepted, written.verdict
    return from_json(written.row)


def texts(asked: Asked) -> str:
    """All that a request says."""
    return "\n".join(text for _, text in asked.messages)


def results(example: Example) -> Iterator[str]:
    return (one.content for one in example.messages if one.role == "tool")
