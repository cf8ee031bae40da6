"""The words that models get: templates in prompts/, one file for each use."""

from __future__ import annotations

import functools
from pathlib import Path

from builder.errors import UsageError, choose

PROMPTS_DIR = Path(__file__).resolve().parent.parent / "prompts"


@functools.cache
def system_message(surface: str) -> str:
    """The system message of a surface's rows. Raises UsageError for a surface that has none."""
    path = PROMPTS_DIR / "system" / f"{surface}.md"
    if not path.is_file():
        known = [one.stem for one in path.parent.glob("*.md")]
        raise UsageError(choose("surface", surface, known))
    return path.read_text(encoding="utf-8").strip()
