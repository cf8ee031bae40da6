"""Questions that need no tool: the example shows when not to call."""

from __future__ import annotations

from collections.abc import Iterator

from builder.recipes.scenario import Part, Scenario
from builder.tool_spec import Toolset
from builder.workspaces.catalog import Workspace


class ExplanationRecipe:
    """tasks/explanations.toml."""

    def scenarios(self, workspace: Workspace, _toolset: Toolset) -> Iterator[Scenario]:
        for one in workspace.tasks.explanations:
            yield Scenario(
                recipe="explanation",
                workspace=workspace,
                task=one.id,
                category="explanation",
                requests=one.requests,
                parts=(Part("", (), one.answer.strip()),),
                areas=tuple(one.areas),
            )


RECIPE = ExplanationRecipe()
