"""Reads a snippet for edit_existing_file: segments of lines, and comments that stand for what is left out.

lazy_merge.py lays the segments over the file. A snippet with a line of which nobody can say whether it is code or stands
for something is not read.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from builder.toolkits.continue_ide.instant_apply import is_lazy, snippet_facts, suffix_of

_DOTS = ("...", "…")
_PYTHON = (".py", ".pyi")


class Snippet(NamedTuple):
    """Segments in the file's order, none empty; the snippet's line, counted from 0, that each begins on; whether something is left out before the first and after the last."""

    segments: tuple[tuple[str, ...], ...]
    starts: tuple[int, ...]
    leaves_out_start: bool
    leaves_out_end: bool

    def shifted(self, given: str, there: str) -> Snippet | None:
        """The snippet with one indent in place of another; None where a line does not have it."""
        lines = [line for segment in self.segments for line in segment if line]
        if given == there or not all(line.startswith(given) for line in lines):
            return None
        moved = (
            tuple(there + line[len(given) :] if line else line for line in segment)
            for segment in self.segments
        )
        return self._replace(segments=tuple(moved))


@functools.cache
def _starts(suffix: str) -> re.Pattern[str]:
    facts = snippet_facts()
    usual = facts.comment_starts[:1] if suffix in facts.prose else facts.comment_starts
    more = (start for start, suffixes in facts.more_starts.items() if suffix in suffixes)
    starts = "|".join(re.escape(start) for start in (*usual, *more))
    return re.compile(rf"\s*(?:{starts})+\s*(.*?)\s*")


@functools.cache
def _trailing() -> re.Pattern[str]:
    starts = "|".join(re.escape(start) for start in snippet_facts().comment_starts)
    return re.compile(rf"\S\s*(?:{starts})\s*(?:\.\.\.|…)")


def _comment(path: str, line: str) -> str | None:
    """What a comment that fills a line says; None for other lines."""
    found = _starts(suffix_of(path)).fullmatch(line)
    if found is None:
        return None
    said = found[1]
    for end in snippet_facts().comment_ends:
        said = said.removesuffix(end).rstrip()
    return said


def stands_for_the_rest(path: str, line: str) -> bool:
    """Whether a line is a comment that begins with dots, as Continue asks models to write."""
    said = _comment(path, line)
    return said is not None and said.startswith(_DOTS)


def read_snippet(path: str, snippet: str, lines: Sequence[str]) -> Snippet | None:
    """The segments of a snippet for a file of these lines; None where one line or the file is doubtful."""
    own = {line.strip() for line in lines}
    if any(stands_for_the_rest(path, line) for line in lines):
        return None
    segments: list[list[str]] = [[]]
    starts = [0]
    for number, line in enumerate(snippet.removesuffix("\n").split("\n")):
        if stands_for_the_rest(path, line):
            segments.append([])
            starts.append(number + 1)
        elif line.strip() not in own and _is_doubtful(path, line):
            return None
        else:
            segments[-1].append(line)
    kept = [(tuple(segment), at) for segment, at in zip(segments, starts, strict=True) if segment]
    read = Snippet(
        tuple(segment for segment, _ in kept),
        tuple(at for _, at in kept),
        not segments[0],
        not segments[-1],
    )
    return read if kept and _shows_the_ends(read, lines) else None


def _shows_the_ends(snippet: Snippet, lines: Sequence[str]) -> bool:
    """Where nothing is left out at an end of the file, the file's line there has to be shown."""
    written = [line for line in lines if line.strip()]
    starts = snippet.leaves_out_start or written[0] in snippet.segments[0]
    return starts and (snippet.leaves_out_end or written[-1] in snippet.segments[-1])


def _is_doubtful(path: str, line: str) -> bool:
    """Whether a new line may stand for something else than itself."""
    said = _comment(path, line)
    if said is None and suffix_of(path) in snippet_facts().prose:
        said = _comment("", line)
    if said is not None:
        words = said.lower()
        return any(dots in said for dots in _DOTS) or any(
            word in words for word in snippet_facts().doubtful
        )
    if line.strip() in _DOTS:
        return not path.endswith(_PYTHON)
    return is_lazy(line) or _trailing().search(line) is not None
