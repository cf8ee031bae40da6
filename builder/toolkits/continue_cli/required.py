"""Arguments that the terminal program checks before a tool runs: that they are there.

Imitates validateToolCallArgsPresent of extensions/cli/src/tools/index.tsx at d0a3c0b626. Does not imitate: what becomes
of a value of another type than the tool expects; such a call ends the example.
"""

from __future__ import annotations

from builder.conversation import Arguments
from builder.errors import NotPlayableError, RefusedCallError


def require(arguments: Arguments, tool: str, *names: str) -> None:
    """Raise RefusedCallError for the first argument that is missing."""
    for name in names:
        if arguments.get(name) is None:
            raise RefusedCallError(
                "missing_argument", f'Required parameter "{name}" missing for tool "{tool}"'
            )


def required_string(arguments: Arguments, tool: str, name: str) -> str:
    """A string that must be there. Raises RefusedCallError, and NotPlayableError for another type."""
    require(arguments, tool, name)
    value = arguments[name]
    if not isinstance(value, str):
        raise NotPlayableError(f"{name} is no string")
    return value
