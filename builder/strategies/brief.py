"""What the next example must be, told without its words: from a want and the scenario that the planner gave it.

The planner counts with scenarios that ship with the program; a model writes something of its own to the same measure: in
the same place, with the same tools, of the same shape.
"""

from __future__ import annotations

import msgspec

from builder.conversation import Arguments
from builder.guide import read_guide
from builder.planning import Want
from builder.pool import Candidate
from builder.recipes.scenario import Bound
from builder.scene import Scene
from builder.toolkits.continue_cli.terminal import JOB_ID
from builder.toolkits.loading import load_toolkit

_PATH_ARGUMENTS = ("filepath", "file_path", "path", "dirPath")


class Brief(msgspec.Struct, frozen=True):
    """One example to be written.

    `number`: the want's, unique in a batch. `tools`: those that it should call. `labels`: see shape.py. `parts`: how
    many times the user speaks. `paths`: files that it may well be about. `calls_at_once`: in its widest message. `idea`: a
    scenario to follow; `origin` its id. `mistakes`: what an evaluated model got wrong, that this example shows right.
    `ends_at`: the tool of a last call that cannot be played.
    """

    number: int
    gap: str
    candidate: str
    request: int
    scene: Scene
    tools: tuple[str, ...]
    labels: tuple[str, ...]
    complexity: str
    category: str
    areas: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    reasoned: bool = False
    fails: bool = False
    parts: int = 1
    messages: int = 1
    calls_at_once: int = 1
    paths: tuple[str, ...] = ()
    idea: str = ""
    origin: str = ""
    mistakes: tuple[str, ...] = ()
    ends_at: str = ""

    @property
    def planning_tool(self) -> str:
        """The tool that plans are written with, of those to be called."""
        return next((name for name in self.tools if name in read_guide().planning_tools), "")

    @property
    def is_declined(self) -> bool:
        """Whether the user refuses what the client asks leave for (toolkits/leave.py)."""
        return self.scene.chosen == "no" and "AskQuestion" not in self.tools

    @property
    def job_id(self) -> str:
        """The name of the job in the background."""
        return JOB_ID if self.scene.job else ""


def brief_of(want: Want, candidate: Candidate) -> Brief:
    """The measure of a scenario, without its words."""
    bound, scenario = candidate.bound, candidate.bound.scenario
    about = scenario.workspace.about
    named = {kind: name for kind, name in candidate.features if kind == "complexity"}
    messages = [message for part in bound.parts for message in part.messages]
    return Brief(
        number=want.number,
        gap=want.gap,
        candidate=want.candidate,
        request=want.request,
        scene=scene_of(bound),
        tools=tuple(dict.fromkeys(name for name, _ in bound.calls)),
        labels=tuple(sorted(name for kind, name in candidate.features if kind == "label")),
        complexity=named.get("complexity", "simple"),
        category=scenario.category,
        areas=scenario.areas,
        languages=about.languages[:1],
        frameworks=about.frameworks,
        reasoned=scenario.reasoned,
        fails=scenario.fails,
        parts=len(bound.parts),
        messages=len(messages),
        calls_at_once=max((len(message.calls) for message in messages), default=0),
        paths=_paths(bound),
        ends_at=_unplayed(bound),
    )


def _unplayed(bound: Bound) -> str:
    """The tool of the call that the scenario ends at, or nothing."""
    played = load_toolkit(bound.toolset.surface).tools
    for message in (one for part in bound.parts for one in part.messages):
        for name, _ in message.calls:
            if name not in played or (
                not message.plays and name not in read_guide().planning_tools
            ):
                return name
    return ""


def scene_of(bound: Bound) -> Scene:
    """Where a scenario is played."""
    scenario = bound.scenario
    return Scene(
        toolset=bound.toolset.id,
        workspace=scenario.workspace.name,
        gates=bound.gates,
        pending=scenario.pending,
        open_file=scenario.open_file,
        chosen=bound.chosen,
        job=bound.job,
        web_results=tuple((query, *found) for query, found in bound.web_results.items()),
    )


def _paths(bound: Bound) -> tuple[str, ...]:
    """The files that the scenario names, as the workspace knows them."""
    root = f"{bound.scenario.workspace.root}/"
    tree = bound.scenario.workspace.tree(bound.scenario.pending)
    named = (
        value.removeprefix(root) for _, arguments in bound.calls for value in _named(arguments)
    )
    return tuple(dict.fromkeys(path for path in named if path in tree.entries))


def _named(arguments: Arguments) -> list[str]:
    found = (arguments.get(name) for name in _PATH_ARGUMENTS)
    return [value for value in found if isinstance(value, str)]
