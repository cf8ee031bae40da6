"""Finds the surfaces to build for: from Continue's source where one is at hand, else from the snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from builder.config import DEFAULT_SOURCE, RunConfig
from builder.errors import SourceError
from builder.sources.snapshot import read_snapshot
from builder.tool_spec import Surface, Toolset, toolset_of


class Discovered(NamedTuple):
    """The surfaces, and one line on where they come from."""

    surfaces: dict[str, Surface]
    origin: str


def discover_surfaces(config: RunConfig) -> Discovered:
    """Read the tools' definitions.

    A source that the user named must work (SourceError); the default one may be out of reach, and the snapshot is
    used then.
    """
    if config.offline:
        return _from_snapshot("offline")
    from builder.sources.continue_source import discover  # noqa: PLC0415 - loads gitpython and the parser

    try:
        surfaces = discover(config.source or DEFAULT_SOURCE, config.ref)
    except SourceError as error:
        if config.source is not None:
            raise
        return _from_snapshot(str(error).split("\n", 1)[0])
    commit = next(iter(surfaces.values())).commit[:10]
    return Discovered(surfaces, f"Continue's source at {config.ref or 'HEAD'} ({commit})")


def _from_snapshot(reason: str) -> Discovered:
    surfaces = read_snapshot()
    ref = next(iter(surfaces.values())).ref
    return Discovered(surfaces, f"the snapshot of {ref} in tool_specs/ ({reason})")


def select_toolsets(surfaces: dict[str, Surface], ids: Iterable[str]) -> list[Toolset]:
    """The toolsets of the given ids. Raises UsageError for an unknown one."""
    return [toolset_of(surfaces, toolset_id) for toolset_id in ids]
