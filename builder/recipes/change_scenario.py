"""What all recipes over a workspace's changes share: the scenario of a change, and the actions that it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from builder.actions import Action, Create, Edit, Edits, Read
from builder.recipes.scenario import Beat, Part, Scenario
from builder.workspaces.catalog import Workspace
from builder.workspaces.tasks import Change


def change_scenario(
    recipe: str,
    workspace: Workspace,
    change: Change,
    beats: Iterable[Beat],
    *,
    category: str = "",
    requests: tuple[str, ...] = (),
    ends_at_call: bool = False,
    fails: bool = False,
    planned: bool = False,
    variant: str = "",
) -> Scenario:
    """A change told by a recipe. `category`, `requests`: those of the change where not given."""
    areas = tuple(area for area in change.areas if not (planned and area == "planning"))
    return Scenario(
        recipe=recipe,
        workspace=workspace,
        task=change.id,
        variant=variant,
        category=category or change.areas[0],
        requests=requests or change.requests,
        parts=(Part("", tuple(beats), "" if ends_at_call else change.say.done),),
        areas=("planning", *areas) if planned else areas,
        reasoned=not ends_at_call,
        fails=fails,
        pending=change.pending,
    )


def looks(change: Change) -> tuple[Action, ...]:
    """What is looked at first; every file that will be edited is among it, since an edit needs its exact text."""
    read = {action.path for action in change.look if isinstance(action, Read)}
    edited = dict.fromkeys(edit.path for edit in change.edits if isinstance(edit, Edit))
    return (*change.look, *(Read(path) for path in edited if path not in read))


def verifying(change: Change) -> tuple[Beat, ...]:
    """The message that verifies, where the change says how."""
    return (Beat(change.say.verify, change.verify),) if change.verify else ()


def merged_edits(edits: Sequence[Edit | Create]) -> tuple[Action, ...]:
    """A change's edits and new files in the order of their first mention, the edits of one file joined."""
    of_file: dict[str, list[Edit]] = {}
    order: list[Create | list[Edit]] = []
    for edit in edits:
        if isinstance(edit, Create):
            order.append(edit)
            continue
        if edit.path not in of_file:
            of_file[edit.path] = []
            order.append(of_file[edit.path])
        of_file[edit.path].append(edit)
    return tuple(one if isinstance(one, Create) else _joined(one) for one in order)


def _joined(edits: Sequence[Edit]) -> Action:
    return edits[0] if len(edits) == 1 else Edits(edits[0].path, tuple(edits))
