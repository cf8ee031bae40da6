"""Which lines went and which came: the edit script that the `diff` package of npm finds (`diffLines`).

Myers' greedy search with that package's choices where several scripts are equally short: shown patches depend on
them. Does not imitate: it for changes of more than `MAX_EDITS` lines, where difflib decides, which is faster there.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import NamedTuple

MAX_EDITS = 800
"""The search takes time that grows with the square of the number of lines that went and came."""


class Block(NamedTuple):
    """Successive lines with one mark: ` ` stayed, `-` went, `+` came."""

    mark: str
    lines: list[str]


class _Run(NamedTuple):
    """So many lines with one mark, and the run before it."""

    mark: str
    size: int
    before: _Run | None


class _Path(NamedTuple):
    """How many old lines are behind us, and how we came here."""

    old: int
    run: _Run | None


def line_changes(old: list[str], new: list[str]) -> list[Block]:
    """The blocks that lead from the old lines to the new ones, in order."""
    path = _shortest_path(old, new)
    runs = _from_difflib(old, new) if path is None else _in_order(path.run)
    return list(_blocks(runs, old, new))


def _shortest_path(old: list[str], new: list[str]) -> _Path | None:
    """On diagonal d a path has passed d old lines more than new ones. None where the search is given up."""
    first = _along_equal(_Path(0, None), 0, old, new)
    if first.old == len(old) == len(new):
        return first
    best = {0: first}
    low, high = -len(old) - len(new), len(old) + len(new)
    for edits in range(1, min(high, MAX_EDITS) + 1):
        for diagonal in range(max(low, -edits), min(high, edits) + 1, 2):
            step = _step(best, diagonal, len(old), len(new))
            if step is None:
                best.pop(diagonal, None)
                continue
            path = best[diagonal] = _along_equal(step, diagonal, old, new)
            at_end, at_bottom = path.old == len(old), path.old - diagonal == len(new)
            if at_end and at_bottom:
                return path
            high = min(high, diagonal - 1) if at_end else high
            low = max(low, diagonal + 1) if at_bottom else low
    return None


def _step(best: dict[int, _Path], diagonal: int, old_count: int, new_count: int) -> _Path | None:
    """One line more removed or added, from whichever neighbour is farther along in the old lines."""
    removing, adding = best.pop(diagonal - 1, None), best.get(diagonal + 1)
    may_add = adding is not None and 0 <= adding.old - diagonal - 1 < new_count
    may_remove = removing is not None and removing.old < old_count
    if may_add and adding and not (may_remove and removing and removing.old >= adding.old):
        return _Path(adding.old, _longer(adding.run, "+"))
    if may_remove and removing:
        return _Path(removing.old + 1, _longer(removing.run, "-"))
    return None


def _longer(run: _Run | None, mark: str) -> _Run:
    if run is not None and run.mark == mark:
        return run._replace(size=run.size + 1)
    return _Run(mark, 1, run)


def _along_equal(path: _Path, diagonal: int, old: list[str], new: list[str]) -> _Path:
    start = end = path.old
    while end < len(old) and end - diagonal < len(new) and old[end] == new[end - diagonal]:
        end += 1
    return _Path(end, _Run(" ", end - start, path.run)) if end > start else path


def _in_order(run: _Run | None) -> list[tuple[str, int]]:
    found = []
    while run is not None:
        found.append((run.mark, run.size))
        run = run.before
    return found[::-1]


def _from_difflib(old: list[str], new: list[str]) -> list[tuple[str, int]]:
    runs = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new).get_opcodes():
        runs += [(" ", b - a)] if kind == "equal" else [("-", b - a), ("+", d - c)]
    return [(mark, count) for mark, count in runs if count]


def _blocks(runs: list[tuple[str, int]], old: list[str], new: list[str]) -> Iterator[Block]:
    behind = ahead = 0
    for mark, count in runs:
        lines = new[ahead : ahead + count] if mark == "+" else old[behind : behind + count]
        yield Block(mark, lines)
        behind += count if mark != "+" else 0
        ahead += count if mark != "-" else 0
