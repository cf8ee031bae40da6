"""The settings of a run: checked, written into the run's folder, compared when a run is resumed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from builder.tool_spec import CONTINUE_TOOLSETS

DEFAULT_DATASET = Path("runs/continue_finetuning_dataset.jsonl")
DEFAULT_SOURCE = "https://github.com/continuedev/continue.git"
EMBEDDED = "embedded"
"""The provider that needs no key and no network: all that it has commands run was written by hand."""


class Limits(BaseModel):
    """How much a run may ask of models, and how fast; None = no bound. They decide no row's content.

    `concurrency`: requests under way at once, at most; `budget_usd`, `max_requests`: of the whole run, resumed or not.
    `price`: US dollars for a million tokens of input and of output, where the program knows none. `batch`: single-shot
    stages go through the provider's batch API, at its lower price and its leisure.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    concurrency: int = Field(default=16, ge=1)
    requests_per_minute: int | None = Field(default=None, ge=1)
    tokens_per_minute: int | None = Field(default=None, ge=1)
    budget_usd: float | None = Field(default=None, gt=0)
    max_requests: int | None = Field(default=None, ge=1)
    price: tuple[float, float] | None = None
    timeout_s: float = Field(default=300, gt=0)
    batch: bool = False


class Writing(BaseModel):
    """How models write the rows of a run.

    `model` writes; `user_model` and `judge_model` play the user and judge, where they are other ones (same provider).
    `base_url`: where an API is that is not the provider's own. `strategies` take turns. `votes`: how often each row is
    judged, 0 = never; rows below `threshold` (1 to 5) are rejected. `ideas`: ask for scenario ideas for each gap first.
    `calls` "text": for models without native tool calling, in Continue's text form. `per_request`: examples that one
    request may ask for. `max_turns`: messages with calls for one request, and requests; `max_calls`: of one conversation.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    base_url: str = ""
    user_model: str = ""
    judge_model: str = ""
    strategies: tuple[str, ...] = ("author", "rollout", "rewrite")
    votes: int = Field(default=1, ge=0, le=9)
    threshold: float = Field(default=3.5, ge=1, le=5)
    ideas: bool = False
    calls: Literal["native", "text"] = "native"
    keep_reasoning: bool = False
    per_request: int = Field(default=5, ge=1, le=20)
    max_turns: int = Field(default=12, ge=1)
    max_calls: int = Field(default=30, ge=1)
    max_tokens: int = Field(default=4_096, ge=64)
    temperature: float | None = None
    context_tokens: int | None = None


class RunConfig(BaseModel):
    """Everything that decides which rows a run adds.

    `source`: a Continue checkout, bare repository or URL; None asks Continue's own address and falls back to the
    snapshot. `offline`: only the snapshot. `per_gap`: at most so many examples for a gap (10 to 20 by the guide);
    `gaps`: at most so many gaps an iteration. `workspaces`: names or directories; empty = all that ship with it.
    `writing`: how models write, where `provider` is not the embedded one; `limits`: what they may cost. `failures`: a
    report of an evaluated model's mistakes, which become gaps.
    `allow_weak_sandbox`: run commands that a model wrote although this machine's isolation is not the strong one.
    `rows`: examples wanted in all; None = the guide's number. `jobs`: processes that play; 0 = one for each core. It changes no row, as where the dataset stands does not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    dataset: Path = DEFAULT_DATASET
    iterations: int = Field(default=10, ge=1)
    rows: int | None = Field(default=None, ge=1)
    toolsets: tuple[str, ...] = CONTINUE_TOOLSETS
    workspaces: tuple[str, ...] = ()
    provider: str = EMBEDDED
    writing: Writing | None = None
    limits: Limits = Limits()
    failures: Path | None = None
    source: str | None = None
    ref: str | None = None
    offline: bool = False
    seed: int = 1
    per_gap: int = Field(default=20, ge=1)
    gaps: int = Field(default=3, ge=1)
    tool_results: Literal["tool", "user"] = "tool"
    allow_weak_sandbox: bool = False
    jobs: int = Field(default=0, ge=0)

    @property
    def fingerprint(self) -> str:
        """A hash of the settings that decide the rows: a resumed run must have the same."""
        decisive = self.model_dump_json(exclude={"dataset", "jobs", "iterations", "limits"})
        return hashlib.sha256(decisive.encode()).hexdigest()[:16]
