"""Single calls of tools that no action knows, made from their JSON Schema; the example ends at the call.

For tools that a new release of Continue brings, or that the user's own toolset has: until somebody writes how they are
used and what they answer, a model at least sees them called with arguments that their schema allows.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence

from builder.actions import RawCall
from builder.recipes.scenario import Beat, Part, Scenario
from builder.tool_spec import JsonSchema, Toolset, ToolSpec
from builder.toolkits.session import known_tools, load_toolkit
from builder.workspaces.catalog import Workspace

_PATH_WORDS = ("path", "file", "dir", "folder")
_CALLS_PER_WORKSPACE = 2


class FromSchema:
    """Two calls of each unknown tool in each workspace."""

    def scenarios(self, workspace: Workspace, toolset: Toolset) -> Iterator[Scenario]:
        known = known_tools(load_toolkit(toolset.surface))
        for spec in toolset.tools:
            if spec.name in known:
                continue
            for number in range(_CALLS_PER_WORKSPACE):
                rng = random.Random(f"{workspace.name}/{spec.name}/{number}")
                arguments = sample_arguments(spec, workspace, rng)
                yield Scenario(
                    recipe="from_schema",
                    workspace=workspace,
                    task=f"{spec.name}-{number}",
                    category="single",
                    requests=tuple(_requests(spec, arguments)),
                    parts=(Part("", (Beat("", (RawCall(spec.name, arguments),)),), ""),),
                )


def sample_arguments(spec: ToolSpec, workspace: Workspace, rng: random.Random) -> dict[str, object]:
    """Arguments that the schema allows: all required ones, and each optional one half of the time."""
    return {
        name: sample_value(name, schema, workspace, rng)
        for name, schema in spec.properties.items()
        if name in spec.required or rng.random() < 0.5
    }


def sample_value(name: str, schema: JsonSchema, workspace: Workspace, rng: random.Random) -> object:
    """One value of a schema; strings are taken from the workspace where the name says what they are."""
    if isinstance(schema.get("enum"), list):
        return rng.choice(_list(schema["enum"]))
    kind = schema.get("type", "string")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "string")
    if kind == "object":
        return _object(schema, workspace, rng)
    if kind == "array":
        items = schema.get("items")
        inner = items if isinstance(items, dict) else {}
        return [sample_value(name, inner, workspace, rng) for _ in range(rng.randint(1, 2))]
    return _scalar(str(kind), name, schema, workspace, rng)


def _object(schema: JsonSchema, workspace: Workspace, rng: random.Random) -> dict[str, object]:
    properties = schema.get("properties")
    found = properties if isinstance(properties, Mapping) else {}
    return {str(key): sample_value(str(key), value, workspace, rng) for key, value in found.items()}


def _scalar(
    kind: str, name: str, schema: JsonSchema, workspace: Workspace, rng: random.Random
) -> object:
    if kind == "boolean":
        return rng.random() < 0.5
    if kind in ("integer", "number"):
        return rng.randint(_number(schema, "minimum", 1), _number(schema, "maximum", 50))
    if kind == "null":
        return None
    return _text(name, workspace, rng)


def _number(schema: JsonSchema, key: str, default: int) -> int:
    value = schema.get(key, default)
    return int(value) if isinstance(value, int | float) else default


def _text(name: str, workspace: Workspace, rng: random.Random) -> str:
    lowered = name.lower()
    paths = sorted(path for path in workspace.tree().entries if not path.startswith("."))
    if any(word in lowered for word in _PATH_WORDS):
        return rng.choice(paths)
    if "url" in lowered:
        return rng.choice(sorted(workspace.pages) or ["https://docs.project.example/"])
    stem = rng.choice(paths).rsplit("/", 1)[-1].split(".")[0]
    return stem or workspace.name


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [value]


def _requests(spec: ToolSpec, arguments: Mapping[str, object]) -> Iterator[str]:
    what = (spec.title or spec.name.replace("_", " ")).lower()
    given = ", ".join(
        f"{key} {json.dumps(value, ensure_ascii=False)}" for key, value in arguments.items()
    )
    yield f"{what}: {given}" if given else f"{what}, please"
    yield f"I need you to {what} with {given}." if given else f"I need you to {what} now."


RECIPE = FromSchema()
