"""A change with a task list that is written first and kept up to date while the work goes on.

Variants: `together` looks in the message that writes the list, `apart` after it, both tick off each phase; `closing`
ticks what is done only when the work ends; `stepwise` does one thing in each message, where there is little to look at
and a search tells what to read. An item that only looking brought up (`discovered`) joins the list once it is known.
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.actions import Plan, Read
from builder.recipes.change_scenario import change_scenario, looks, merged_edits
from builder.recipes.scenario import Beat, Scenario
from builder.tool_spec import Toolset
from builder.workspaces.catalog import Workspace
from builder.workspaces.tasks import Change

VARIANTS = ("together", "apart", "closing", "stepwise")
_MAX_SERIAL_LOOKS = 2
"""More independent looks than this belong into one message."""


class PlannedChange:
    """tasks/changes.toml on a client that has a task list."""

    def scenarios(self, workspace: Workspace, _toolset: Toolset) -> Iterator[Scenario]:
        for change in workspace.tasks.changes:
            for variant in VARIANTS:
                if variant == "stepwise" and len(looks(change)) > _MAX_SERIAL_LOOKS:
                    continue
                beats = _beats(change, variant)
                yield change_scenario(
                    "planned_change", workspace, change, beats, category="planning", planned=True, variant=variant
                )  # fmt: skip


def _beats(change: Change, variant: str) -> Iterator[Beat]:
    if variant == "stepwise":
        return _stepwise(change)
    return _in_phases(change, ticks=variant != "closing", together=variant == "together")


def _in_phases(change: Change, *, ticks: bool, together: bool) -> Iterator[Beat]:
    start = _plan(change, "start", with_discovered=False)
    if together:
        yield Beat(change.say.look, (start, *looks(change)))
    else:
        yield Beat("", (start,))
        yield Beat(change.say.look, looks(change))
    edits = merged_edits(change.edits)
    yield Beat(change.say.edit, (*((_plan(change, "looked"),) if ticks else ()), edits[0]))
    for edit in edits[1:]:
        yield Beat("", (edit,))
    if change.verify:
        edited = (_plan(change, "edited"),) if ticks else ()
        yield Beat(change.say.verify, (*edited, *change.verify))
    yield Beat("", (_plan(change, "done"),))


def _stepwise(change: Change) -> Iterator[Beat]:
    yield Beat("", (_plan(change, "start", with_discovered=False),))
    in_order = sorted(looks(change), key=lambda action: isinstance(action, Read))
    for number, look in enumerate(in_order):
        yield Beat(change.say.look if number == 0 else "", (look,))
    if change.discovered:
        yield Beat("", (_plan(change, "looked"),))
    for number, edit in enumerate(merged_edits(change.edits)):
        yield Beat(change.say.edit if number == 0 else "", (edit,))
    yield Beat("", (_plan(change, "edited"),))
    for number, check in enumerate(change.verify):
        yield Beat(change.say.verify if number == 0 else "", (check,))
    if change.verify:
        yield Beat("", (_plan(change, "done"),))


def _plan(change: Change, moment: str, *, with_discovered: bool = True) -> Plan:
    done = {"start": 0, "looked": 1, "edited": 2, "done": 3}[moment]
    found = (change.discovered,) if change.discovered and with_discovered else ()
    phases = (change.plan.look, (*change.plan.edit, *found), change.plan.verify)
    return Plan(
        tuple((text, number < done) for number, phase in enumerate(phases) for text in phase)
    )


RECIPE = PlannedChange()
