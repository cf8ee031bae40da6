"""The guide's numbers (guide.toml) as values. What they count is defined in coverage.py."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict


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


@functools.cache
def read_guide() -> Guide:
    """The guide that ships with the program."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return Guide.model_validate(tomllib.loads(text))
