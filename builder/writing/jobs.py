"""How a batch of wants is dealt out: a brief for each, and briefs to strategies, which take turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec

from builder.config import Writing
from builder.failures import Failures
from builder.planning import Want
from builder.pool import Pool
from builder.strategies.brief import Brief, brief_of
from builder.strategies.registry import find_strategy
from builder.tool_spec import CONTINUE_TOOLSETS
from builder.workspaces.catalog import Workspace

_AT_HOME = frozenset(
    {"fetch_url_content", "Fetch", "search_web", "read_skill", "Skills", "request_rule", "read_currently_open_file"}
)  # fmt: skip
"""Tools that answer with what a packaged workspace brings: pages, skills, rules, an open file."""


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


def jobs_of(
    briefs: Sequence[Brief], writing: Writing, workspaces: Iterable[Workspace] = ()
) -> list[Job]:
    """Briefs by strategy, which take turns; those of one place together where the strategy can have several written.

    Where the user brought projects, half of what is written freely is told in one of those (`workspaces`: all there are).
    """
    own = [one for one in workspaces if not one.is_packaged]
    jobs: list[Job] = []
    count = len(writing.strategies)
    for turn, name in enumerate(writing.strategies):
        mine = [one for place, one in enumerate(briefs) if place % count == turn]
        is_free = find_strategy(name).grouped
        if is_free and own:
            mine = [
                _moved(one, own[place // 2 % len(own)]) if place % 2 else one
                for place, one in enumerate(mine)
            ]
        size = writing.per_request if is_free else 1
        for group in grouped(
            mine, lambda one: (one.scene.toolset, one.scene.workspace, one.scene.pending)
        ):
            jobs += [Job(name, tuple(group[i : i + size])) for i in range(0, len(group), size)]
    return jobs


def _moved(brief: Brief, workspace: Workspace) -> Brief:
    """The same brief in another place; as it is where it needs something that is prepared in its own."""
    scene = brief.scene
    prepared = (scene.pending, scene.open_file, scene.chosen, scene.job, scene.web_results)
    if (
        any(prepared)
        or brief.idea
        or _AT_HOME & set(brief.tools)
        or scene.toolset not in CONTINUE_TOOLSETS
    ):
        return brief
    return msgspec.structs.replace(
        brief,
        scene=msgspec.structs.replace(scene, workspace=workspace.name),
        languages=workspace.about.languages[:1],
        frameworks=workspace.about.frameworks,
        paths=(),
    )


def grouped(briefs: Sequence[Brief], key: Callable[[Brief], tuple[str, ...]]) -> list[list[Brief]]:
    """Briefs with the same key together, in the order of their first."""
    groups: dict[tuple[str, ...], list[Brief]] = {}
    for one in briefs:
        groups.setdefault(key(one), []).append(one)
    return list(groups.values())
