"""Lookups, gatherings, recoveries, follow-ups and single calls, as the tasks of a workspace tell them.

One scenario for each script; the script's kind is its category.
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.actions import Edit, Edits, Read
from builder.recipes.scenario import Beat, Part, Scenario
from builder.tool_spec import Toolset
from builder.toolkits.continue_cli.terminal import JOB_ID
from builder.workspaces.catalog import Workspace
from builder.workspaces.tasks import Round, Script


class ScriptRecipe:
    """tasks/scripts.toml and whatever other file holds [[scripts]]."""

    def scenarios(self, workspace: Workspace, toolset: Toolset) -> Iterator[Scenario]:
        for script in workspace.tasks.scripts:
            beats = _beats(script.rounds)
            if script.kind == "single" and toolset.surface == "cli":
                beats = (*_reads_first(beats), *beats)
            first = Part("", beats, script.answer)
            later = [Part(turn.request, _beats(turn.rounds), turn.answer) for turn in script.then]
            yield Scenario(
                recipe="script",
                workspace=workspace,
                task=script.id,
                category=script.kind,
                requests=tuple(request.replace("{job}", JOB_ID) for request in script.requests),
                parts=(first, *later),
                areas=_areas(script),
                reasoned=script.reasoned or len(beats) > 1,
                fails=script.kind == "recover",
                pending=script.pending,
                open_file=script.open_file,
                chosen=script.chosen,
                expects=script.expects,
            )


def _beats(rounds: tuple[Round, ...]) -> tuple[Beat, ...]:
    return tuple(Beat(one.say, one.steps) for one in rounds)


def _reads_first(beats: tuple[Beat, ...]) -> Iterator[Beat]:
    """The terminal client edits only what has been read, even where the request quotes the code."""
    edits = (action for beat in beats for action in beat.actions)
    paths = dict.fromkeys(one.path for one in edits if isinstance(one, Edit | Edits))
    if paths:
        yield Beat("", tuple(Read(path) for path in paths))


def _areas(script: Script) -> tuple[str, ...]:
    """A gathering serves that area by its nature."""
    areas = tuple(script.areas)
    if script.kind == "gather" and "parallel_gathering" not in areas:
        return (*areas, "parallel_gathering")
    return areas


RECIPE = ScriptRecipe()
