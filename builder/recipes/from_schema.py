"""Single calls of tools that no action knows, made from their JSON Schema.

For tools that a new release of Continue brings, and for a user's own. What nobody can play ends at the call; what can be
played is answered with its result. A model at least sees such tools called with arguments that their schema allows.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping

from builder.actions import RawCall
from builder.recipes.sampled_arguments import sample_arguments
from builder.recipes.scenario import Beat, Part, Scenario
from builder.tool_spec import Toolset, ToolSpec
from builder.toolkits.loading import known_tools, load_toolkit
from builder.toolkits.playing import Result
from builder.workspaces.catalog import Workspace

_CALLS_PER_WORKSPACE = 2
_SHORT_CHARACTERS = 200
_SHOWN_LINES = 20


class FromSchema:
    """Two calls of each unknown tool in each workspace; one of a tool without parameters."""

    def scenarios(self, workspace: Workspace, toolset: Toolset) -> Iterator[Scenario]:
        known = known_tools(load_toolkit(toolset.surface))
        for spec in toolset.tools:
            if spec.name in known:
                continue
            for number in range(_CALLS_PER_WORKSPACE if spec.properties else 1):
                rng = random.Random(f"{workspace.name}/{spec.name}/{number}")
                arguments = sample_arguments(spec, workspace, rng)
                yield Scenario(
                    recipe="from_schema",
                    workspace=workspace,
                    task=f"{spec.name}-{number}",
                    category="single",
                    requests=tuple(_requests(spec, arguments, workspace)),
                    parts=(Part("", (Beat("", (RawCall(spec.name, arguments),)),), _answer),),
                )


def _requests(
    spec: ToolSpec, arguments: Mapping[str, object], workspace: Workspace
) -> Iterator[str]:
    """Ways to ask: by what the tool says of itself, and by its name."""
    given = ", ".join(f"{_spaced(key)} {_quoted(value)}" for key, value in arguments.items())
    purpose = spec.description.split("\n", 1)[0].split(". ", 1)[0].rstrip(".")
    title = (spec.title or _spaced(spec.name)).lower()
    for what in (purpose[:1].lower() + purpose[1:], title):
        yield f"{what}: {given}" if given else f"{what} for {workspace.name}"
        yield f"Please {what}. {given[:1].upper()}{given[1:]}." if given else f"Please {what}."


def _spaced(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _answer(results: list[Result]) -> str:
    """The result, whole where it is short."""
    text = results[-1].text.strip()
    if not text:
        return "Done; there was nothing to show."
    if "\n" not in text and len(text) <= _SHORT_CHARACTERS:
        return f"Done: {text}"
    lines = text.split("\n")
    shown = "\n".join(lines[:_SHOWN_LINES])
    heading = (
        "This came back:"
        if len(lines) <= _SHOWN_LINES
        else f"{len(lines)} lines came back; the first {_SHOWN_LINES}:"
    )
    return f"{heading}\n\n```\n{shown}\n```"


RECIPE = FromSchema()
