"""All scenarios that can be had from the chosen workspaces and toolsets, with what each would count for.

What a scenario counts for is known before it is played: a skeleton of its example (requests and calls, no results)
has the same shape.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property

from builder.conversation import Example, Function, Message, Metadata, ToolCall
from builder.coverage import Feature, features_of
from builder.guide import guide_for
from builder.index import request_key
from builder.recipes.registry import bound_scenarios
from builder.recipes.scenario import Bound, BoundMessage
from builder.shape import RECOVERY
from builder.tool_spec import Toolset
from builder.toolkits.loading import load_toolkit
from builder.workspaces.catalog import Workspace


class Candidate:
    """One scenario on one toolset, and the features that its example will have.

    `telling` names surface, recipe and task: two candidates with the same differ only in the edit tool or the variant.
    `request_keys`: one for each way of asking.
    """

    __slots__ = ("bound", "family", "features", "id", "request_keys", "telling")

    def __init__(self, bound: Bound) -> None:
        self.bound = bound
        self.id = bound.id
        self.family = bound.scenario.family
        self.telling = telling_of(bound.id)
        self.request_keys = tuple(request_key(one) for one in bound.scenario.requests)
        self.features: frozenset[Feature] = features_of(skeleton(bound))


def telling_of(candidate_id: str) -> str:
    """Surface, recipe and task of a candidate's id; an explanation is the same on every surface."""
    toolset, _, rest = candidate_id.rpartition("|")
    scenario = rest.split(":")[0]
    surface = "" if scenario.startswith("explanation/") else toolset.split("/")[0]
    return f"{surface}|{scenario}"


class Pool:
    """Every candidate, in a fixed order, found by its id or by a feature."""

    def __init__(
        self,
        workspaces: Sequence[Workspace],
        toolsets: Sequence[Toolset],
        rows: int | None = None,
    ) -> None:
        self.toolsets = tuple(toolsets)
        self.guide = guide_for(self.toolsets, rows)
        self.candidates = [Candidate(bound) for bound in bound_scenarios(workspaces, toolsets)]
        self._by_id = {candidate.id: candidate for candidate in self.candidates}

    @cached_property
    def _by_feature(self) -> dict[Feature, list[Candidate]]:
        found: dict[Feature, list[Candidate]] = {}
        for candidate in self.candidates:
            for feature in candidate.features:
                found.setdefault(feature, []).append(candidate)
        return found

    def find(self, candidate_id: str) -> Candidate | None:
        return self._by_id.get(candidate_id)

    def with_feature(self, feature: Feature) -> list[Candidate]:
        return self._by_feature.get(feature, [])

    @cached_property
    def _surfaces(self) -> dict[str, str]:
        return {tool.name: one.surface for one in self.toolsets for tool in one.tools}

    def surface_of(self, tool: str) -> str:
        """The surface that a tool belongs to, or empty."""
        return self._surfaces.get(tool, "")

    @cached_property
    def tool_names(self) -> list[str]:
        """Every tool of the toolsets in use, gated ones included, sorted."""
        return sorted({tool.name for toolset in self.toolsets for tool in toolset.tools})


def skeleton(bound: Bound) -> Example:
    """The example without results: what would be said and called."""
    messages, ends_at_call = _told(bound)
    scenario, about = bound.scenario, bound.scenario.workspace.about
    metadata = Metadata(
        id="skeleton",
        toolset=bound.toolset.id,
        recipe=scenario.recipe,
        workspace=about.name,
        category=scenario.category,
        areas=scenario.areas,
        languages=about.languages[:1],
        frameworks=about.frameworks,
        reasoned=scenario.reasoned and not ends_at_call,
        shape=(RECOVERY,) if scenario.fails and not ends_at_call else (),
    )
    return Example(tuple(messages), metadata)


def _told(bound: Bound) -> tuple[list[Message], bool]:
    messages: list[Message] = []
    for part in bound.parts:
        messages.append(Message("user", part.request or bound.scenario.requests[0]))
        for message in part.messages:
            calls = tuple(
                ToolCall(f"call_{number}", Function(name, json.dumps(arguments)))
                for number, (name, arguments) in enumerate(message.calls)
            )
            messages.append(Message("assistant", message.say, tool_calls=calls))
            if not _is_played(message, bound):
                return messages, True
    return messages, False


def _is_played(message: BoundMessage, bound: Bound) -> bool:
    toolkit = load_toolkit(bound.toolset.surface)
    return message.plays and all(name in toolkit.tools for name, _ in message.calls)
