"""A desk (strategies/desk.py) whose model is a teacher called at once and whose stage is in this process.

For what a model says in a hundred ways: nothing is started and nothing is sent. What lies between, gateway and workers, is
the same as ever and is tested where a whole run is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from builder import workers
from builder.acting import Act
from builder.config import Writing
from builder.conversation import Example, Function, Message, ToolCall
from builder.planning import Want
from builder.pool import Candidate, Pool
from builder.providers.completion import Completion, Finish
from builder.strategies.brief import Brief, brief_of
from builder.strategies.desk import Role, Written
from builder.strategies.judge import judged
from builder.strategies.opening import Places
from builder.strategies.registry import find_strategy
from builder.tool_spec import JsonSchema, Toolset, ToolSpec
from builder.workers import Checked, Setting
from builder.workspaces.catalog import load_workspaces
from tests.llm_server.asking import Asked, Reply, Teacher

_FINISH: dict[str, Finish] = {"": "stop", "length": "length", "refused": "refused"}


class NearDesk:
    """Everything of one workspace; `teacher` and `writing` may be changed between two examples."""

    provider = "near"

    def __init__(self, workspace: str, toolsets: Sequence[Toolset]) -> None:
        self.writing = Writing(model="m", votes=1)
        self.teacher: Teacher = lambda _asked: Reply()
        self.asked: list[Asked] = []
        # What a worker does, done here: its tasks look for their world in its module.
        workers._world = workers._World(Setting((workspace,), tuple(toolsets), 1))
        workspaces = load_workspaces((workspace,))
        self.pool = Pool(workspaces, list(toolsets))
        self.places = Places(
            {one.id: one for one in toolsets}, {one.name: one for one in workspaces}, 1
        )

    def brief(self, toolset: str, number: int = 1) -> Brief:
        """A plain brief: one request that is answered by looking into files."""
        found = next(one for one in self.pool.candidates if _is_plain(one, toolset))
        return brief_of(Want(number, found.id, 0, "anything"), found)

    def write(self, strategy: str, *briefs: Brief) -> list[Written]:
        """Have the briefs written by a strategy, and judged."""
        return asyncio.run(self._write(strategy, briefs))

    async def _write(self, strategy: str, briefs: Sequence[Brief]) -> list[Written]:
        rows = await find_strategy(strategy).write(briefs, self)
        return [await judged(row, self) for row in rows]

    async def ask(
        self,
        _role: Role,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec] = (),
        schema: JsonSchema | None = None,
        *,
        stage: str,
        sample: int = 0,
    ) -> Completion:
        del sample  # a teacher may answer the same again
        told = tuple((one.role, one.content) for one in messages)
        names = tuple(one.name for one in tools)
        asked = Asked(len(self.asked), "openai", "m", told, names, schema, {"stage": stage})
        self.asked.append(asked)
        reply = self.teacher(asked)
        calls = tuple(
            ToolCall(f"call_{place}", Function(name, arguments))
            for place, (name, arguments) in enumerate(reply.calls)
        )
        finish = "tool_calls" if calls and not reply.finish else _FINISH[reply.finish]
        return Completion(reply.text, calls, finish=finish, reasoning=reply.reasoning)

    async def act(self, task: Act) -> Checked:
        return workers._act(task)

    async def remake(self, brief: Brief) -> Checked:
        return workers._remake((brief.candidate, brief.request))

    async def shots(self, _brief: Brief) -> list[Example]:
        return []


def _is_plain(candidate: Candidate, toolset: str) -> bool:
    bound = candidate.bound
    calls = [name for name, _ in bound.calls]
    is_short = bound.toolset.id == toolset and len(bound.parts) == 1 and len(calls) == 1
    return is_short and calls[0] in ("read_file", "Read") and not bound.scenario.fails
