"""The words that models get: templates in prompts/, one file for each use."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

from builder.errors import UsageError, choose
from builder.tool_spec import kind_of

PROMPTS_DIR = Path(__file__).resolve().parent.parent / "prompts"


@functools.cache
def system_message(surface: str) -> str:
    """The system message of a surface's rows: its own, or that of a user's own tools (tools.md)."""
    folder = PROMPTS_DIR / "system"
    own = folder / f"{kind_of(surface)}.md"
    path = own if own.is_file() else folder / "tools.md"
    return path.read_text(encoding="utf-8").strip()


@functools.cache
def texts(use: str) -> dict[str, str]:
    """The texts of one use, by their names. Raises UsageError for a use that has none."""
    path = PROMPTS_DIR / f"{use}.toml"
    if not path.is_file():
        known = [one.stem for one in path.parent.glob("*.toml")]
        raise UsageError(choose("texts", use, known))
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: str(text).strip() for name, text in found.items()}
