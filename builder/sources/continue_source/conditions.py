"""Conditions under which something is offered, as they stand in the source, and how they combine.

gates.py gives them names; offers.py collects them. Nothing here knows what a condition means.
"""

from __future__ import annotations

from typing import NamedTuple


class Condition(NamedTuple):
    """A condition. `text`: as written; `meaning`: what the name in it was set to; `holds`: or not."""

    text: str
    meaning: str
    holds: bool = True

    @property
    def shown(self) -> str:
        """The condition as source."""
        return self.text if self.holds else f"!({self.text})"


Path = tuple[Condition, ...]
"""Conditions that hold together."""


def negated(condition: Condition) -> Condition:
    """The opposite."""
    return condition._replace(holds=not condition.holds)


def simplest(ways: list[Path]) -> Path:
    """One path for several: true when at least one of them is.

    A condition that stands in two ways with both signs drops out; what is left of several ways becomes
    one condition, joined by "or".
    """
    left = list(dict.fromkeys(ways))
    while len(left) > 1:
        joined = next(
            ((a, b, c) for a in left for b in left if (c := _joined(a, b)) is not None), None
        )
        if joined is None:
            text = " || ".join(" && ".join(c.shown for c in way) for way in left)
            return (Condition(text, text),)
        first, second, both = joined
        left = [way for way in left if way not in (first, second)] + [both]
    return left[0]


def _joined(first: Path, second: Path) -> Path | None:
    """Two ways as one: the more general of the two, or both without what only their signs part."""
    if first == second:
        return None
    if set(first) <= set(second):
        return first
    apart = set(first) ^ set(second)
    if len(apart) == 2 and len({c.text for c in apart}) == 1:
        return tuple(c for c in first if c not in apart)
    return None
