"""Finds the surfaces to build for: Continue's from its source where one is at hand, else from the snapshot; others by id.

`coding` and `codetether` ship with the program; `file:PATH`, `mcp:COMMAND` and `python:MODULE` are a user's own tools,
read by the module of sources/ with that name.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from builder.config import DEFAULT_SOURCE, RunConfig
from builder.errors import DiscoveryError, SourceError, UsageError, choose
from builder.sources.continue_source.checklist import discovery_report
from builder.sources.snapshot import read_snapshot
from builder.tool_spec import (
    CONTINUE_TOOLSETS,
    PACKAGED_TOOLSETS,
    SPECS_DIR,
    Surface,
    Toolset,
    read_surface,
    toolset_of,
)

_CREDENTIAL = re.compile(r"(?i)(?:key|token|secret|password|passwd|credential)s?\s*[=:\s]\s*\S")
OWN_TOOLS = ("file", "mcp", "python")
"""Kinds of toolsets that a user brings: what stands behind the colon says which tools."""


class Discovered(NamedTuple):
    """The surfaces, one line on where they come from, and the report that answers the guide's checklist."""

    surfaces: dict[str, Surface]
    origin: str
    report: str


def discover_surfaces(config: RunConfig) -> Discovered:
    """Read the definitions of all tools that the configuration names.

    Continue's source is asked only where one of its toolsets is named. A source that the user named must work (SourceError, DiscoveryError); the default one may be out of reach, or of a
    newer form than this program knows, and the snapshot is used then. Raises UsageError for an unknown toolset.
    """
    others = {one: surface_of(one) for one in config.toolsets if one not in CONTINUE_TOOLSETS}
    if len(others) == len(config.toolsets):
        return Discovered(others, ", ".join(others), "")
    found = _discover_continue(config)
    return found._replace(surfaces={**found.surfaces, **others})


def known_toolsets(ids: Iterable[str] = ()) -> list[Toolset]:
    """Every toolset that ships with the program, as its snapshot has it, and those of the given ids."""
    chosen = dict.fromkeys((*CONTINUE_TOOLSETS, *PACKAGED_TOOLSETS, *ids))
    surfaces = read_snapshot()
    surfaces |= {one: surface_of(one) for one in chosen if one not in CONTINUE_TOOLSETS}
    return select_toolsets(surfaces, chosen)


def surface_of(toolset_id: str) -> Surface:
    """The tools of a toolset that is not Continue's. Raises UsageError."""
    kind, _, argument = toolset_id.partition(":")
    if toolset_id in PACKAGED_TOOLSETS:
        return read_surface(SPECS_DIR / f"{toolset_id}.json")
    if kind not in OWN_TOOLS or not argument:
        known = [
            *CONTINUE_TOOLSETS,
            *PACKAGED_TOOLSETS,
            "file:PATH",
            "mcp:COMMAND",
            "python:MODULE",
        ]
        raise UsageError(choose("toolset", toolset_id, known))
    if _CREDENTIAL.search(argument):
        raise UsageError(
            f"{kind}: the command seems to hold a key, and it would stand in every row: let a script set the key, "
            f"and give {kind}:SCRIPT"
        )
    surface: Surface = importlib.import_module(f"builder.sources.{kind}").surface(argument)
    return surface


def _discover_continue(config: RunConfig) -> Discovered:
    if config.offline:
        return _from_snapshot("offline")
    # These load gitpython and the parser.
    from builder.sources.continue_source import discover  # noqa: PLC0415
    from builder.sources.continue_source.findings import examine  # noqa: PLC0415

    source = config.source or DEFAULT_SOURCE
    try:
        surfaces = discover(source, config.ref)
        findings = examine(source, next(iter(surfaces.values())).commit)
    except (SourceError, DiscoveryError) as error:
        if config.source is not None:
            raise
        return _from_snapshot(str(error).split("\n", 1)[0])
    commit = next(iter(surfaces.values())).commit[:10]
    origin = f"Continue's source at {config.ref or 'HEAD'} ({commit})"
    return Discovered(surfaces, origin, discovery_report(surfaces, findings))


def _from_snapshot(reason: str) -> Discovered:
    surfaces = read_snapshot()
    ref = next(iter(surfaces.values())).ref
    origin = f"the snapshot of {ref} in tool_specs/ ({reason})"
    return Discovered(surfaces, origin, discovery_report(surfaces))


def select_toolsets(surfaces: dict[str, Surface], ids: Iterable[str]) -> list[Toolset]:
    """The toolsets of the given ids. Raises UsageError for an unknown one."""
    return [toolset_of(surfaces, toolset_id) for toolset_id in ids]
