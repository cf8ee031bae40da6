"""search_docs: the three entries of Python's documentation that fit a query best. Nothing is fetched, nothing is run."""

from __future__ import annotations

import re

from builder.conversation import Arguments
from builder.toolkits.coding.arguments import text_argument
from builder.toolkits.coding.documentation.entries import Entry
from builder.toolkits.coding.documentation.search import documentation, query_words, words_of
from builder.toolkits.coding.interpreter import FIXTURE, VERSION
from builder.toolkits.session import Session

_ENTRIES = 3
_CHARACTERS = 900
"""Of each text that much is shown: the beginning of a docstring, the best passage of a long section."""
_GRAMMAR = "::="
"""Stands in paragraphs of grammar, which say little to people."""
_BLANK = re.compile(r"\n\s*\n")


def _search_docs(session: Session, arguments: Arguments, _parallel: int) -> str:
    query = text_argument(arguments, "query")
    session.fixtures.add(FIXTURE)
    found = documentation().find(query, _ENTRIES)
    if not found:
        return f"Nothing in the documentation of Python {VERSION} matches {query!r}."
    return "\n\n".join(_shown(number, entry, query) for number, entry in enumerate(found, 1))


def _shown(number: int, entry: Entry, query: str) -> str:
    return f"{number}. {entry.signature or entry.name}\n{_passage(entry, query)}"


def _passage(entry: Entry, query: str) -> str:
    """The paragraphs from the best one on, as many as fit; all of a short text.

    Words of the entry's own name stand everywhere in it and do not say which paragraph is meant.
    """
    if len(entry.text) <= _CHARACTERS:
        return entry.text
    paragraphs = [one for one in _BLANK.split(entry.text) if _GRAMMAR not in one]
    own = words_of(entry.name.replace(".", " "))
    words = {word: weight for word, weight in query_words(query).items() if word not in own}
    scores = [_score(paragraph, words) for paragraph in paragraphs]
    best = scores.index(max(scores)) if max(scores) >= 2 * max(scores[0], 1) else 0
    shown: list[str] = []
    left = _CHARACTERS
    for paragraph in paragraphs[best:]:
        if shown and len(paragraph) > left:
            break
        shown.append(paragraph[:left])
        left -= len(paragraph)
    lead = "[…]\n" if best else ""
    body = "\n\n".join(shown)
    return f"{lead}{body}\n[…]"


def _score(paragraph: str, words: dict[str, float]) -> float:
    """How many of the words that are looked for stand in it."""
    found = words_of(paragraph)
    return sum(weight * min(3, found.count(word)) for word, weight in words.items())


TOOLS = {"search_docs": _search_docs}
