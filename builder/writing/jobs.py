"""How a batch of wants is dealt out: a brief for each, and briefs to strategies, which take turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from builder.config import Writing
from builder.failures import Failures
from builder.planning import Want
from builder.pool import Pool
from builder.strategies.brief import Brief, brief_of
from builder.strategies.registry import find_strategy


class Job(NamedTuple):
    """Briefs that one call of a strategy serves."""

    strategy: str
    briefs: tuple[Brief, ...]


def briefs_of(wants: Sequence[Want], pool: Pool, failures: Failures | None = None) -> list[Brief]:
    """What is asked for each want; with the mistakes that it is to make up for."""
    found = ((want, pool.find(want.candidate)) for want in wants)
    briefs = [brief_of(want, candidate) for want, candidate in found if candidate is not None]
    if failures is None:
        return briefs
    return [
        msgspec.structs.replace(one, mistakes=tuple(failures.of_gap(one.gap))) for one in briefs
    ]


def jobs_of(briefs: Sequence[Brief], writing: Writing) -> list[Job]:
    """Briefs by strategy, which take turns; those of one place together where the strategy can have several written."""
    jobs: list[Job] = []
    count = len(writing.strategies)
    for turn, name in enumerate(writing.strategies):
        mine = [one for place, one in enumerate(briefs) if place % count == turn]
        size = writing.per_request if find_strategy(name).grouped else 1
        for group in grouped(
            mine, lambda one: (one.scene.toolset, one.scene.workspace, one.scene.pending)
        ):
            jobs += [Job(name, tuple(group[i : i + size])) for i in range(0, len(group), size)]
    return jobs


def grouped(briefs: Sequence[Brief], key: Callable[[Brief], tuple[str, ...]]) -> list[list[Brief]]:
    """Briefs with the same key together, in the order of their first."""
    groups: dict[tuple[str, ...], list[Brief]] = {}
    for one in briefs:
        groups.setdefault(key(one), []).append(one)
    return list(groups.values())
