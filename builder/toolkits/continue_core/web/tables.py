"""The text of a table, once its cells are written: columns padded to their widest cell, a rule below the first row."""

from __future__ import annotations

import re

from builder.toolkits.continue_core.javascript import SPACE, trim
from builder.toolkits.continue_core.web.marks import trim_newlines
from builder.toolkits.continue_core.web.surroundings import TableNotes

_NEWLINES = re.compile(r"(?:\r?\n)+")
_LINE_END = re.compile(r"\r\n|\r|\n")
_ROW_END = re.compile(rf" \|[{SPACE}]*\Z")
_FRAME = re.compile(rf"^(?:\|[{SPACE}]+)?([^\n\r\u2028\u2029]+)[{SPACE}]*\|[{SPACE}]*\Z")
_CELL_END = " |"


def finish_cell(text: str) -> str:
    """One line; only the first bar is escaped."""
    return trim(_NEWLINES.sub(" ", trim_newlines(text).replace("|", "\\|", 1)))


def finish_row(text: str) -> str | None:
    """The row, unless it has no cell."""
    return text if _ROW_END.search(text) else None


def take_caption(text: str, notes: TableNotes) -> None:
    """Keep the caption for the table; nothing is written where it stands."""
    caption = trim(_NEWLINES.sub(" ", text))
    if caption:
        notes.caption = f"__{caption}__"


def finish_table(text: str, notes: TableNotes) -> str | None:
    """The whole table; None where it has no row."""
    lines = (_FRAME.sub(r"\1", line) for line in _LINE_END.split(text))
    rows = [[trim(cell) for cell in line.split(_CELL_END)] for line in lines if line]
    if not rows:
        return None
    columns = range(max(len(row) for row in rows))
    widths = [max(len(row[column]) for row in rows if column < len(row)) for column in columns]
    written = [_row(row, widths) for row in rows]
    rule = "".join(f" {'-' * width} |" for width in widths)
    caption = f"{notes.caption}\n" if notes.caption else ""
    return caption + "\n".join([written[0], f"|{rule}", *written[1:]]) + "\n"


def _row(cells: list[str], widths: list[int]) -> str:
    filled = [*cells, *[""] * (len(widths) - len(cells))]
    padded = (cell.ljust(width) for cell, width in zip(filled, widths, strict=True))
    return "| " + " ".join(f"{cell} |" for cell in padded)
