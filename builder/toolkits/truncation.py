"""How Continue cuts long outputs: commands keep their end, pages their beginning.

Imitates extensions/cli/src/util/truncateOutput.ts at d0a3c0b626.
"""

from __future__ import annotations

_SNAP_CHARACTERS = 1_000
"""A cut moves to the end of a line that lies at most this far away."""


def keep_end(text: str, max_characters: int, max_lines: int) -> tuple[str, bool]:
    """The last lines and characters within both limits, with a note of what went; and whether any did."""
    lines = text.split("\n")
    gone = max(0, len(lines) - max_lines)
    kept = "\n".join(lines[-max_lines:]) if gone else text
    if len(kept) > max_characters:
        return _keep_last_characters(kept, gone, max_characters), True
    if gone:
        return f"(previous {gone} lines truncated)\n\n{kept}", True
    return text, False


def _keep_last_characters(text: str, lines_gone: int, max_characters: int) -> str:
    kept = text[-max_characters:]
    line_end = kept.find("\n")
    if 0 <= line_end < _SNAP_CHARACTERS:
        kept = kept[line_end + 1 :]
    characters_gone = len(text) - len(kept)
    if lines_gone:
        return (
            f"(previous output truncated: {lines_gone} lines and {characters_gone} characters removed)"
            f"\n\n{kept}"
        )
    return f"(previous {characters_gone} characters truncated)\n\n{kept}"


def keep_beginning(text: str, max_characters: int, context: str) -> str:
    """The first characters, to the end of a line if one is near, with a note of what went."""
    if len(text) <= max_characters:
        return text
    kept = text[:max_characters]
    line_end = kept.rfind("\n")
    if line_end >= 0 and len(kept) - line_end < _SNAP_CHARACTERS:
        kept = kept[:line_end]
    return f"{kept}\n\n({len(text) - len(kept)} characters of {context} truncated)"
