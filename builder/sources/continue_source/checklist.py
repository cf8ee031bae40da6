"""The guide's "Source Code Examination Checklist", answered from what was discovered, as Markdown.

Takes surfaces (discovered ones or the snapshot) and, where a source is at hand, findings.py's counts. States
what is there; names of the guide that are nowhere are reported as absent and never made up.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from builder.sources.continue_source.findings import Findings
from builder.tool_spec import Surface, ToolSpec

_MOST_FILES = 8
_SURFACE_NAMES = {"ide": "editor extension (ide)", "cli": "terminal program (cli)"}
_PARALLEL = re.compile(
    r"[^.\n]*\b(?:parallel|simultaneous(?:ly)?|at once|alongside|same turn)\b[^.\n]*", re.IGNORECASE
)


class GuideTool(NamedTuple):
    """A name of the guide. `known_as`: what Continue calls it, where it has it."""

    name: str
    known_as: tuple[str, ...]
    planning: bool


@cache
def guide_tools() -> tuple[GuideTool, ...]:
    """The guide's names, from guide_tools.toml."""
    text = Path(__file__).with_name("guide_tools.toml").read_text(encoding="utf-8")
    return tuple(
        GuideTool(tool["name"], tuple(tool["known_as"]), tool.get("planning", False))
        for tool in tomllib.loads(text)["tool"]
    )


def discovery_report(surfaces: dict[str, Surface], findings: Findings | None = None) -> str:
    """The report of a run's discovery. Without findings, what only the source tells stays open."""
    sections = [
        _heading(surfaces),
        *(_surface_section(surface) for surface in surfaces.values()),
        _guide_section(surfaces),
        _checklist_section(surfaces, findings),
        _new_section(surfaces),
    ]
    return "\n\n".join(sections) + "\n"


def _heading(surfaces: dict[str, Surface]) -> str:
    surface = next(iter(surfaces.values()))
    origin = (
        "Taken from the snapshot in `tool_specs/`, without a source at hand: names, parameters and gates"
        " are those of the release, all descriptions and system messages are the snapshot's own words."
        if surface.snapshot
        else "Read from the source at this commit."
    )
    return f"# Discovery: Continue {surface.ref}\n\nCommit `{surface.commit}`. {origin}"


def _surface_section(surface: Surface) -> str:
    offered = sum(tool.offered for tool in surface.tools)
    rows = [
        f"| `{tool.name}` | {_offer(tool)} | {'yes' if tool.readonly else 'no'} |"
        f" {_parameters(tool)} | {_inputs(tool)} | `{tool.source}` |"
        for tool in surface.tools
    ]
    head = (
        f"## Tools of the {_SURFACE_NAMES[surface.name]}\n\n"
        f"{len(surface.tools)} defined, {offered} of them offered. Required parameters have a star.\n\n"
        "| tool | offered when | read-only | parameters | text depends on | file |\n"
        "| --- | --- | --- | --- | --- | --- |"
    )
    return "\n".join([head, *rows])


def _offer(tool: ToolSpec) -> str:
    if not tool.offered:
        return "never"
    return " and ".join(_cell(gate) for gate in tool.gates) or "always"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _inputs(tool: ToolSpec) -> str:
    return ", ".join(tool.dynamic_inputs) or "nothing"


def _parameters(tool: ToolSpec) -> str:
    described = [
        f"`{name}`{'*' if name in tool.required else ''} {_type_of(schema)}"
        for name, schema in tool.properties.items()
    ]
    missing = [
        f"`{n}`* (required, not described)" for n in tool.required if n not in tool.properties
    ]
    return ", ".join(described + missing) or "none"


def _type_of(schema: dict[str, object]) -> str:
    items = schema.get("items")
    if isinstance(items, dict):
        inner = items.get("properties")
        fields = (
            f" of {{{', '.join(inner)}}}" if isinstance(inner, dict) else f" of {items.get('type')}"
        )
        return f"{schema.get('type')}{fields}"
    return str(schema.get("type", "any"))


def _named(surfaces: dict[str, Surface], names: tuple[str, ...]) -> list[str]:
    """Where these names exist, and whether they are ever offered."""
    found: dict[tuple[str, str], bool] = {}
    for surface in surfaces.values():
        for tool in surface.tools:
            if _bare(tool.name) in names:
                key = (surface.name, tool.name)
                found[key] = found.get(key, False) or tool.offered
    return [
        f"{surface} `{name}`{'' if offered else ' (defined, never offered)'}"
        for (surface, name), offered in found.items()
    ]


def _bare(name: str) -> str:
    """A name without the prefix that the extension's tools had from v0.9.244 to v1.1.54."""
    return name.removeprefix("builtin_")


def _guide_section(surfaces: dict[str, Surface]) -> str:
    rows = [
        f"| `{tool.name}` | {', '.join(_named(surfaces, tool.known_as)) or '**absent**'} |"
        for tool in guide_tools()
    ]
    return "\n".join(["## The guide's names", "", "| guide | here |", "| --- | --- |", *rows])


