"""The words that models get: templates in prompts/, one file for each use."""

from __future__ import annotations

import functools
from pathlib import Path

from builder.tool_spec import kind_of

PROMPTS_DIR = Path(__file__).resolve().parent.parent / "prompts"


@functools.cache
def system_message(surface: str) -> str:
    """The system message of a surface's rows: its own, or that of a user's own tools (tools.md)."""
    folder = PROMPTS_DIR / "system"
    own = folder / f"{kind_of(surface)}.md"
    path = own if own.is_file() else folder / "tools.md"
    return path.read_text(encoding="utf-8").strip()
