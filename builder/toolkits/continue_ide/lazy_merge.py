"""A snippet that leaves parts of a file out → the file after it, where there is only one that can be meant.

Stands in for the model that applies snippets in Continue (core/edit/lazy/streamLazyApply.ts, d0a3c0b626) and is more
careful: a segment between two comments that stand for the rest has to begin and end with lines of the file, or to be the
whole of a definition that the file has by that name, which it then replaces and nothing else; and all ways to lay the
segments over the file in order must come to the same text. Nothing is matched by likeness; what a model would do with a doubtful snippet is not guessed at, the example
ends there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from builder.syntax import syntax_problem
from builder.toolkits.continue_ide.definitions import Definition, definitions
from builder.toolkits.continue_ide.instant_apply import (
    apply_instantly,
    removed_share,
    snippet_facts,
)
from builder.toolkits.continue_ide.named_segments import Span, named_segments
from builder.toolkits.continue_ide.snippet_lines import Snippet, read_snippet, stands_for_the_rest

_MOST_STEPS = 5_000
_MOST_RESULTS = 16
_MOST_LINES = 5_000
_MOST_SEGMENTS = 100
_SURE_LINES = 2
"""So many common lines at either end of a segment are no accident."""

Lines = Sequence[str]


def apply_snippet(path: str, text: str, snippet: str) -> str | None:
    """The file after a snippet, by Continue's own rules or by a certain merge; None where a model is needed.

    The result parses if the file did, differs from it, and no comment in it stands for something left out.
    """
    after = apply_instantly(path, text, snippet)
    if after is None:
        return merge(path, text, snippet)
    stand_ins = {line for line in after.split("\n") if stands_for_the_rest(path, line)}
    is_whole = stand_ins <= {*text.split("\n")} and after != text
    return after if is_whole and _still_parses(path, text, after) else None


def merge(path: str, text: str, snippet: str) -> str | None:
    """The one file that a snippet can mean; None where there is none or more than one."""
    ending = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    if "\r" in plain or plain.replace("\n", ending) != text or not plain.strip():
        return None
    shown = snippet.replace("\r\n", "\n")
    read = read_snippet(path, shown, _lines(plain))
    if read is None or len(read.segments) > _MOST_SEGMENTS or plain.count("\n") > _MOST_LINES:
        return None
    named = named_segments(path, plain, read, shown)
    by_lines = _by_lines(path, plain, read, named.limits)
    by_name = _merged(path, plain, named.snippet, named.spans) if named.spans else None
    found = by_lines | (by_name or set()) if len(by_lines) == 1 else by_name
    if found is None or len(found) != 1:
        return None
    (after,) = found
    is_modest = removed_share(plain, after) <= snippet_facts().most_removed
    return after.replace("\n", ending) if is_modest and after != plain else None


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _by_lines(path: str, text: str, snippet: Snippet, limits: Mapping[int, Span]) -> set[str]:
    """Every file that the snippet can mean by its first and last lines, if need be with another indent."""
    found = _merged(path, text, snippet, {}, limits)
    if found is None:
        shifted = _shifted(snippet, _lines(text))
        found = _merged(path, text, shifted, {}, limits) if shifted else None
    return found or set()


def _merged(
    path: str,
    text: str,
    snippet: Snippet,
    fixed: Mapping[int, Span],
    limits: Mapping[int, Span] | None = None,
) -> set[str] | None:
    """Every file that the snippet can mean, as far as it parses; None where it does not fit at all.

    `fixed`: what some segments replace; `limits`: what some may at most replace.
    """
    final = "\n" if text.endswith("\n") else ""
    results: set[str] = set()
    search = _Search(_lines(text), snippet, fixed, limits or {}, definitions(path, text))
    for placed in search.placements(0, 0):
        results.add("\n".join(placed) + final)
        if len(results) > _MOST_RESULTS:
            return results
    if search.gave_up or search.drops_unseen:
        return set()
    return {one for one in results if _still_parses(path, text, one)} if results else None


def _still_parses(path: str, before: str, after: str) -> bool:
    return syntax_problem(path, after) is None or syntax_problem(path, before) is not None


def _shifted(snippet: Snippet, lines: Lines) -> Snippet | None:
    """The snippet with its indent changed as one to where its first line stands, if that stands in one place."""
    first = next((line for segment in snippet.segments for line in segment if line.strip()), "")
    places = {line for line in lines if line.strip() == first.strip()}
    if not first or len(places) != 1:
        return None
    (place,) = places
    given, there = (line[: len(line) - len(line.lstrip())] for line in (first, place))
    return snippet.shifted(given, there)


def _common(one: Lines, other: Lines) -> int:
    """How many lines that are not empty both begin with."""
    count = 0
    for line, its in zip(one, other, strict=False):
        if line != its:
            break
        count += bool(line.strip())
    return count


@dataclass(slots=True)
class _Search:
    """Lays segments over a file: each takes the place of a run of lines that begins and ends as it does."""

    lines: Lines
    snippet: Snippet
    fixed: Mapping[int, Span]
    limits: Mapping[int, Span]
    defined: Sequence[Definition]
    steps: int = 0
    gave_up: bool = False
    drops_unseen: bool = False

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
                self.drops_unseen |= self._drops_unseen(number, start, end)
                yield [*self.lines[behind:start], *segment, *rest]

    def _spans(self, number: int, behind: int) -> Iterator[Span]:
        """Runs that a segment can replace."""
        segment, count = self.snippet.segments[number], len(self.lines)
        is_first = number == 0 and not self.snippet.leaves_out_start
        is_last = number == len(self.snippet.segments) - 1 and not self.snippet.leaves_out_end
        if number in self.fixed:
            yield from (span for span in [self.fixed[number]] if span.start >= behind)
            return
        if len(segment) == 1 and not is_first and not is_last:
            # It changes nothing wherever it stands, and leaves most to the others where it stands first.
            yield from (Span(at, at + 1) for at in self._places(segment[0], behind)[:1])
            return
        for start in [0] if is_first else self._places(segment[0], behind):
            ends = self._places(segment[-1], start if is_first else start + 1)
            yield from [Span(start, count)] if is_last else (Span(start, end + 1) for end in ends)

    def _drops_unseen(self, number: int, start: int, end: int) -> bool:
        """Whether a definition goes that the segment does not name, though little shows that the segment stands there.

        A segment that is a definition itself may replace nothing beyond the one of its name.
        """
        limit = self.limits.get(number)
        if limit and any(
            line.strip() and not limit.start <= at < limit.end
            for at, line in enumerate(self.lines[start:end], start)
        ):
            return True
        segment, lines = self.snippet.segments[number], self.lines[start:end]
        at_start = start == 0 or _common(segment, lines) >= _SURE_LINES
        at_end = end == len(self.lines) or _common(segment[::-1], lines[::-1]) >= _SURE_LINES
        inside = (one for one in self.defined if start <= one.start and one.end <= end)
        text = "\n".join(segment)
        return not (at_start and at_end) and any(one.name[-1] not in text for one in inside)

    def _places(self, line: str, start: int) -> list[int]:
        return [at for at in range(start, len(self.lines)) if self.lines[at] == line]
