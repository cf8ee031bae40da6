"""Finds the recipes (every file here with a RECIPE) and lists what they can make of given workspaces."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from builder.plugins import exposed
from builder.recipes.scenario import Bound, Recipe, bind
from builder.tool_spec import PACKAGED_TOOLSETS, Toolset
from builder.toolkits.loading import load_toolkit
from builder.workspaces.catalog import Workspace


@functools.cache
def load_recipes() -> dict[str, Recipe]:
    """Every recipe by its name, sorted."""
    return cast(dict[str, Recipe], exposed("recipes", "RECIPE"))


def bound_scenarios(
    workspaces: Sequence[Workspace], toolsets: Sequence[Toolset]
) -> Iterator[Bound]:
    """Every scenario on every toolset that has the tools for it, in a fixed order; nothing is played."""
    recipes = load_recipes()
    for toolset in toolsets:
        toolkit = load_toolkit(toolset.surface)
        for workspace in workspaces:
            if not fits(workspace, toolset):
                continue
            for recipe in recipes.values():
                for scenario in recipe.scenarios(workspace, toolset):
                    bound = bind(scenario, toolset, toolkit)
                    if bound is not None:
                        yield bound


def find_bound(
    bound_id: str, workspaces: Mapping[str, Workspace], toolsets: Mapping[str, Toolset]
) -> Bound | None:
    """The one scenario of that id (`toolset|recipe/workspace/task`), without binding all the others."""
    toolset_id, _, scenario_id = bound_id.rpartition("|")
    recipe, workspace = scenario_id.split("/")[:2]
    toolset = toolsets[toolset_id]
    for scenario in load_recipes()[recipe].scenarios(workspaces[workspace], toolset):
        if scenario.id == scenario_id:
            return bind(scenario, toolset, load_toolkit(toolset.surface))
    return None


def fits(workspace: Workspace, toolset: Toolset) -> bool:
    """Whether tasks of the workspace may be told with the toolset.

    A workspace that names toolsets is for those alone; a packaged toolset with workspaces of its own takes no other.
    """
    if workspace.about.toolsets:
        return toolset.id in workspace.about.toolsets
    return toolset.surface not in PACKAGED_TOOLSETS
