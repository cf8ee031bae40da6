"""What the first iteration of a run would ask of models, and what that would cost: nothing is sent or written.

Prompts are rendered and counted. How much a model writes, and how many turns it takes, can only be guessed: by what the
examples of the embedded generator have. Batches cost half, where they may be used.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from builder.config import RunConfig, Writing
from builder.conversation import Message
from builder.errors import UsageError
from builder.gateway.estimate import BYTES_PER_TOKEN
from builder.gateway.prices import BATCH_FACTOR, Price, price_of
from builder.inspection import pool_of, state_of
from builder.planning import plan_batch
from builder.providers.loading import checked_url, provider_kind
from builder.report import shown_usd
from builder.strategies.brief import Brief
from builder.strategies.opening import Places, opening
from builder.workspaces.catalog import load_workspaces
from builder.writing.batching import SINGLE_SHOT
from builder.writing.jobs import Job, briefs_of, jobs_of

_SHOT_TOKENS = 900
_EXAMPLE_TOKENS = 350
"""Written for one example: request, calls, answer."""
_CONVERSATION_TOKENS = 1_800
"""Of a played example, results included."""
_TURN_TOKENS = 120
_RESULT_TOKENS = 600
_OPINION_TOKENS = 120


class Line(msgspec.Struct, frozen=True):
    """What one stage would ask; tokens and US dollars of all its requests. `usd`: None where the price is not known."""

    stage: str
    requests: int
    prompt_tokens: int
    completion_tokens: int
    usd: float | None


class Estimate(NamedTuple):
    """The first iteration's plan in numbers."""

    rows: int
    iterations: int
    lines: tuple[Line, ...]

    @property
    def usd(self) -> float | None:
        costs = [one.usd for one in self.lines]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if len(known) == len(costs) else None

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {**self._asdict(), "lines": msgspec.to_builtins(self.lines), "usd": self.usd}


class _Load(NamedTuple):
    """Requests of one stage, and their tokens."""

    stage: str
    prompt: int
    completion: int


def estimated(config: RunConfig) -> Estimate:
    """Plan the first iteration and count. Raises UsageError where no model is to write."""
    if config.writing is None:
        raise UsageError(
            "--dry-run counts what a model would be asked: give --provider and --model"
        )
    pool = pool_of(config)
    coverage, used = state_of(config.dataset)
    rng = random.Random(f"{config.seed}/{coverage.total}")
    batch = plan_batch(coverage, pool, used, rng, per_gap=config.per_gap, gaps=config.gaps)
    workspaces = {one.name: one for one in load_workspaces(config.workspaces)}
    places = Places({one.id: one for one in pool.toolsets}, workspaces, config.seed)
    jobs = jobs_of(briefs_of(batch.wants, pool), config.writing, workspaces.values())
    loads = [load for job in jobs for load in _loads(job, places)]
    loads += _judging(len(batch.wants), config.writing)
    price = _price(config)
    stages = dict.fromkeys(load.stage for load in loads)
    lines = tuple(_line(stage, [one for one in loads if one.stage == stage], price, config) for stage in stages)  # fmt: skip
    return Estimate(len(batch.wants), config.iterations, lines)


class _Model(NamedTuple):
    """A model that nobody connects to: no key is needed to learn what it would cost."""

    name: str
    model: str
    base_url: str


def _price(config: RunConfig) -> Price | None:
    assert config.writing is not None
    kind = provider_kind(config.provider)
    address = checked_url(config.writing.base_url or kind.default_base_url)
    return price_of(_Model(kind.name, config.writing.model, address), config.limits.price)


def _loads(job: Job, places: Places) -> list[_Load]:
    if job.strategy == "author":
        prompt = _tokens(opening(job.briefs, places, ())) + _SHOT_TOKENS
        return [_Load("author", prompt, _EXAMPLE_TOKENS * len(job.briefs))]
    if job.strategy == "rollout":
        system = _tokens([Message("system", places.system(job.briefs))])
        loads = [_Load("request", system + 200 * len(job.briefs), 60 * len(job.briefs))]
        return loads + [load for brief in job.briefs for load in _turns(brief, places)]
    return [_Load(job.strategy, _CONVERSATION_TOKENS, _EXAMPLE_TOKENS) for _ in job.briefs]


def _turns(brief: Brief, places: Places) -> list[_Load]:
    """Each turn reads the tools and all that came before."""
    toolset = places.toolsets[brief.scene.toolset]
    offered = toolset.offered(frozenset(brief.scene.gates))
    tools = int(sum(len(msgspec.json.encode(one.parameters)) + len(one.description) for one in offered) / BYTES_PER_TOKEN)  # fmt: skip
    return [
        _Load("rollout", tools + 400 + turn * _RESULT_TOKENS, _TURN_TOKENS)
        for turn in range(brief.messages + brief.parts)
    ]


def _judging(rows: int, writing: Writing) -> list[_Load]:
    return [_Load("judge", _CONVERSATION_TOKENS + 600, _OPINION_TOKENS)] * (rows * writing.votes)


def _tokens(messages: Sequence[Message]) -> int:
    return int(sum(len(one.content.encode()) for one in messages) / BYTES_PER_TOKEN)


def _line(stage: str, loads: Sequence[_Load], price: Price | None, config: RunConfig) -> Line:
    prompt, completion = sum(one.prompt for one in loads), sum(one.completion for one in loads)
    usd = None if price is None else price.most_usd(prompt, completion)
    if usd is not None and config.limits.batch and stage in SINGLE_SHOT:
        usd *= BATCH_FACTOR
    return Line(stage, len(loads), prompt, completion, usd)


def estimate_text(found: Estimate) -> str:
    """For people."""
    lines = [f"{'stage':<10} {'requests':>9} {'tokens in':>11} {'tokens out':>11} {'cost':>10}"]
    lines += [
        f"{one.stage:<10} {one.requests:>9} {one.prompt_tokens:>11} {one.completion_tokens:>11}"
        f" {shown_usd(one.usd):>10}"
        for one in found.lines
    ]
    asked = sum(one.requests for one in found.lines)
    lines.append(
        f"The first iteration would ask about {asked} requests for {found.rows} rows, at about {shown_usd(found.usd)};"
        f" {found.iterations} iterations at most. Answers are guessed, and nothing was sent."
    )
    if found.usd is None:
        lines.append(
            "The price of this model is not known: give --price IN,OUT (US dollars for a million tokens)."
        )
    return "\n".join(lines) + "\n"
