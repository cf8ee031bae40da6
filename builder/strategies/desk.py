"""What every strategy works with: models by role, a stage that plays, the toolsets and workspaces of the run.

writing/desk.py makes it; strategies only use it, so that each reads like its own story.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

from builder.acting import Act
from builder.config import Writing
from builder.conversation import Example, Message, Metadata
from builder.errors import BuilderError
from builder.prompts import version_of
from builder.providers.completion import Completion
from builder.strategies.brief import Brief
from builder.strategies.opening import Places
from builder.tool_spec import JsonSchema, ToolSpec
from builder.validation import Verdict
from builder.workers import Checked

Role = Literal["writer", "user", "judge"]


_PROMPTS = {"rollout": ("rollout", "author")}
"""Strategies that use the prompts of another: requests for a rollout are asked for where an author is told of a place."""


class UnwritableError(BuilderError):
    """A model's answers are of no use for an example: `check` names what they failed, the message says why."""

    def __init__(self, check: str, reason: str) -> None:
        super().__init__(reason)
        self.check = check


class Written(msgspec.Struct, frozen=True):
    """What became of a brief: a row with the verdict of the checks, or what stood against one (`check`, `problem`)."""

    row: bytes = b""
    verdict: Verdict | None = None
    check: str = ""
    problem: str = ""


class Desk(Protocol):
    """Handed to every strategy."""

    writing: Writing
    provider: str
    places: Places

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
        """One completion, through the gateway. Raises ProviderError, BudgetReachedError."""
        ...

    async def act(self, task: Act) -> Checked:
        """Play a conversation in a worker."""
        ...

    async def remake(self, brief: Brief) -> Checked:
        """The brief's own scenario, played and checked."""
        ...

    async def shots(self, brief: Brief) -> list[Example]:
        """Verified rows of the same kind from elsewhere, to show what is meant."""
        ...


class Strategy(Protocol):
    """One way to have rows written. The file's name is its id; `grouped`: several briefs of one place may go together."""

    grouped: bool

    async def write(self, briefs: Sequence[Brief], desk: Desk) -> list[Written]:
        """A result for each brief, in their order. Raises ProviderError, BudgetReachedError."""
        ...


def facts_of(
    brief: Brief, desk: Desk, strategy: str, *, origin: str = "", repaired: bool = False
) -> Metadata:
    """What a row's metadata says before it is played."""
    return Metadata(
        model=f"{desk.provider}/{desk.writing.model}",
        strategy=strategy,
        prompts=tuple(map(version_of, _PROMPTS.get(strategy, (strategy,)))),
        origin=origin or brief.origin,
        category=brief.category,
        areas=brief.areas,
        languages=brief.languages,
        frameworks=brief.frameworks,
        reasoned=brief.reasoned,
        repaired=repaired,
        seed=desk.places.seed,
    )


def written(checked: Checked) -> Written:
    """The outcome of a conversation that was played."""
    acted = checked.acted
    if acted.row:
        return Written(acted.row, checked.verdict)
    if acted.problem:
        return Written(check="generation", problem=acted.problem)
    if acted.failures:
        return Written(check="generation", problem=f"a call failed: {acted.failures[0][:200]}")
    if acted.unanswered:
        return Written(check="unanswered", problem="a request of the developer was left unanswered")
    told = ", ".join(acted.unsupported[:3])
    return Written(check="grounded", problem=f"the answer tells of {told}, which no result shows")
