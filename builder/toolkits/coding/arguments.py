"""Reads the arguments of the coding tools: what fits the schema is taken, anything else is refused with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from builder.conversation import Arguments
from builder.errors import ToolError

MAX_CHARACTERS = 30_000
"""Longer code is refused: no process takes arguments of any length (four bytes a character, 128 KiB on Linux)."""


def text_argument(arguments: Arguments, name: str, *, allow_empty: bool = False) -> str:
    """A string that a process can be given. Raises ToolError."""
    value = arguments.get(name)
    if not isinstance(value, str):
        raise _refusal(f"`{name}` is required and must be a string")
    if not allow_empty and not value.strip():
        raise _refusal(f"`{name}` must not be empty")
    if len(value) > MAX_CHARACTERS:
        raise _refusal(f"`{name}` has {len(value)} characters, the limit is {MAX_CHARACTERS}")
    if "\0" in value:
        raise _refusal(f"`{name}` must not contain null characters")
    return value


def choice_argument(arguments: Arguments, name: str, choices: Sequence[str]) -> str:
    """One of the given words. Raises ToolError."""
    value = arguments.get(name)
    if not isinstance(value, str) or value not in choices:
        raise _refusal(f"`{name}` must be one of {', '.join(choices)}")
    return value


def _refusal(reason: str) -> ToolError:
    return ToolError("invalid_arguments", f"Error: {reason}.")
