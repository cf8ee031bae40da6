"""The part of a file that is most like a text, by the Jaro-Winkler measure.

Imitates findFuzzyMatch and what it calls in core/edit/searchAndReplace/findSearchMatch.ts at v1.1.58 to v1.1.79, in
search_and_replace_in_file's day. Does not imitate: its speed; a text and a file that would take minutes are refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.errors import NotPlayableError
from builder.toolkits.continue_core.javascript import trim

_ENOUGH = 0.9
_MOST_COMPARISONS = 20_000_000

Span = tuple[int, int]


def likest(text: str, wanted: str) -> Span | None:
    """Start and end of the likest run of as many lines, or of the likest line; None where nothing is like it.

    Raises NotPlayableError where the search would take too long.
    """
    if (text.count("\n") + 1) * len(wanted) ** 2 > _MOST_COMPARISONS:
        raise NotPlayableError("a search by likeness in so large a file")
    best, found = 0.0, None
    for sought, candidate, span in _pairs(text, wanted):
        likeness = jaro_winkler(sought, candidate)
        if likeness >= _ENOUGH and likeness > best:
            best, found = likeness, span
    return found


def _pairs(text: str, wanted: str) -> Iterator[tuple[str, str, Span]]:
    """What is compared with what, and where that stands: whole blocks first, then line by line."""
    lines, sought = text.split("\n"), wanted.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    block = trim(wanted)
    for number in range(len(lines) - len(sought) + 1 if len(block) > 5 else 0):
        candidate = trim("\n".join(lines[number : number + len(sought)]))
        if len(candidate) >= 5:
            yield block, candidate, (starts[number], starts[number] + len(candidate))
    for line in map(trim, sought):
        for number, there in enumerate(lines):
            if len(line) >= 3 and len(trim(there)) >= 3:
                yield line, trim(there), (starts[number], starts[number] + len(there))


def jaro_winkler(one: str, other: str) -> float:
    """From 0 (nothing in common) to 1 (the same); a common beginning counts in favour."""
    likeness = _jaro(one, other)
    if likeness < 0.7:
        return likeness
    prefix = 0
    while prefix < min(4, len(one), len(other)) and one[prefix] == other[prefix]:
        prefix += 1
    return likeness + prefix * 0.1 * (1 - likeness)


def _jaro(one: str, other: str) -> float:
    if one == other:
        return 1.0
    reach = max(len(one), len(other)) // 2 - 1
    if not one or not other or reach < 0:
        return 0.0
    in_one, in_other = _matched(one, other, reach)
    if not in_one:
        return 0.0
    swapped = sum(a != b for a, b in zip(in_one, in_other, strict=True))
    count = len(in_one)
    return (count / len(one) + count / len(other) + (count - swapped / 2) / count) / 3.0


def _matched(one: str, other: str, reach: int) -> tuple[list[str], list[str]]:
    """The characters that either has of the other nearby, each in its own order."""
    taken = [False] * len(other)
    in_one = []
    for i, character in enumerate(one):
        for j in range(max(0, i - reach), min(i + reach + 1, len(other))):
            if not taken[j] and other[j] == character:
                taken[j] = True
                in_one.append(character)
                break
    return in_one, [character for character, is_taken in zip(other, taken, strict=True) if is_taken]
