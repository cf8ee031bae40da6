"""Where in a page the writer is, and what a rule can say: the words that rules.py, tables.py and markdown.py share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from builder.toolkits.continue_core.web.tree import Element

Surroundings = Literal["page", "code", "link", "table", "row", "cell"]
"""Each knows rules for other tags; a tag without a rule is written as what stands in it."""


@dataclass(slots=True)
class Counter:
    """The number of the last item of a numbered list."""

    value: int = 0


@dataclass(slots=True)
class TableNotes:
    """What is found inside a table and written before it."""

    caption: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element stands. `depth`: lists around it, less one. `is_code`: nothing is escaped."""

    surroundings: Surroundings = "page"
    parent: Element | None = None
    list_tag: str = ""
    depth: int = -1
    counter: Counter = field(default_factory=Counter)
    table: TableNotes = field(default_factory=TableNotes)
    keeps_space: bool = False
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """How an element is written: line breaks around it, a prefix, what stands in it, a postfix.

    `content` is written in place of what stands in it. `finish` gets what was written for that and gives what it
    becomes; None removes the element. `is_mark`: it opens with a mark that must not touch the same mark.
    """

    newlines: int = 0
    prefix: str = ""
    postfix: str = ""
    content: str | None = None
    finish: Callable[[str], str | None] | None = None
    is_mark: bool = False
    is_code: bool = False
    is_ignored: bool = False
    surroundings: Surroundings | None = None

    def place_of_children(self, place: Place) -> Place:
        return replace(
            place,
            is_code=place.is_code or self.is_code,
            surroundings=self.surroundings or place.surroundings,
        )


Maker = Callable[[Element, Place], Rule]


def always(rule: Rule) -> Maker:
    """The same rule wherever the element stands."""
    return lambda _element, _place: rule
