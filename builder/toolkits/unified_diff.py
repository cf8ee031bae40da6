"""A unified diff as the `diff` package of npm writes it (createTwoFilesPatch), three lines of context.

Does not imitate: which of several edit scripts jsdiff prefers where lines repeat; difflib decides here.
"""

from __future__ import annotations

import difflib

_RULE = "=" * 67
_NO_NEWLINE = "\\ No newline at end of file\n"


def unified_diff(path: str, old: str, new: str) -> str:
    """The patch from `old` to `new`, with its `Index:` header; ends with a newline."""
    head = f"Index: {path}\n{_RULE}\n--- {path}\n+++ {path}\n"
    before, after = _lines(old), _lines(new)
    hunks = difflib.unified_diff(before, after, n=3)
    body = [line for line in hunks if not line.startswith(("--- \n", "+++ \n"))]
    return head + "".join(_terminated(line) for line in body)


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    whole = [line + "\n" for line in lines[:-1]]
    return [*whole, lines[-1]] if lines[-1] else whole


def _terminated(line: str) -> str:
    if line.startswith("@@"):
        return _with_counts(line)
    return line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}"


def _with_counts(header: str) -> str:
    """Write the count of one, which difflib leaves out and jsdiff does not."""
    _, old, new, _ = header.split(" ", 3)
    old, new = (span if "," in span else f"{span},1" for span in (old, new))
    return f"@@ {old} {new} @@\n"
