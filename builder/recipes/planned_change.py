"""A change with a task list that is written first and kept up to date while the work goes on.

Variants: `together` looks in the message that writes the list, `apart` after it; `steps` ticks off each phase,
`closing` ticks what is done only when the work ends; `discovered` adds an item that looking brought up.
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.actions import Plan
from builder.recipes.edit_after_reading import looks
from builder.recipes.scenario import Beat, Part, Scenario, merged_edits
from builder.tool_spec import Toolset
from builder.workspaces.catalog import Workspace
from builder.workspaces.tasks import Change

VARIANTS = ("together", "apart", "closing")


class PlannedChange:
    """tasks/changes.toml on a client that has a task list."""

    def scenarios(self, workspace: Workspace, _toolset: Toolset) -> Iterator[Scenario]:
        for change in workspace.tasks.changes:
            for variant in VARIANTS:
                yield Scenario(
                    recipe="planned_change",
                    workspace=workspace,
                    task=change.id,
                    variant=variant,
                    category="planning",
                    requests=change.requests,
                    parts=(Part("", tuple(_beats(change, variant)), change.say.done),),
                    areas=("planning", *(area for area in change.areas if area != "planning")),
                    reasoned=True,
                    pending=change.pending,
                )


def _beats(change: Change, variant: str) -> Iterator[Beat]:
    start = _plan(change, "start", with_discovered=False)
    if variant == "together":
        yield Beat(change.say.look, (start, *looks(change)))
    else:
        yield Beat("", (start,))
        yield Beat(change.say.look, looks(change))
    edits = merged_edits(change.edits)
    looked = () if variant == "closing" else (_plan(change, "looked"),)
    yield Beat(change.say.edit, (*looked, edits[0]))
    for edit in edits[1:]:
        yield Beat("", (edit,))
    if change.verify:
        edited = () if variant == "closing" else (_plan(change, "edited"),)
        yield Beat(change.say.verify, (*edited, *change.verify))
    yield Beat("", (_plan(change, "done"),))


def _plan(change: Change, moment: str, *, with_discovered: bool = True) -> Plan:
    done = {"start": 0, "looked": 1, "edited": 2, "done": 3}[moment]
    found = (change.discovered,) if change.discovered and with_discovered else ()
    phases = (change.plan.look, (*change.plan.edit, *found), change.plan.verify)
    return Plan(
        tuple((text, number < done) for number, phase in enumerate(phases) for text in phase)
    )


RECIPE = PlannedChange()
