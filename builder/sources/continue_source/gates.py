"""Names for the conditions of offers: gates.toml as a function.

A new condition of a new release needs a new entry there, and no code; without one it is a gate by its own
source text.
"""

import re
import tomllib
from functools import cache
from pathlib import Path as File
from typing import NamedTuple

from builder.sources.continue_source.conditions import Condition, Path

ENABLED_BY_USER = "enabled_by_user"
"""The gate of a tool whose default policy is "disabled"."""


class _Rule(NamedTuple):
    when: re.Pattern[str]
    open: str
    shut: str


@cache
def _rules(surface: str) -> tuple[_Rule, ...]:
    tables = tomllib.loads(File(__file__).with_name("gates.toml").read_text(encoding="utf-8"))
    return tuple(
        _Rule(re.compile(table["when"]), table["open"], table["shut"])
        for table in tables.get(surface, [])
    )


def gates_of(surface: str, path: Path) -> tuple[str, ...]:
    """The gates that a path of conditions asks for, in order."""
    return tuple(dict.fromkeys(gate for c in path for gate in _gates(surface, c)))


def _gates(surface: str, condition: Condition) -> list[str]:
    for rule in _rules(surface):
        if any(rule.when.fullmatch(text) for text in (condition.text, condition.meaning)):
            return [rule.open if condition.holds else rule.shut]
    parts = condition.text.split(" && ")
    if condition.holds and len(parts) > 1 and not re.search(r"[|(?]", condition.text):
        return [gate for part in parts for gate in _gates(surface, _simple(part))]
    return [condition.shown]


def _simple(text: str) -> Condition:
    bare = text.removeprefix("!")
    return Condition(bare, bare, holds=bare == text)
