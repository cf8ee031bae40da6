"""The tools of one release as files of this project, for when no source of Continue is at hand.

Names, parameters, gates and dynamic inputs are facts of that release. Every description and system message is
in this project's own words. `python -m builder.sources.snapshot SOURCE [REF]` compares it with a source;
the texts of tool_specs/ are written by hand.
"""

import sys
from typing import Literal

from builder.errors import BuilderError
from builder.tool_spec import SPECS_DIR, JsonSchema, Surface, ToolSpec, read_surface

_SURFACES: tuple[Literal["ide", "cli"], ...] = ("ide", "cli")


def read_snapshot() -> dict[str, Surface]:
    """The surfaces of tool_specs/, by name. Raises UsageError when a file is missing or wrong."""
    return {name: read_surface(SPECS_DIR / f"continue-{name}.json") for name in _SURFACES}


def differences(ours: Surface, theirs: Surface) -> list[str]:
    """What parts two surfaces, texts aside: tools, parameters, types, gates, flags. Empty when nothing."""
    mine, other = _by_key(ours), _by_key(theirs)
    lines = [f"{ours.name}: {key} is only in {ours.ref}" for key in mine if key not in other]
    lines += [f"{ours.name}: {key} is only in {theirs.ref}" for key in other if key not in mine]
    for key in mine:
        if key in other:
            lines += [f"{ours.name}: {key}: {line}" for line in _parted(mine[key], other[key])]
    return lines


def _by_key(surface: Surface) -> dict[str, ToolSpec]:
    """Tools by name; what is only defined has a key of its own, since it may repeat an offered name."""
    return {
        tool.name if tool.offered else f"{tool.name} (not offered)": tool for tool in surface.tools
    }


def _parted(mine: ToolSpec, other: ToolSpec) -> list[str]:
    pairs = {
        "parameters": (shape_of(mine.parameters), shape_of(other.parameters)),
        "readonly": (mine.readonly, other.readonly),
        "gates": (sorted(mine.gates), sorted(other.gates)),
        "dynamic_inputs": (sorted(mine.dynamic_inputs), sorted(other.dynamic_inputs)),
        "policy": (mine.policy, other.policy),
    }
    return [f"{what}: {a} against {b}" for what, (a, b) in pairs.items() if a != b]


def shape_of(schema: JsonSchema) -> JsonSchema:
    """A schema without its descriptions. A parameter that is called `description` stays."""
    shape: JsonSchema = {}
    for key, value in schema.items():
        if key == "properties" and isinstance(value, dict):
            shape[key] = {name: shape_of(inner) for name, inner in value.items()}
        elif key != "description":
            shape[key] = shape_of(value) if isinstance(value, dict) else value
    return shape


def main(arguments: list[str]) -> int:
    """Compare the snapshot with a source; by default at the snapshot's own release."""
    from builder.sources.continue_source import discover  # noqa: PLC0415 - loads the parser

    snapshot = read_snapshot()
    if not arguments:
        sys.stderr.write("usage: python -m builder.sources.snapshot SOURCE [REF]\n")
        return 2
    ref = arguments[1] if len(arguments) > 1 else snapshot["ide"].ref
    try:
        found = discover(arguments[0], ref)
    except BuilderError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    lines = [line for name in found for line in differences(snapshot[name], found[name])]
    sys.stdout.write("\n".join(lines or [f"the snapshot has the tools of {ref}"]) + "\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
