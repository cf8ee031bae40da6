"""What a tool of an MCP server is called: with the server's name before it in the editor, as it is in the terminal.

Imitates core/tools/mcpToolName.ts and, for the terminal program, convertMcpToolToContinueTool of
extensions/cli/src/tools/index.tsx at d0a3c0b626. Neither client keeps two tools of one name apart: the editor warns
its user, and both are sent; the first answers.
"""

from __future__ import annotations

import re

from builder.errors import UsageError, choose

_OTHER = re.compile(r"[^a-z0-9]+")


def ide_tool_name(server: str, tool: str) -> str:
    """The name in the editor; a tool whose name begins with the server's stays as it is."""
    prefix = _OTHER.sub("_", server.lower()).strip("_")
    return tool if tool.startswith(prefix) else f"{prefix}_{tool}"


def tool_name(surface: str, server: str, tool: str) -> str:
    """The name on a surface (`ide`, `cli`). Raises UsageError for another."""
    if surface == "ide":
        return ide_tool_name(server, tool)
    if surface == "cli":
        return tool
    raise UsageError(choose("surface", surface, ["cli", "ide"]))


def names_given_twice(names: list[str]) -> list[str]:
    """Names that more than one tool has, in the order of their first: what the editor warns of."""
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]
