"""Whether Readability would choose the article of a page made by builder/sandbox/web/document.html.

Imitates how @mozilla/readability 0.6.0 scores what stands in an article: paragraphs, headings, cells and code give points
to the five elements around them. On these pages the article starts with a bonus for its class and nearly always wins;
a long table can beat it. Does not imitate what is chosen then, nor scores outside of the article.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from builder.toolkits.continue_core.javascript import SPACE, trim
from builder.toolkits.continue_core.web.tree import Element

_SCORED = frozenset({"SECTION", "H2", "H3", "H4", "H5", "H6", "P", "TD", "PRE"})
_LEAST_CHARACTERS = 25
_LEVELS = 5
_COMMAS = re.compile("[\u002c\u060c\ufe50\ufe10\ufe11\u2e41\u2e34\u2e32\uff0c]")
_SPACES = re.compile(f"[{SPACE}]{{2,}}")
_ARTICLE_BONUS = 25.0
_SHORT_CHARACTERS = 500
_BONUS = {
    **dict.fromkeys(("DIV",), 5.0),
    **dict.fromkeys(("PRE", "TD", "BLOCKQUOTE"), 3.0),
    **dict.fromkeys(("ADDRESS", "OL", "UL", "DL", "DD", "DT", "LI", "FORM"), -3.0),
    **dict.fromkeys(("H1", "H2", "H3", "H4", "H5", "H6", "TH"), -5.0),
}
_ALMOST = 0.75
_RIVALS = 3
"""So many candidates with almost the best score make Readability look for what contains them."""


def inner_text(element: Element) -> str:
    """The text as it is measured: trimmed, longer white space as one blank."""
    return _SPACES.sub(" ", trim(element.text))


def has_scored_text(article: Element) -> bool:
    """Whether anything in it is long enough to count."""
    return any(_points(element) for element in article.elements())


def is_short(article: Element) -> bool:
    """Whether so little is found in it that Readability looks again, less choosily."""
    return len(inner_text(article)) < _SHORT_CHARACTERS


def wins(article: Element, around: Element) -> bool:
    """Whether the article has a better score than what stands in it, and than the element around it.

    Where it is short Readability looks again without the bonus, so that it has to win without it, too.
    """
    bonuses = (_ARTICLE_BONUS, 0.0) if is_short(article) else (_ARTICLE_BONUS,)
    return all(_wins(article, around, bonus) for bonus in bonuses)


def _wins(article: Element, around: Element, article_bonus: float) -> bool:
    scores: dict[int, float] = defaultdict(float)
    known: dict[int, Element] = {}
    for element, ancestors in _with_ancestors(around, ()):
        points = _points(element)
        for level, ancestor in enumerate(ancestors[:_LEVELS] if points else ()):
            known[id(ancestor)] = ancestor
            scores[id(ancestor)] += points / _divider(level)
    bonus = {id(article): article_bonus}
    final = {
        key: (scores[key] + bonus.get(key, _BONUS.get(element.tag, 0.0))) * (1 - _links(element))
        for key, element in known.items()
    }
    own = final.pop(id(article), 0.0)
    almost = [score for score in final.values() if score >= _ALMOST * own]
    return all(score < own for score in final.values()) and len(almost) < _RIVALS


def _points(element: Element) -> float:
    text = inner_text(element) if element.tag in _SCORED else ""
    if len(text) < _LEAST_CHARACTERS:
        return 0.0
    return 2.0 + len(_COMMAS.findall(text)) + min(len(text) // 100, 3)


def _divider(level: int) -> int:
    return level + 1 if level < 2 else level * 3


def _with_ancestors(
    element: Element, ancestors: tuple[Element, ...]
) -> Iterator[tuple[Element, tuple[Element, ...]]]:
    """Each element with those around it, the nearest first."""
    yield element, ancestors
    for child in element.children:
        if isinstance(child, Element):
            yield from _with_ancestors(child, (element, *ancestors))


def _links(element: Element) -> float:
    """The share of the text that is links; links within the page count less."""
    whole = len(inner_text(element))
    links = (e for e in element.elements() if e.tag == "A")
    weighed = (len(inner_text(e)) * (0.3 if _is_local(e) else 1.0) for e in links)
    return sum(weighed) / whole if whole else 0.0


def _is_local(link: Element) -> bool:
    return len(link.attributes.get("href", "")) > 1 and link.attributes["href"].startswith("#")
