"""What of a page is worth reading, as far as the pages here can tell: the article, cleaned as Readability cleans it.

Imitates @mozilla/readability 0.6.0 as core/context/providers/URLContextProvider.ts (d0a3c0b626) uses it, for pages of
builder/sandbox/web/document.html and for texts without tags: there its choice is known (scores.py says when it is not,
and such a page cannot be played). Does not imitate the choice on other pages (neighbours that are joined, hidden and
unlikely elements), nor what would be cleaned out of them: forms, embedded things, layout tables, lazy images, adverts.
"""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import urlsplit

from builder.errors import NotPlayableError
from builder.toolkits.continue_core.javascript import trim
from builder.toolkits.continue_core.web.scores import has_scored_text, is_short, wins
from builder.toolkits.continue_core.web.tree import Element

_HEADINGS = frozenset({"H1", "H2", "H3", "H4", "H5", "H6"})
_SAME_TITLE = 0.75
_NO_WORD = re.compile(r"[^A-Za-z0-9_]+")


def article_of(page: Element) -> Element:
    """A page that is the article alone: without a heading that repeats the title, without classes.

    Raises NotPlayableError where Readability would choose something else than the article, or change it.
    """
    repeated = next((e for e in page.elements() if _repeats(e, _title(page))), None)
    body = _pruned(page.find("BODY") or Element("BODY"), repeated)
    content = Element("DIV", {}, _content(body))
    if any(_has_two_breaks(element) for element in content.elements()):
        raise NotPlayableError("it is not known what Readability makes of two line breaks in a row")
    return Element("BODY", {}, (_finished(content),))


def _content(body: Element) -> tuple[Element | str, ...]:
    article = body.find("ARTICLE")
    if article is None:
        return body.children
    if has_scored_text(article):
        if not wins(article, body.find("MAIN") or article):
            raise NotPlayableError("it is not known what Readability takes from this page")
        return (article,)
    return body.children if is_short(article) else (article,)


def _title(page: Element) -> str:
    metas = (element for element in page.elements() if element.tag == "META")
    found = (
        m.attributes.get("content", "") for m in metas if m.attributes.get("property") == "og:title"
    )
    return next(found, "")


def _repeats(element: Element, title: str) -> bool:
    """Whether this is a heading made of the title's words, three quarters of its letters at least."""
    if element.tag not in ("H1", "H2"):
        return False
    known, said = _words(title), _words(element.text)
    if not known or not said:
        return False
    new = [word for word in said if word not in known]
    return 1 - len(" ".join(new)) / len(" ".join(said)) > _SAME_TITLE


def _words(text: str) -> list[str]:
    return [word for word in _NO_WORD.split(text.lower()) if word]


def _pruned(element: Element, repeated: Element | None) -> Element:
    children = (
        child if isinstance(child, str) else _pruned(child, repeated)
        for child in element.children
        if isinstance(child, str) or not (child is repeated or _is_removed(child))
    )
    return Element(element.tag, element.attributes, tuple(children))


def _finished(element: Element) -> Element:
    """Only the second rank is left for headings: the first is the title's."""
    children = (c if isinstance(c, str) else _finished(c) for c in element.children)
    tag = "H2" if element.tag == "H1" else element.tag
    return Element(tag, _attributes(element), tuple(children))


def _is_removed(element: Element) -> bool:
    """The footer; headings and paragraphs without a word or a picture."""
    if element.tag == "FOOTER":
        return True
    may_be_empty = element.tag in _HEADINGS or element.tag == "P"
    return may_be_empty and not trim(element.text) and element.find("IMG") is None


def _has_two_breaks(element: Element) -> bool:
    """Whether line breaks follow each other with nothing between them."""
    seen = [c for c in element.children if not isinstance(c, str) or trim(c)]
    tags = ["" if isinstance(c, str) else c.tag for c in seen]
    return ("BR", "BR") in pairwise(tags)


def _attributes(element: Element) -> dict[str, str]:
    kept = {name: value for name, value in element.attributes.items() if name != "class"}
    if "href" in kept:
        kept["href"] = _absolute(kept["href"])
    return kept


def _absolute(url: str) -> str:
    """An address as a browser writes it; one that is relative stays, since the page's own address is not known."""
    parts = urlsplit(url)
    if parts.scheme in ("http", "https") and parts.netloc and not parts.path:
        parts = parts._replace(path="/")
    return parts.geturl()
