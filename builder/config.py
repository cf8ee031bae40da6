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
PROVIDERS = (EMBEDDED,)


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


class RunConfig(BaseModel):
    """Everything that decides which rows a run adds.

    `source`: a Continue checkout, bare repository or URL; None asks Continue's own address and falls back to the
    snapshot. `offline`: only the snapshot. `per_gap`: at most so many examples for a gap (10 to 20 by the guide);
    `gaps`: at most so many gaps an iteration. `workspaces`: names or directories; empty = all that ship with it.
    `allow_weak_sandbox`: run commands that a model wrote although this machine's isolation is not the strong one.
    `jobs`: processes that play; 0 = one for each core. It changes no row, as where the dataset stands does not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    dataset: Path = DEFAULT_DATASET
    iterations: int = Field(default=10, ge=1)
    toolsets: tuple[str, ...] = CONTINUE_TOOLSETS
    workspaces: tuple[str, ...] = ()
    provider: str = EMBEDDED
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
        decisive = self.model_dump_json(exclude={"dataset", "jobs", "iterations"})
        return hashlib.sha256(decisive.encode()).hexdigest()[:16]
