"""Signatures that tell near-duplicates: MinHash over words of what is asked and done, cut into bands.

Two rows are candidates when one band is equal; `similarity` then decides. Results and answers do not count: rows over
the same file show the same text and still teach different things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rensa import RMinHash

from builder.conversation import Example

PERMUTATIONS = 64
BANDS = 16
SHINGLE_WORDS = 3
THRESHOLD = 0.85
"""Estimated Jaccard similarity from which two rows count as near-duplicates."""

_WORD = re.compile(r"\w+")
_SEED = 7


def words_of(example: Example) -> list[str]:
    """What is asked and done: requests, tool names and arguments; for a row without calls, its answer too."""
    texts = list(example.requests)
    texts += [f"{call.name} {call.function.arguments}" for call in example.calls]
    if len(texts) == len(example.requests):
        texts += [m.content for m in example.messages if m.role == "assistant"]
    return _WORD.findall(" ".join(texts).lower())


def shingles(words: list[str]) -> Iterator[str]:
    """Runs of three words; a shorter text is one shingle."""
    for start in range(max(1, len(words) - SHINGLE_WORDS + 1)):
        yield " ".join(words[start : start + SHINGLE_WORDS])


def signature_of(example: Example) -> list[int]:
    """`PERMUTATIONS` hashes; the share of equal ones estimates the similarity of two rows."""
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    minhash.update(list(shingles(words_of(example))))
    return list(minhash.digest())


def bands_of(signature: list[int]) -> list[int]:
    """One number for each band of a signature (signed 64 bits, for SQLite)."""
    width = PERMUTATIONS // BANDS
    rows = (tuple(signature[band * width : (band + 1) * width]) for band in range(BANDS))
    return [hash(row) for row in rows]


def similarity(one: list[int], other: list[int]) -> float:
    """The share of equal hashes of two signatures."""
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)
