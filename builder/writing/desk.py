"""The desk that strategies work at (strategies/desk.py): gateways to the run's models, workers that play, rows that show the way."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from builder.acting import Act
from builder.config import RunConfig
from builder.conversation import Example, Message, from_json
from builder.gateway.gateway import Gateway
from builder.gateway.lanes import Lanes
from builder.gateway.purse import Purse
from builder.gateway.store import Store
from builder.pool import Candidate, Pool
from builder.providers.completion import Completion, Provider, Sampling
from builder.providers.loading import connect
from builder.strategies.brief import Brief
from builder.strategies.desk import Role
from builder.strategies.opening import Places
from builder.tool_spec import JsonSchema, ToolSpec
from builder.workers import Checked, Workers
from builder.workspaces.catalog import Workspace
from builder.writing.acts import GatheredStage
from builder.writing.batching import SINGLE_SHOT, Batcher


class LiveDesk:
    """One run's. Close it when done."""

    def __init__(
        self,
        config: RunConfig,
        store: Store,
        pool: Pool,
        workspaces: Sequence[Workspace],
        workers: Workers,
    ) -> None:
        assert config.writing is not None
        self.writing = config.writing
        self.provider = config.provider
        toolsets = {one.id: one for one in pool.toolsets}
        self.places = Places(toolsets, {one.name: one for one in workspaces}, config.seed)
        self._pool = pool
        self._workers = workers
        self._stage = GatheredStage(workers)
        self._gateways = _gateways(config, store)
        self._batcher = Batcher() if config.limits.batch else None
        self.evaluated: frozenset[str] = frozenset()
        """Scenarios that a model was evaluated with: no example is shown from one."""
        self._shots: dict[tuple[str, str], asyncio.Task[list[Example]]] = {}

    @property
    def is_batching(self) -> bool:
        return self._batcher is not None

    def _busy(self) -> AbstractContextManager[None]:
        return self._batcher.busy() if self._batcher is not None else nullcontext()

    async def close(self) -> None:
        for gateway in dict.fromkeys(self._gateways.values()):
            await gateway.close()

    async def ask(
        self,
        role: Role,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec] = (),
        schema: JsonSchema | None = None,
        *,
        stage: str,
        sample: int = 0,
    ) -> Completion:
        gateway = self._gateways[role]
        if self._batcher is not None and stage in SINGLE_SHOT:
            request = gateway.request(messages, tools, schema, stage=stage, sample=sample)
            await self._batcher.answered(gateway, request)
        with self._busy():
            return await gateway.complete(messages, tools, schema, stage=stage, sample=sample)

    async def act(self, task: Act) -> Checked:
        with self._busy():
            return await self._stage.act(task)

    async def remake(self, brief: Brief) -> Checked:
        return await self._played(brief.candidate, brief.request)

    async def _played(self, candidate: str, request: int) -> Checked:
        with self._busy():
            return await asyncio.wrap_future(self._workers.remake(candidate, request))

    async def shots(self, brief: Brief) -> list[Example]:
        key = (brief.scene.toolset, brief.category)
        if key not in self._shots:
            self._shots[key] = asyncio.create_task(self._play_shots(brief))
        return await asyncio.shield(self._shots[key])

    async def _play_shots(self, brief: Brief) -> list[Example]:
        """One verified row of the embedded generator: the same tools and kind, another project where there is one."""
        rng = random.Random(f"{self.places.seed}/{brief.scene.toolset}/{brief.category}")
        for candidate in self._alike(brief, rng):
            found = await self._played(candidate.id, 0)
            if found.verdict is not None and found.verdict.is_accepted:
                return [from_json(found.acted.row)]
        return []

    def _alike(self, brief: Brief, rng: random.Random) -> list[Candidate]:
        alike = [
            one
            for one in self._pool.with_feature(("category", brief.category))
            if one.bound.toolset.id == brief.scene.toolset
            and one.id != brief.candidate
            and one.id not in self.evaluated
        ]
        elsewhere = [
            one for one in alike if one.bound.scenario.workspace.name != brief.scene.workspace
        ]
        chosen = elsewhere or alike
        # A row without commands is played in no time, and there may be sixty kinds to show.
        quick = [one for one in chosen if not any("command" in a for _, a in one.bound.calls)]
        chosen = quick or chosen
        return rng.sample(chosen, min(3, len(chosen)))


def _gateways(config: RunConfig, store: Store) -> dict[Role, Gateway]:
    """One for each model in use; they share store, purse and lanes."""
    assert config.writing is not None
    writing, limits = config.writing, config.limits
    purse, lanes = Purse(store, limits), Lanes(limits)
    named: dict[Role, str] = {
        "writer": writing.model,
        "user": writing.user_model or writing.model,
        "judge": writing.judge_model or writing.model,
    }
    found = {
        model: Gateway(connect_to(config, model), store, purse, limits, lanes=lanes)
        for model in dict.fromkeys(named.values())
    }
    return {role: found[model] for role, model in named.items()}


def connect_to(config: RunConfig, model: str) -> Provider:
    """A model of the run's provider."""
    assert config.writing is not None
    writing = config.writing
    sampling = Sampling(writing.max_tokens, writing.temperature, writing.context_tokens)
    return connect(
        config.provider,
        model,
        base_url=writing.base_url,
        sampling=sampling,
        timeout_s=config.limits.timeout_s,
        concurrency=config.limits.concurrency,
    )
