"""What a dataset has, counted row by row, against what the guide wants.

Counting is incremental: a tally is added to, never recomputed. Definitions:

- a row counts for every tool that it calls, once; for every area, language and framework that it serves;
- parallel, multi-turn, planning, explanation, simple, medium, complex: see shape.py; targets are shares of all rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from builder.conversation import Example
from builder.guide import Guide
from builder.shape import shape_of

Kind = Literal["total", "tool", "label", "complexity", "area", "language", "framework", "category", "workspace", "toolset", "recipe"]  # fmt: skip
Feature = tuple[str, str]
"""Kind and name of one thing that a row counts for, e.g. ("tool", "read_file")."""


def features_of(example: Example) -> frozenset[Feature]:
    """Everything that a row counts for."""
    shape, metadata = shape_of(example), example.metadata
    found: set[Feature] = {("total", "rows"), ("complexity", shape.complexity)}
    found.update(("tool", call.name) for call in example.calls)
    found.update(("label", label) for label in shape.labels)
    found.update(("area", area) for area in metadata.areas)
    found.update(("language", name) for name in metadata.languages)
    found.update(("framework", name) for name in metadata.frameworks)
    single = {
        "category": metadata.category,
        "workspace": metadata.workspace,
        "toolset": metadata.toolset,
        "recipe": metadata.recipe or metadata.strategy or metadata.model,
    }
    found.update((kind, value) for kind, value in single.items() if value)
    return frozenset(found)


class Coverage:
    """A tally of features over all rows."""

    def __init__(self, counts: Mapping[Feature, int] | None = None) -> None:
        self.counts: Counter[Feature] = Counter(counts or {})

    def add(self, features: Iterable[Feature]) -> None:
        """Count one row."""
        self.counts.update(features)

    @property
    def total(self) -> int:
        """Number of rows."""
        return self.counts["total", "rows"]

    def count(self, kind: str, name: str) -> int:
        """How many rows have a feature."""
        return self.counts[kind, name]

    def of_kind(self, kind: str) -> dict[str, int]:
        """All names of a kind with their counts, most frequent first."""
        found = {name: n for (k, name), n in self.counts.items() if k == kind and n}
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def share(self, kind: str, name: str) -> float:
        """A count as a share of all rows; 0 for an empty dataset."""
        return self.count(kind, name) / self.total if self.total else 0.0


class Target(msgspec.Struct, frozen=True):
    """One number that the guide asks for and where the dataset stands.

    `wanted`: the least count, or the lower end of the band; `at_most`: the upper end, None for a count. `actual` and
    both ends are shares (0 to 1) where `unit` is "share", rows or names otherwise. `features`: what counts for it.
    """

    id: str
    title: str
    unit: Literal["rows", "share", "names"]
    wanted: float
    at_most: float | None
    actual: float
    met: bool
    features: tuple[Feature, ...] = ()


def targets(coverage: Coverage, tools: Iterable[str], guide: Guide) -> list[Target]:
    """Every target with its state. `tools`: names of all tools of the toolsets in use."""
    found = [_count("total", "Examples", guide.total.wanted, coverage, [("total", "rows")])]
    found += [_share(name, coverage, guide) for name in guide.shares]
    for tool in tools:
        planning = tool in guide.planning_tools
        wanted = (guide.each_planning_tool if planning else guide.each_tool).wanted
        title = f"{'Planning tool' if planning else 'Tool'} {tool}"
        found.append(_count(f"tool:{tool}", title, wanted, coverage, [("tool", tool)]))
    for area, wanted in guide.areas.items():
        title = f"Area {area.replace('_', ' ')}"
        found.append(_count(f"area:{area}", title, wanted, coverage, [("area", area)]))
    if guide.languages.wanted:
        languages = len(coverage.of_kind("language"))
        found.append(_named("languages", "Languages", guide.languages.wanted, languages))
    for name in guide.frameworks.names:
        wanted = guide.frameworks.wanted
        found.append(_count(f"framework:{name}", f"Framework {name}", wanted, coverage, [("framework", name)]))  # fmt: skip
    return found


def _count(
    target_id: str, title: str, wanted: int, coverage: Coverage, features: list[Feature]
) -> Target:
    actual = sum(coverage.counts[feature] for feature in features)
    return Target(target_id, title, "rows", wanted, None, actual, actual >= wanted, tuple(features))


def _named(target_id: str, title: str, wanted: int, actual: int) -> Target:
    return Target(target_id, title, "names", wanted, None, actual, actual >= wanted)


def share_feature(name: str) -> Feature:
    """The feature that a share of the guide counts."""
    return ("complexity" if name in ("simple", "medium", "complex") else "label", name)


def _share(name: str, coverage: Coverage, guide: Guide) -> Target:
    band, feature = guide.shares[name], share_feature(name)
    actual = coverage.share(*feature)
    met = band.low <= actual <= band.high
    return Target(
        f"share:{name}", band.title, "share", band.low, band.high, round(actual, 4), met, (feature,)
    )
