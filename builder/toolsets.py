"""Finds the surfaces to build for: from Continue's source where one is at hand, else from the snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from builder.config import DEFAULT_SOURCE, RunConfig
from builder.errors import DiscoveryError, SourceError
from builder.sources.continue_source.checklist import discovery_report
from builder.sources.snapshot import read_snapshot
from builder.tool_spec import Surface, Toolset, toolset_of


class Discovered(NamedTuple):
    """The surfaces, one line on where they come from, and the report that answers the guide's checklist."""

    surfaces: dict[str, Surface]
    origin: str
    report: str


def discover_surfaces(config: RunConfig) -> Discovered:
    """Read the tools' definitions.

    A source that the user named must work (SourceError, DiscoveryError); the default one may be out of reach, or of a
    newer form than this program knows, and the snapshot is used then.
    """
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
