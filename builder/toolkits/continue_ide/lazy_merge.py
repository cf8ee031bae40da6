"""A snippet that leaves parts of a file out → the file after it, where there is only one that can be meant.

Stands in for the model that applies snippets in Continue (core/edit/lazy/streamLazyApply.ts, d0a3c0b626) and is more
careful: a segment between two comments that stand for the rest has to begin and end with lines of the file, and all ways
to lay the segments over the file in order must come to the same text. The rest of the lines is neither read as code nor
matched by likeness; what a model would do with a doubtful snippet is not guessed at, the example ends there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.syntax import syntax_problem
from builder.toolkits.continue_ide.instant_apply import (
    apply_instantly,
    removed_share,
    snippet_facts,
)
from builder.toolkits.continue_ide.snippet_lines import Snippet, read_snippet

_MOST_STEPS = 5_000
_MOST_RESULTS = 16

Lines = Sequence[str]


def apply_snippet(path: str, text: str, snippet: str) -> str | None:
    """The file after a snippet, by Continue's own rules or by a certain merge; None where a model is needed.

    The result parses if the file did, differs from it, and no comment in it stands for something left out.
    """
    after = apply_instantly(path, text, snippet)
    if after is not None:
        return after if after != text and _still_parses(path, text, after) else None
    return merge(path, text, snippet)


def merge(path: str, text: str, snippet: str) -> str | None:
    """The one file that a snippet can mean; None where there is none or more than one."""
    ending = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    if "\r" in plain or plain.replace("\n", ending) != text:
        return None
    final = "\n" if plain.endswith("\n") else ""
    lines = plain.removesuffix("\n").split("\n")
    read = read_snippet(path, snippet.replace("\r\n", "\n"), lines) if plain.strip() else None
    if read is None:
        return None
    for variant in _variants(read, lines):
        found = _merged(path, plain, lines, variant, final)
        if found is not None:
            return _checked(plain, found, ending) if len(found) == 1 else None
    return None


def _checked(text: str, found: set[str], ending: str) -> str | None:
    (after,) = found
    if after == text or removed_share(text, after) > snippet_facts().most_removed:
        return None
    return after.replace("\n", ending)


def _merged(path: str, text: str, lines: Lines, snippet: Snippet, final: str) -> set[str] | None:
    """Every file that the snippet can mean, as far as it parses; None where it does not fit at all."""
    results: set[str] = set()
    search = _Search(lines, snippet)
    for placed in search.placements(0, 0):
        results.add("\n".join(placed) + final)
        if len(results) > _MOST_RESULTS:
            return results
    if search.gave_up:
        return set()
    return {one for one in results if _still_parses(path, text, one)} if results else None


def _still_parses(path: str, before: str, after: str) -> bool:
    return syntax_problem(path, after) is None or syntax_problem(path, before) is not None


def _variants(snippet: Snippet, lines: Lines) -> Iterator[Snippet]:
    """The snippet as it is; where it fits nowhere, with its indent shifted as one to where its first line stands."""
    yield snippet
    first = next((line for segment in snippet.segments for line in segment if line.strip()), "")
    places = {line for line in lines if line.strip() == first.strip()}
    if first and len(places) == 1:
        (place,) = places
        given, there = (line[: len(line) - len(line.lstrip())] for line in (first, place))
        shifted = snippet.shifted(given, there)
        if shifted is not None:
            yield shifted


@dataclass(slots=True)
class _Search:
    """Lays segments over a file: each takes the place of a run of lines that begins and ends as it does."""

    lines: Lines
    snippet: Snippet
    steps: int = 0
    gave_up: bool = False

    def placements(self, number: int, behind: int) -> Iterator[list[str]]:
        """The rest of the file from line `behind` on, with the segments from `number` on in their places."""
        if number == len(self.snippet.segments):
            yield list(self.lines[behind:])
            return
        segment = self.snippet.segments[number]
        for start, end in self._spans(number, behind):
            self.steps += 1
            if self.steps > _MOST_STEPS:
                self.gave_up = True
                return
            for rest in self.placements(number + 1, end):
                yield [*self.lines[behind:start], *segment, *rest]

    def _spans(self, number: int, behind: int) -> Iterator[tuple[int, int]]:
        """Runs that a segment can replace; `end` is exclusive."""
        segment, count = self.snippet.segments[number], len(self.lines)
        is_first = number == 0 and not self.snippet.leaves_out_start
        is_last = number == len(self.snippet.segments) - 1 and not self.snippet.leaves_out_end
        for start in [0] if is_first else self._places(segment[0], behind):
            if is_last:
                yield start, count
                continue
            least = start if is_first or len(segment) == 1 else start + 1
            ends = self._places(segment[-1], least)
            if len(segment) == 1 and not is_first:
                ends = [start]
            yield from ((start, end + 1) for end in ends)

    def _places(self, line: str, start: int) -> list[int]:
        return [at for at in range(start, len(self.lines)) if self.lines[at] == line]
