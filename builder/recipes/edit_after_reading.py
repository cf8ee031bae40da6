"""A change without a plan: look at the code, edit it, verify, say what was done and why."""

from __future__ import annotations

from collections.abc import Iterator

from builder.actions import Action, Edit, Read
from builder.recipes.scenario import Beat, Part, Scenario, merged_edits
from builder.tool_spec import Toolset
from builder.workspaces.catalog import Workspace
from builder.workspaces.tasks import Change


class EditAfterReading:
    """tasks/changes.toml, look → edit → verify."""

    def scenarios(self, workspace: Workspace, _toolset: Toolset) -> Iterator[Scenario]:
        for change in workspace.tasks.changes:
            yield Scenario(
                recipe="edit_after_reading",
                workspace=workspace,
                task=change.id,
                category=change.areas[0],
                requests=change.requests,
                parts=(Part("", change_beats(change), change.say.done),),
                areas=tuple(change.areas),
                reasoned=True,
                pending=change.pending,
            )


def change_beats(change: Change) -> tuple[Beat, ...]:
    """The messages of a change: look, one for each edited file, verify."""
    beats = [Beat(change.say.look, looks(change))]
    for number, edit in enumerate(merged_edits(change.edits)):
        beats.append(Beat(change.say.edit if number == 0 else "", (edit,)))
    if change.verify:
        beats.append(Beat(change.say.verify, change.verify))
    return tuple(beats)


def looks(change: Change) -> tuple[Action, ...]:
    """What is looked at first; every file that will be edited is among it, since an edit needs its exact text."""
    read = {action.path for action in change.look if isinstance(action, Read)}
    edited = dict.fromkeys(edit.path for edit in change.edits if isinstance(edit, Edit))
    return (*change.look, *(Read(path) for path in edited if path not in read))


RECIPE = EditAfterReading()
