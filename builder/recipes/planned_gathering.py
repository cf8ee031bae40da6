"""An investigation with a short task list: list what to find out, gather it in parallel, tick it off, report."""

from __future__ import annotations

from collections.abc import Iterator

from builder.actions import Plan
from builder.recipes.scenario import Beat, Part, Scenario
from builder.tool_spec import Toolset
from builder.workspaces.catalog import Workspace
from builder.workspaces.tasks import Script


class PlannedGathering:
    """Gatherings of tasks/scripts.toml on a client that has a task list."""

    def scenarios(self, workspace: Workspace, _toolset: Toolset) -> Iterator[Scenario]:
        for script in workspace.tasks.scripts:
            if script.kind == "gather" and script.plan and len(script.rounds) == 1:
                yield Scenario(
                    recipe="planned_gathering",
                    workspace=workspace,
                    task=script.id,
                    category="planning",
                    requests=script.requests,
                    parts=(Part("", _beats(script), script.answer),),
                    areas=("planning", *script.areas),
                    reasoned=True,
                    pending=script.pending,
                    expects=script.expects,
                )


def _beats(script: Script) -> tuple[Beat, ...]:
    gather = script.rounds[0]
    return (
        Beat("", (_list(script, done=False),)),
        Beat(gather.say, gather.steps),
        Beat("", (_list(script, done=True),)),
    )


def _list(script: Script, *, done: bool) -> Plan:
    return Plan(tuple((item, done) for item in script.plan))


RECIPE = PlannedGathering()
