"""Ranks the entries for a query: BM25 over names and texts, with names weighing more and exact names most."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter, defaultdict
from typing import NamedTuple

from builder.toolkits.coding.documentation.entries import Entry, all_entries, read_contents

_WORD = re.compile(r"[a-z0-9_]+")
_QUALIFIED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+|__\w+__")
_SATURATION, _LENGTH_WEIGHT = 1.2, 0.4
_NAME_WEIGHT, _KEYWORD_WEIGHT = 3, 4
_SYNONYM_WEIGHT = 0.6
_EXACT_NAME, _LAST_PART = 30.0, 5.0
_MINOR_WEIGHT = 0.6
_STATEMENT = re.compile(r'The "(\w+)" statement')
_FEW_WORDS = 2
_TEXT_CHARACTERS = 4_000
"""Of a long text the beginning says what it is about."""


class Posting(NamedTuple):
    """A word's weight in one entry."""

    entry: int
    weight: float


class Index:
    """An inverted index over entries."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        counts = [_counts(entry) for entry in entries]
        lengths = [sum(count.values()) for count in counts]
        mean = sum(lengths) / max(1, len(lengths))
        self._postings: dict[str, list[Posting]] = {}
        for number, count in enumerate(counts):
            norm = _SATURATION * (1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * lengths[number] / mean)
            for word, n in count.items():
                weight = n * (_SATURATION + 1) / (n + norm)
                self._postings.setdefault(word, []).append(Posting(number, weight))
        self._by_name: dict[str, list[int]] = {}
        self._by_last_part: dict[str, list[int]] = {}
        for number, entry in enumerate(entries):
            name = entry.name.lower()
            self._by_name.setdefault(name, []).append(number)
            self._by_last_part.setdefault(_last_part(entry), []).append(number)

    def find(self, query: str, limit: int) -> list[Entry]:
        """The best entries, best first; those of equal rank in a fixed order."""
        scores: dict[int, float] = defaultdict(float)
        for word, weight in query_words(query).items():
            found = self._postings.get(word, [])
            rarity = math.log(1 + (len(self.entries) - len(found) + 0.5) / (len(found) + 0.5))
            for posting in found:
                scores[posting.entry] += weight * rarity * posting.weight
        self._reward_names(query, scores)
        for number in scores:
            if self.entries[number].is_minor:
                scores[number] *= _MINOR_WEIGHT
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        return [self.entries[number] for number, _ in ranked[:limit]]

    def _reward_names(self, query: str, scores: dict[int, float]) -> None:
        """A dotted name means that very thing; a plain word the things that are called so."""
        lowered = query.strip().lower()
        for name in _QUALIFIED.findall(query):
            for number in self._by_name.get(name.lower(), []):
                scores[number] += _EXACT_NAME
        for number in self._by_name.get(lowered, []):
            scores[number] += _EXACT_NAME
        words = _WORD.findall(lowered)
        for word in words:
            if word not in read_contents().ignored or len(words) <= _FEW_WORDS:
                for number in self._by_last_part.get(word, []):
                    # `sorted` rather than `Logger.sorted`: the fewer parts, the likelier it is meant.
                    depth = self.entries[number].name.count(".") + 1
                    scores[number] += _LAST_PART / depth


def _last_part(entry: Entry) -> str:
    """What the thing itself is called: `groupby`, `with`."""
    statement = _STATEMENT.fullmatch(entry.name)
    return statement[1] if statement else entry.name.lower().rpartition(".")[2]


@functools.cache
def documentation() -> Index:
    """The index, built when first asked for and kept for the process."""
    return Index(all_entries())


def query_words(query: str) -> dict[str, float]:
    """The words that count, each with its weight; a word's synonyms count for less."""
    contents = read_contents()
    words = [w for w in words_of(query) if w not in contents.ignored] or words_of(query)
    weights = dict.fromkeys(words, 1.0)
    for word in words:
        for synonym in contents.synonyms.get(word, ()):
            weights.setdefault(synonym, _SYNONYM_WEIGHT)
    return weights


def words_of(text: str) -> list[str]:
    """Words as the index knows them: without case, and without the plural's s."""
    return [_singular(word) for word in _WORD.findall(text.lower().replace("f-string", "fstring"))]


def _singular(word: str) -> str:
    is_plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "_s"))
    return word[:-1] if is_plural else word


def _counts(entry: Entry) -> Counter[str]:
    counts = Counter(words_of(entry.text[:_TEXT_CHARACTERS]))
    for word in words_of(entry.name.replace(".", " ")):
        counts[word] += _NAME_WEIGHT
    for word in words_of(entry.keywords):
        counts[word] += _KEYWORD_WEIGHT
    return counts
