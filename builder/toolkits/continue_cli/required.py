"""Arguments that the terminal program checks before a tool runs: present, and of the type that the tool uses."""

from __future__ import annotations

from builder.conversation import Arguments
from builder.errors import RefusedCallError


def required_string(arguments: Arguments, tool: str, name: str) -> str:
    """A string that must be there. Raises RefusedCallError."""
    value = arguments.get(name)
    if value is None:
        raise RefusedCallError(
            "missing_argument", f'Required parameter "{name}" missing for tool "{tool}"'
        )
    if not isinstance(value, str):
        raise RefusedCallError("invalid_arguments", f"{name} must be a string")
    return value
