"""The ways in which Continue's edit tools look for a text in a file, each by its name in edit_behaviour.toml.

Imitates core/edit/searchAndReplace/findSearchMatch.ts at d0a3c0b626 and, for the names that blocks used, at v1.1.58 to
v1.3.1. Does not imitate: a caseless match that would cut a character in half, which cannot be played; likeness beyond
the first 65,536 characters; the trimmed match of blocks, whose text is trimmed when it arrives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from builder.errors import NotPlayableError
from builder.toolkits.continue_core.javascript import SPACE, length, trim
from builder.toolkits.continue_core.text_likeness import likest

_SPACES = re.compile(f"[{SPACE}]+")


class Match(NamedTuple):
    """Where the text was found: `end` is exclusive."""

    start: int
    end: int
    exact: bool


_Way = Callable[[str, str], tuple[int, int] | None]


def find(text: str, wanted: str, ways: Sequence[str]) -> Match | None:
    """The first place, by the first way that finds one; nothing but white space is found at the start."""
    if trim(wanted) == "":
        return Match(0, 0, exact=True)
    for name in ways:
        span = _WAYS[name](text, wanted)
        if span is not None:
            return Match(*span, exact=name == "exact")
    return None


def find_all(text: str, wanted: str, ways: Sequence[str]) -> Iterator[Match]:
    """Every place: what follows a match is searched again, in every way."""
    offset, last_start = 0, -1
    while offset < len(text) or trim(wanted) == "":
        found = find(text[offset:], wanted, ways)
        if found is None or found.start + offset <= last_start:
            return
        last_start = found.start + offset
        yield Match(last_start, found.end + offset, found.exact)
        offset += found.end


def _exact(text: str, wanted: str) -> tuple[int, int] | None:
    start = text.find(wanted)
    return (start, start + len(wanted)) if start >= 0 else None


def _trimmed(text: str, wanted: str) -> tuple[int, int] | None:
    return _exact(text, trim(wanted))


def _caseless(text: str, wanted: str) -> tuple[int, int] | None:
    """The place in the text in lower case, which is taken for the place in the text even where that is shorter."""
    lowered = text.lower()
    found = lowered.find(wanted.lower())
    if found < 0:
        return None
    start = length(lowered[:found])
    return _character_at(text, start), _character_at(text, start + length(wanted))


def _character_at(text: str, unit: int) -> int:
    """The position that JavaScript counts as `unit`; the end of the text for all beyond. Raises NotPlayableError."""
    if text.isascii():
        return min(unit, len(text))
    try:
        return len(text.encode("utf-16-le", "surrogatepass")[: 2 * unit].decode("utf-16-le"))
    except UnicodeDecodeError as error:
        raise NotPlayableError("the match begins or ends within a character") from error


def _spaceless(text: str, wanted: str) -> tuple[int, int] | None:
    found = _among_kept(text, wanted)
    return (found[1], found[2]) if found else None


def _spaceless_with_gap(text: str, wanted: str) -> tuple[int, int] | None:
    """As it was until v1.3.1: the white space before the match belongs to it."""
    found = _among_kept(text, wanted)
    return (found[0], found[2]) if found else None


def _among_kept(text: str, wanted: str) -> tuple[int, int, int] | None:
    """Ends of the character before, start, end; white space does not count."""
    stripped = _SPACES.sub("", wanted)
    start = _SPACES.sub("", text).find(stripped)
    if start < 0:
        return None
    kept = [i for i, character in enumerate(text) if not _SPACES.match(character)]
    before = kept[start - 1] + 1 if start else 0
    return before, kept[start], kept[start + len(stripped) - 1] + 1


_WAYS: Mapping[str, _Way] = {
    "exact": _exact,
    "trimmed": _trimmed,
    "caseless": _caseless,
    "spaceless": _spaceless,
    "spaceless_with_gap": _spaceless_with_gap,
    "alike": likest,
}
