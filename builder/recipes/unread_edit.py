"""Recovery from an edit that was refused because its file had not been read: read it, edit again.

For clients that refuse such an edit; the refusal is real.
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.actions import Create, Edit, Read
from builder.recipes.change_scenario import change_scenario, merged_edits, verifying
from builder.recipes.scenario import Beat, Scenario
from builder.tool_spec import Toolset
from builder.workspaces.catalog import Workspace


class UnreadEdit:
    """tasks/changes.toml with edits in one file, on the terminal client."""

    def scenarios(self, workspace: Workspace, toolset: Toolset) -> Iterator[Scenario]:
        if toolset.surface != "cli":
            return
        for change in workspace.tasks.changes:
            paths = {edit.path for edit in change.edits if isinstance(edit, Edit)}
            if len(paths) != 1 or any(isinstance(edit, Create) for edit in change.edits):
                continue
            path = paths.pop()
            looked = tuple(action for action in change.look if action != Read(path))
            if not looked:
                continue
            edits = merged_edits(change.edits)
            beats = [
                Beat(change.say.look, looked),
                Beat(change.say.edit, edits),
                Beat(
                    f"The edit was refused because `{path}` has not been read in this session. I'll read it and then make the same edit.",
                    (Read(path),),
                ),
                Beat("", edits),
            ]
            beats += verifying(change)
            yield change_scenario(
                "unread_edit", workspace, change, beats, category="recover", fails=True
            )


RECIPE = UnreadEdit()
