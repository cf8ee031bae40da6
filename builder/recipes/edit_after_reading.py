"""A change without a plan: look at the code, edit it, verify, say what was done and why."""

from __future__ import annotations

from collections.abc import Iterator

from builder.recipes.change_scenario import change_scenario, looks, merged_edits, verifying
from builder.recipes.scenario import Beat, Scenario
from builder.tool_spec import Toolset
from builder.workspaces.catalog import Workspace
from builder.workspaces.tasks import Change


class EditAfterReading:
    """tasks/changes.toml, look → edit → verify."""

    def scenarios(self, workspace: Workspace, _toolset: Toolset) -> Iterator[Scenario]:
        for change in workspace.tasks.changes:
            yield change_scenario("edit_after_reading", workspace, change, _beats(change))


def _beats(change: Change) -> Iterator[Beat]:
    yield Beat(change.say.look, looks(change))
    for number, edit in enumerate(merged_edits(change.edits)):
        yield Beat(change.say.edit if number == 0 else "", (edit,))
    yield from verifying(change)


RECIPE = EditAfterReading()
