"""The guide's numbers (guide.toml) as values. What they count is defined in coverage.py."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from builder.tool_spec import CONTINUE_TOOLSETS, Toolset


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Least(_Strict):
    """A count that must be reached."""

    wanted: int


class Share(_Strict):
    """A band for a share of all rows, both ends included; `aim` is where planning steers to within it."""

    low: float
    high: float
    aim: float
    title: str


class Frameworks(_Strict):
    """Frameworks that the guide names, and how many rows each must have."""

    wanted: int
    names: tuple[str, ...]


class OtherToolsets(_Strict):
    """What is asked of a dataset for tools that are not Continue's."""

    rows_a_tool: int


class Guide(_Strict):
    """All targets, and which tools and arguments they speak of."""

    planning_tools: frozenset[str]
    regex_arguments: frozenset[str]
    glob_arguments: frozenset[str]
    command_arguments: frozenset[str]
    total: Least
    each_tool: Least
    each_planning_tool: Least
    shares: dict[str, Share]
    languages: Least
    frameworks: Frameworks
    areas: dict[str, int]
    other_toolsets: OtherToolsets

    def for_tools(self, count: int) -> Guide:
        """The targets for so many tools that are not Continue's: rows for each, and no shares of anything."""
        each = Least(wanted=self.other_toolsets.rows_a_tool)
        nothing: dict[str, object] = {"shares": {}, "areas": {}, "languages": Least(wanted=0)}
        nothing["frameworks"] = Frameworks(wanted=0, names=())
        total = Least(wanted=each.wanted * count)
        return self.model_copy(update={**nothing, "total": total, "each_tool": each})


def guide_for(toolsets: Iterable[Toolset], rows: int | None = None) -> Guide:
    """The guide's numbers, as far as they hold for these toolsets; `rows`: another total."""
    guide = _guide_for(list(toolsets))
    return guide.model_copy(update={"total": Least(wanted=rows)}) if rows else guide


def _guide_for(chosen: list[Toolset]) -> Guide:
    if not chosen or any(one.id in CONTINUE_TOOLSETS for one in chosen):
        return read_guide()
    return read_guide().for_tools(sum(len(one.tools) for one in chosen))


@functools.cache
def read_guide() -> Guide:
    """The guide that ships with the program."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return Guide.model_validate(tomllib.loads(text))
