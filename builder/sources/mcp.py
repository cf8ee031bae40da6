"""A user's own tools from a running MCP server: `mcp:COMMAND`. The server is started once, in an empty folder, and asked."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

from builder.sources.own_tools import own_surface, own_tool
from builder.tool_spec import Surface
from builder.toolkits.mcp.server import McpServer


def surface(argument: str) -> Surface:
    """The tools that the server lists. Raises SourceError where it does not start or lists what is no tool."""
    with (
        tempfile.TemporaryDirectory(prefix="mcp-") as folder,
        closing(McpServer(argument, Path(folder))) as server,
    ):
        found = server.tools()
    return own_surface(
        f"mcp:{argument}",
        [
            own_tool(
                f"mcp:{argument}",
                one.name,
                one.description or one.title or one.name,
                one.input_schema,
                readonly=bool(one.annotations and one.annotations.read_only_hint),
            )
            for one in found
        ],
    )
