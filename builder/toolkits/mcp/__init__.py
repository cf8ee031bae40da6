"""The tools of a running MCP server (`mcp:COMMAND`), played for real: a fresh server for each conversation.

The server works on the copy of the workspace: it is started there, `{workspace}` in its command is that directory, and
what it changes comes back. Paths in arguments and results are those of the workspace as the model knows it.
"""

from __future__ import annotations

import json

from builder.conversation import Arguments
from builder.errors import ToolError
from builder.toolkits.mcp.server import McpServer
from builder.toolkits.own_tools import OwnTools
from builder.toolkits.session import Session

FIXTURE = "mcp_server"
"""Stands in the metadata of rows whose results a server outside of the sandbox gave."""


def toolkit_for(command: str) -> OwnTools:
    """The toolkit of the server that a command starts."""

    def start(session: Session) -> McpServer:
        return McpServer(command, session.copy.directory(writable=True))

    def play(session: Session, tool: str, arguments: Arguments) -> str:
        inside, outside = session.copy.root, str(session.copy.directory(writable=True))
        server = session.keep(start)
        session.fixtures.add(FIXTURE)
        given = json.loads(json.dumps(arguments).replace(inside, outside))
        try:
            return server.call(tool, given).replace(outside, inside)
        except ToolError as error:
            raise ToolError(error.kind, error.message.replace(outside, inside)) from error
        finally:
            session.copy.take_back()

    return OwnTools(f"mcp:{command}", play)
