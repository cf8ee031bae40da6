"""How Continue cuts long outputs: commands keep their end, pages their beginning.

Imitates extensions/cli/src/util/truncateOutput.ts at d0a3c0b626.
"""

from __future__ import annotations

from builder.toolkits.continue_core.javascript import cut, length

_SNAP_CHARACTERS = 1_000
"""A cut moves to the end of a line that lies at most this far away."""


def keep_end(text: str, max_characters: int, max_lines: int) -> tuple[str, bool]:
    """The last lines and characters within both limits, with a note of what went; and whether any did."""
    lines = text.split("\n") if text else []
    gone = max(0, len(lines) - max_lines)
    kept = "\n".join(lines[-max_lines:]) if gone else text
    if length(kept) > max_characters:
        return _keep_last_characters(kept, gone, max_characters), True
    if gone:
        return f"(previous {gone} lines truncated)\n\n{kept}", True
    return text, False


def _keep_last_characters(text: str, lines_gone: int, max_characters: int) -> str:
    kept = cut(text, -max_characters)
    before, line_end, after = kept.partition("\n")
    if line_end and length(before) < _SNAP_CHARACTERS:
        kept = after
    characters_gone = length(text) - length(kept)
    if lines_gone:
        return (
            f"(previous output truncated: {lines_gone} lines and {characters_gone} characters removed)"
            f"\n\n{kept}"
        )
    return f"(previous {characters_gone} characters truncated)\n\n{kept}"


def keep_beginning(text: str, max_characters: int, context: str = "") -> str:
    """The first characters, to the end of a line if one is near, with a note of what went. `context`: what it is."""
    if length(text) <= max_characters:
        return text
    kept = cut(text, 0, max_characters)
    before, line_end, after = kept.rpartition("\n")
    if line_end and length(after) + 1 < _SNAP_CHARACTERS:
        kept = before
    of = f" of {context}" if context else ""
    return f"{kept}\n\n({length(text) - length(kept)} characters{of} truncated)"