def _checklist_section(surfaces: dict[str, Surface], findings: Findings | None) -> str:
    answers = [
        ("Found all tool definitions and their argument schemas", _definitions_answer(surfaces)),
        ("Identified planning/agentic commands", _planning_answer(surfaces)),
        ("Reviewed example workflows from the codebase", _workflow_answer(findings)),
        ("Noted any special tool combinations or patterns", _combination_answer(surfaces)),
        ("Checked for error handling and retry mechanisms", _error_answer(findings)),
        ("Examined multi-turn conversation examples", _turn_answer(surfaces, findings)),
    ]
    is_snapshot = any(surface.snapshot for surface in surfaces.values())
    reason = "no source at hand" if is_snapshot else "the source was not searched for it"
    lines = ["## Source Code Examination Checklist"]
    for question, answer in answers:
        lines += ["", f"- [{'x' if answer else ' '}] {question}"]
        lines += [f"  - {line}" for line in answer or [f"not examined: {reason}"]]
    return "\n".join(lines)


def _definitions_answer(surfaces: dict[str, Surface]) -> list[str]:
    return [
        f"{name}: {len(surface.tools)} definitions,"
        f" {sum(len(tool.properties) for tool in surface.tools)} parameters"
        for name, surface in surfaces.items()
    ]


def _planning_answer(surfaces: dict[str, Surface]) -> list[str]:
    planning = [tool for tool in guide_tools() if tool.planning]
    lines = []
    for tool in planning:
        places = _named(surfaces, tool.known_as)
        lines.append(f"`{tool.name}`: {', '.join(places) or 'absent; no example may call it'}")
    for name, surface in surfaces.items():
        if "plan" in surface.system_messages:
            readers = sum(tool.offered and tool.readonly for tool in surface.tools)
            lines.append(
                f"{name}: a plan mode, with the {readers} read-only tools and its own message"
            )
    return lines


def _workflow_answer(findings: Findings | None) -> list[str]:
    if findings is None:
        return []
    total = sum(findings.conversations.values())
    return [
        f"{total} assistant messages with tool calls in {len(findings.conversations)} test files",
        *_listed(findings.conversations),
    ]


def _combination_answer(surfaces: dict[str, Surface]) -> list[str]:
    lines = []
    for name, surface in surfaces.items():
        for tool in surface.tools:
            others = _tools_named_in(tool, surface) if tool.offered else []
            if others:
                lines.append(
                    f"{name}: `{tool.name}` refers to {', '.join(f'`{o}`' for o in others)}"
                )
        choices = sorted({gate for tool in surface.tools for gate in tool.gates if "model" in gate})
        for gate in choices:
            chosen = [f"`{tool.name}`" for tool in surface.tools if gate in tool.gates]
            lines.append(f"{name}: only for {gate}: {', '.join(chosen)}")
    return lines


def _tools_named_in(tool: ToolSpec, surface: Surface) -> list[str]:
    """Other tools that a description names: as code, before the word "tool", or by a long name."""
    names = dict.fromkeys(other.name for other in surface.tools if other.name != tool.name)
    return [
        name
        for name in names
        if re.search(rf"`{name}`|\b{name} tool\b", tool.description)
        or ("_" in name and re.search(rf"\b{name}\b", tool.description))
    ]


def _error_answer(findings: Findings | None) -> list[str]:
    if findings is None:
        return []
    used = [reason for reason, count in findings.error_reasons.items() if count]
    return [
        f"{len(findings.error_reasons)} reasons for a failure (ContinueErrorReason),"
        f" {len(used)} of them in use: {', '.join(used)}",
        f"{sum(findings.throwing_files.values())} places in {len(findings.throwing_files)} files make"
        " an error with a reason",
        *_listed(findings.throwing_files),
        f"{len(findings.retry_functions)} functions retry: "
        + (
            ", ".join(f"`{f}` ({n} other files)" for f, n in findings.retry_functions.items())
            or "none"
        ),
    ]


def _turn_answer(surfaces: dict[str, Surface], findings: Findings | None) -> list[str]:
    hints = [f"{where}: “{sentence}”" for where, sentence in _parallel_hints(surfaces)]
    modes = [
        f"{name}: a system message for {', '.join(surface.system_messages)}"
        for name, surface in surfaces.items()
        if surface.system_messages
    ]
    recorded = []
    if findings is not None:
        recorded = [
            f"{len(findings.conversations)} test files with recorded tool calls (see above)"
        ]
    return modes + (hints or ["no text speaks of parallel calls"]) + recorded


def _parallel_hints(surfaces: dict[str, Surface]) -> Iterator[tuple[str, str]]:
    for name, surface in surfaces.items():
        for mode, message in surface.system_messages.items():
            for match in _PARALLEL.finditer(message):
                yield f"{name}, {mode} message", match[0].strip()
        for tool in surface.tools:
            hint = _PARALLEL.search(tool.description) if tool.offered else None
            if hint:
                yield f"{name}, `{tool.name}`", hint[0].strip(" -0123456789")


def _listed(counts: dict[str, int]) -> list[str]:
    most = list(counts.items())[:_MOST_FILES]
    left = len(counts) - len(most)
    return [f"`{path}`: {count}" for path, count in most] + ([f"{left} more files"] if left else [])


def _new_section(surfaces: dict[str, Surface]) -> str:
    of_guide = {name for tool in guide_tools() for name in (tool.name, *tool.known_as)}
    lines = []
    for name, surface in surfaces.items():
        new = dict.fromkeys(tool.name for tool in surface.tools if _bare(tool.name) not in of_guide)
        lines.append(f"- {name}: {', '.join(f'`{tool}`' for tool in new) or 'none'}")
    return "\n".join(["## Tools that the guide does not have", "", *lines])
