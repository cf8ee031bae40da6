"""What each tag becomes in Markdown, in each of the surroundings: what node-html-markdown 1.3.0 does by default.

tags.toml lists the tags, marks.py has the texts of marks and items, tables.py those of tables; markdown.py applies
the rules.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from builder.toolkits.continue_core.javascript import SPACE
from builder.toolkits.continue_core.web.marks import (
    finish_inline_code,
    finish_item,
    finish_link,
    finish_mark,
    finish_quote,
    link_address,
)
from builder.toolkits.continue_core.web.surroundings import Maker, Place, Rule, Surroundings, always
from builder.toolkits.continue_core.web.tables import (
    finish_cell,
    finish_row,
    finish_table,
    take_caption,
)
from builder.toolkits.continue_core.web.tree import Element

_TAGS: dict[str, list[str]] = tomllib.loads(
    (Path(__file__).parent / "tags.toml").read_text(encoding="utf-8")
)
_HEADINGS = ("H1", "H2", "H3", "H4", "H5", "H6")
IS_KEPT_WHEN_EMPTY = frozenset((*_HEADINGS, "OL", "UL", "LI", "CODE", "TABLE", "A", "IMG"))
_LANGUAGE = re.compile(f"language-([^{SPACE}]+)")
_DATA_IMAGE = re.compile("data:", re.IGNORECASE)


def rule_for(element: Element, place: Place) -> Rule | None:
    """The rule for an element where it stands; None where only what stands in it counts."""
    maker = _RULES[place.surroundings].get(element.tag)
    return None if maker is None else maker(element, place)


def _heading(element: Element, _place: Place) -> Rule:
    return Rule(newlines=2, prefix="#" * int(element.tag[1]) + " ")


def _item(_element: Element, place: Place) -> Rule:
    indent = "   " * max(0, place.depth)
    bullet = f"{place.counter.value}. " if place.list_tag == "OL" else "* "
    return Rule(newlines=1, prefix=indent + bullet, finish=partial(finish_item, indent=indent))


def _code(element: Element, place: Place) -> Rule:
    parent = place.parent
    if parent is None or parent.tag != "PRE" or len(parent.children) > 1:
        return Rule(is_mark=True, is_code=True, finish=finish_inline_code)
    language = _LANGUAGE.search(element.attributes.get("class", ""))
    fence = f"```{language[1] if language else ''}\n"
    return Rule(prefix=fence, postfix="\n```", is_code=True, surroundings="code")


def _link(element: Element, _place: Place) -> Rule:
    href = element.attributes.get("href", "")
    if not href:
        return Rule()
    address = link_address(href)
    if element.text == href:
        return Rule(content=f"<{address}>")
    title = element.attributes.get("title", "")
    shown = f' "{title}"' if title else ""
    return Rule(prefix="[", postfix=f"]({address}{shown})", finish=finish_link, surroundings="link")


def _image(element: Element, _place: Place) -> Rule:
    source, alt, title = (element.attributes.get(name, "") for name in ("src", "alt", "title"))
    if not source or _DATA_IMAGE.match(source):
        return Rule(is_ignored=True)
    shown = f' "{title}"' if title else ""
    return Rule(content=f"![{alt}]({source}{shown})")


def _table(_element: Element, place: Place) -> Rule:
    return Rule(newlines=2, surroundings="table", finish=partial(finish_table, notes=place.table))


def _caption(_element: Element, place: Place) -> Rule:
    return Rule(surroundings="cell", finish=partial(take_caption, notes=place.table))


def _mark(delimiter: str) -> Maker:
    return always(Rule(is_mark=True, finish=partial(finish_mark, delimiter=delimiter)))


def _each(tags: Iterable[str], maker: Maker) -> dict[str, Maker]:
    return dict.fromkeys(tags, maker)


_MARKS = {
    **_each(("STRONG", "B"), _mark("**")),
    **_each(("DEL", "S", "STRIKE"), _mark("~~")),
    **_each(("EM", "I"), _mark("_")),
    "IMG": _image,
}
_LISTS = {**_each(("OL", "UL"), always(Rule(newlines=1))), "LI": _item}
_BASE = {
    **_each(_TAGS["blocks"], always(Rule(newlines=2))),
    **_each(_TAGS["ignored"], always(Rule(is_ignored=True))),
}
_CELL = always(Rule(prefix=" ", postfix=" |", finish=finish_cell, surroundings="cell"))
_ROW = always(Rule(prefix="| ", postfix="\n", finish=finish_row, surroundings="row"))

_RULES: dict[Surroundings, dict[str, Maker]] = {
    "page": {
        **_BASE,
        **_MARKS,
        **_LISTS,
        **_each(_HEADINGS, _heading),
        "PRE": always(Rule(newlines=2, is_code=True)),
        "BR": always(Rule(content="  \n")),
        "HR": always(Rule(newlines=2, content="---")),
        "BLOCKQUOTE": always(Rule(newlines=2, finish=finish_quote)),
        "CODE": _code,
        "TABLE": _table,
        "A": _link,
    },
    "code": {
        **_BASE,
        **_LISTS,
        **_each(_HEADINGS, always(Rule(newlines=2, prefix="[", postfix="]"))),
        "BR": always(Rule(content="\n")),
        "HR": always(Rule(newlines=2, content="---")),
        "TR": always(Rule(newlines=1)),
        "IMG": always(Rule(content="")),
    },
    "link": {
        **_MARKS,
        **_each(("BR", "HR"), always(Rule(content="\n"))),
        "PRE": always(Rule(is_code=True)),
    },
    "table": {"CAPTION": _caption, "TR": _ROW, "TH": _CELL, "TD": _CELL},
    "row": {"TH": _CELL, "TD": _CELL},
    "cell": {**_MARKS, "A": _link},
}
