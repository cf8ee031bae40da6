"""Recovery from an edit whose text stands in the file more than once: the error is real, the next try is unique.

The first try takes only the first line of the text to replace; where that line stands in the file several times
the client refuses it, and the assistant gives it the surrounding lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.actions import Create, Edit
from builder.recipes.change_scenario import change_scenario, looks, verifying
from builder.recipes.scenario import Beat, Scenario
from builder.tool_spec import Toolset
from builder.workspaces.catalog import Workspace
from builder.workspaces.tasks import Change


class AmbiguousEdit:
    """tasks/changes.toml with one edit of several lines."""

    def scenarios(self, workspace: Workspace, _toolset: Toolset) -> Iterator[Scenario]:
        for change in workspace.tasks.changes:
            hasty = _hasty(workspace, change)
            if hasty is None:
                continue
            edit, count = hasty
            beats = [
                Beat(change.say.look, looks(change)),
                Beat(change.say.edit, (edit,)),
                Beat(
                    f"That text stands in `{edit.path}` {count} times, so the edit was refused. I'll include the lines around "
                    "it to make the place unique.",
                    change.edits,
                ),
            ]
            beats += verifying(change)
            yield change_scenario(
                "ambiguous_edit", workspace, change, beats, category="recover", fails=True
            )


def _hasty(workspace: Workspace, change: Change) -> tuple[Edit, int] | None:
    """The edit cut down to the one line that differs, and how often that line stands in the file."""
    if len(change.edits) != 1 or isinstance(change.edits[0], Create):
        return None
    edit = change.edits[0]
    old, new = edit.old.split("\n"), edit.new.split("\n")
    if len(old) < 2 or len(old) != len(new):
        return None
    differing = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    if len(differing) != 1 or not differing[0][0].strip():
        return None
    text = workspace.tree(change.pending).read(edit.path).decode("utf-8", errors="replace")
    count = text.count(differing[0][0])
    return (Edit(edit.path, *differing[0]), count) if count > 1 else None


RECIPE = AmbiguousEdit()
