"""How a request for examples begins: what examples are, the tools and files of a place, briefs, and rows that show the way.

Used by whoever has several briefs written at once, and by a dry run, which only counts.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from builder.conversation import Example, Message
from builder.prompts import render
from builder.scene import Scene
from builder.strategies.brief import Brief
from builder.strategies.ground import excerpts_of, listing_of, names_of
from builder.strategies.script import scripted_of
from builder.tool_spec import Toolset
from builder.toolkits.loading import load_toolkit
from builder.workspaces.catalog import Workspace

_FEWEST_EXCERPTS = 3


@dataclass(frozen=True, slots=True)
class Places:
    """Where examples are told: toolsets by id, workspaces by name. Beginnings that stay the same are kept."""

    toolsets: Mapping[str, Toolset]
    workspaces: Mapping[str, Workspace]
    seed: int
    _systems: dict[tuple[object, ...], str] = field(default_factory=dict)

    def system(self, briefs: Sequence[Brief]) -> str:
        """What stays the same for a place: what examples are, its tools, its files. All briefs are of one place."""
        scene = briefs[0].scene
        gates = frozenset(gate for one in briefs for gate in one.scene.gates)
        key = (scene.toolset, scene.workspace, scene.pending, gates)
        if key not in self._systems:
            workspace = self.workspaces[scene.workspace]
            self._systems[key] = render(
                "author/system",
                tools=_told(self.toolsets[scene.toolset], gates),
                workspace=workspace.about,
                root=workspace.root,
                files=listing_of(workspace, scene.pending),
                pending=scene.pending,
                **self._world(scene, gates),
            )
        return self._systems[key]

    def world(self, brief: Brief) -> str:
        """What can be played in a brief's place, for a model that acts there."""
        return render("world", **self._world(brief.scene, frozenset(brief.scene.gates)))

    def _world(self, scene: Scene, gates: frozenset[str]) -> dict[str, object]:
        toolset, workspace = self.toolsets[scene.toolset], self.workspaces[scene.workspace]
        offered = toolset.offered(gates)
        played = load_toolkit(toolset.surface).tools
        return {
            "names": names_of(workspace, scene.pending),
            "offered": [one.name for one in offered],
            "unplayed": [one.name for one in offered if one.name not in played],
            "runs_commands": any("command" in one.properties for one in offered),
        }


def opening(briefs: Sequence[Brief], places: Places, shots: Sequence[Example]) -> list[Message]:
    """The request: what stays the same for a place comes first, so that providers can cache it."""
    first = briefs[0]
    workspace = places.workspaces[first.scene.workspace]
    wanted = list(dict.fromkeys(path for one in briefs for path in one.paths))
    count = max(_FEWEST_EXCERPTS, len(briefs))
    rng = random.Random(f"{places.seed}/{first.candidate}/{first.number}")
    user = render(
        "author/request",
        briefs=briefs,
        excerpts=excerpts_of(workspace, first.scene.pending, wanted, count, rng),
        shots=[as_text(scripted_of(one, 0)) for one in shots],
    )
    return [Message("system", places.system(briefs)), Message("user", user)]


def _told(toolset: Toolset, gates: frozenset[str]) -> list[dict[str, object]]:
    """The tools as a model is told of them, those behind an open gate included."""
    return [
        {"name": one.name, "description": one.description, "parameters": as_text(one.parameters)}
        for one in toolset.offered(gates)
    ]


def as_text(value: object) -> str:
    """A value as JSON."""
    return msgspec.json.encode(value).decode()
