"""A unified diff as the `diff` package of npm writes it (createTwoFilesPatch), three lines of context."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from builder.toolkits.continue_core.line_changes import Block, line_changes

_CONTEXT = 3
_RULE = "=" * 67
_NO_NEWLINE = "\n\\ No newline at end of file\n"


@dataclass(slots=True)
class _Hunk:
    """Where it begins in the old and new lines, counted from 1; its marked lines."""

    old: int
    new: int
    lines: list[str] = field(default_factory=list)

    def add(self, mark: str, lines: list[str]) -> None:
        self.lines += [mark + line for line in lines]

    def __str__(self) -> str:
        spans = (f"-{self._span(self.old, '+')}", f"+{self._span(self.new, '-')}")
        text = "".join(line if line.endswith("\n") else line + _NO_NEWLINE for line in self.lines)
        return f"@@ {spans[0]} {spans[1]} @@\n{text}"

    def _span(self, start: int, absent: str) -> str:
        """Start and count; an empty span starts one line earlier."""
        count = sum(not line.startswith(absent) for line in self.lines)
        return f"{start if count else start - 1},{count}"


def unified_diff(path: str, old: str, new: str) -> str:
    """The patch from `old` to `new`, with its `Index:` header; ends with a newline."""
    head = f"Index: {path}\n{_RULE}\n--- {path}\n+++ {path}\n"
    blocks = line_changes(_lines(old), _lines(new))
    return head + "".join(str(hunk) for hunk in _hunks(blocks))


def _lines(text: str) -> list[str]:
    """Lines with their line ends; only a line feed ends one."""
    *whole, last = text.split("\n")
    lines = [line + "\n" for line in whole]
    return [*lines, last] if last else lines


def _hunks(blocks: list[Block]) -> Iterator[_Hunk]:
    """Changes with up to six unchanged lines between them share a hunk."""
    hunk: _Hunk | None = None
    old = new = 1
    before: list[str] = []
    for number, (mark, lines) in enumerate(blocks, start=1):
        if mark != " ":
            if hunk is None:
                hunk = _Hunk(old - len(before), new - len(before))
                hunk.add(" ", before)
            hunk.add(mark, lines)
        elif hunk is not None:
            is_between = len(lines) <= 2 * _CONTEXT and number < len(blocks)
            hunk.add(" ", lines if is_between else lines[:_CONTEXT])
            if not is_between:
                yield hunk
                hunk = None
        before = lines[-_CONTEXT:]
        old += len(lines) if mark != "+" else 0
        new += len(lines) if mark != "-" else 0
    if hunk is not None:
        yield hunk
