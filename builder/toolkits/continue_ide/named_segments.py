"""Segments of a snippet that are one whole definition each, and where the file has the definition of that name.

lazy_merge.py puts them there whatever their first and last lines are. A name that the file or the snippet has twice, a
definition of another kind or indent, one that no bracket or `end` closes, and a comment or an annotation that only one of
the two has make it no such segment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from builder.toolkits.continue_ide.definitions import Definition, definitions
from builder.toolkits.continue_ide.snippet_lines import Snippet


class Span(NamedTuple):
    """A run of lines, counted from 0; `end` is exclusive."""

    start: int
    end: int


class Named(NamedTuple):
    """What a snippet's segments define.

    `limits`: the lines of the file's definition of the same name, for each segment of the snippet that is one.
    `snippet`: the same with segments that change nothing and those that `spans` puts in their place bare of empty lines.
    """

    limits: Mapping[int, Span]
    snippet: Snippet
    spans: Mapping[int, Span]


def named_segments(path: str, text: str, snippet: Snippet, shown: str) -> Named:
    """Find the definitions that a snippet shows whole, between comments that stand for the rest."""
    there, here = definitions(path, text), definitions(path, shown)
    lines = text.split("\n")
    limits: dict[int, Span] = {}
    segments: list[tuple[str, ...]] = []
    spans: dict[int, Span] = {}
    for number, segment in enumerate(snippet.segments):
        between = _is_between(snippet, number)
        bare = _bare(segment) if between else Span(0, len(segment))
        inner = segment[bare.start : bare.end]
        start = snippet.starts[number] + bare.start
        other = _namesake(Span(start, start + len(inner)), here, there) if between else None
        if other:
            limits[number] = Span(other.start, other.end)
        if other and other.is_closed and _indent(lines[other.start]) == _indent(inner[0]):
            spans[len(segments)] = limits[number]
        elif not _stands(inner, lines):
            inner = segment
        segments += [inner] if inner else []
    return Named(limits, snippet._replace(segments=tuple(segments)), spans)


def _stands(segment: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether the file has just these lines somewhere: the segment shows where its neighbours are and changes nothing."""
    count = len(segment)
    return any(
        tuple(lines[at : at + count]) == tuple(segment) for at in range(len(lines) - count + 1)
    )


def _is_between(snippet: Snippet, number: int) -> bool:
    """Whether something is left out on both sides of a segment."""
    is_first, is_last = number == 0, number == len(snippet.segments) - 1
    return (snippet.leaves_out_start or not is_first) and (snippet.leaves_out_end or not is_last)


def _namesake(
    place: Span, here: Sequence[Definition], there: Sequence[Definition]
) -> Definition | None:
    """The file's definition of the name and kind that the snippet defines on these lines."""
    one = _only([d for d in here if (d.start, d.end) == place])
    if one is None or sum(d.name == one.name for d in here) > 1:
        return None
    return _only([d for d in there if (d.name, d.kind) == (one.name, one.kind)])


def _bare(segment: Sequence[str]) -> Span:
    """The segment without empty lines around it."""
    written = [number for number, line in enumerate(segment) if line.strip()]
    return Span(written[0], written[-1] + 1) if written else Span(0, 0)


def _only(found: list[Definition]) -> Definition | None:
    return found[0] if len(found) == 1 else None


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
