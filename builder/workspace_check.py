"""Plays every task of a workspace on every toolset, with every way of asking, and lists what does not work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from builder.errors import WorkspaceError
from builder.generation import generate
from builder.pool import Pool
from builder.prompts import system_message
from builder.replay import Replayer
from builder.sandbox.isolation import best_isolation
from builder.tool_spec import Toolset
from builder.toolsets import known_toolsets
from builder.validation import validate
from builder.validators.context import Context
from builder.workspaces.catalog import Workspace, packaged_workspace


def check_packaged(names: Iterable[str]) -> Iterator[str]:
    """One line for each problem."""
    toolsets = known_toolsets()
    for name in names:
        try:
            workspace = packaged_workspace(name)
            workspace.tree()
        except WorkspaceError as error:
            yield str(error)
            continue
        yield from check_workspace(workspace, toolsets)


def check_workspace(workspace: Workspace, toolsets: list[Toolset]) -> Iterator[str]:
    """Tasks that no toolset can play, scenarios that do not go as they say, rows that fail a check."""
    pool = Pool([workspace], toolsets)
    told = {candidate.bound.scenario.task for candidate in pool.candidates}
    tasks = workspace.tasks
    for task in (*(t.id for t in tasks.changes), *(t.id for t in tasks.scripts)):
        if task not in told:
            yield f"{workspace.name}/{task}: no toolset has tools for it"
    surfaces = {toolset.id: toolset.surface for toolset in toolsets}
    context = Context(
        {toolset.id: toolset for toolset in toolsets},
        Replayer({workspace.name: workspace}, surfaces, best_isolation()),
        system_messages={one: system_message(one) for one in surfaces.values()},
    )
    for candidate in pool.candidates:
        bound = candidate.bound
        system = system_message(bound.toolset.surface)
        played = generate(bound, bound.scenario.requests[0], system, 0)
        if played.example is None:
            yield f"{bound.id}: {played.problem}"
            continue
        verdict = validate(played.example, context, ("row", "play"))
        if not verdict.is_accepted:
            yield f"{bound.id}: {verdict.validator}: {verdict.reason}"
