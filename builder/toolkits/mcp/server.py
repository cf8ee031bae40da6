"""A running MCP server: its command is started, asked for its tools, given calls, and stopped.

The official SDK speaks the protocol. The server is the user's own program: it runs with the user's rights, outside of
the sandbox, in the directory that it is given, and with no variable of the environment but PATH, HOME and their kin.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from builder.errors import NotPlayableError, SourceError, ToolError

if TYPE_CHECKING:
    from mcp import Client
    from mcp_types import CallToolResult, Tool

START_TIMEOUT_S = 60.0
"""A first start may have to fetch the server's package."""
CALL_TIMEOUT_S = 10.0
WORKSPACE = "{workspace}"
"""Stands in a command for the directory that the server works on."""


class McpServer:
    """One server process. Close it when done."""

    def __init__(self, command: str, directory: Path) -> None:
        """Start the server. Raises SourceError where it does not start or does not speak the protocol."""
        from anyio.from_thread import start_blocking_portal  # noqa: PLC0415 - only where a server is asked for
        from mcp import MCPError  # noqa: PLC0415

        words = _words(command, directory)
        self._closing = ExitStack()
        try:
            self._portal = self._closing.enter_context(start_blocking_portal())
            running = self._portal.wrap_async_context_manager(_client(words, directory))
            self._client = self._closing.enter_context(running)
        except (OSError, TimeoutError, MCPError, ExceptionGroup) as error:
            self._closing.close()
            raise SourceError(
                f"the MCP server {command!r} does not start: {_reason(error)}"
            ) from error

    def close(self) -> None:
        """Stop the server and what it has started."""
        self._closing.close()

    def tools(self) -> list[Tool]:
        """Every tool that the server offers, in its order."""
        return self._portal.call(_all_tools, self._client)

    def call(self, tool: str, arguments: dict[str, object]) -> str:
        """The text that a call gives. Raises ToolError for a failure, NotPlayableError for what is no text or too late."""
        from mcp import MCPError  # noqa: PLC0415

        try:
            result = self._portal.call(lambda: self._client.call_tool(tool, arguments))
        except MCPError as error:
            raise ToolError("mcp_error", str(error)) from error
        except TimeoutError as error:
            raise NotPlayableError(f"{tool} did not answer within {CALL_TIMEOUT_S} s") from error
        text = _text(result)
        if result.is_error:
            raise ToolError("mcp_tool_error", text)
        return text


@asynccontextmanager
async def _client(words: list[str], directory: Path) -> AsyncIterator[Client]:
    import anyio  # noqa: PLC0415
    from mcp import Client, StdioServerParameters, stdio_client  # noqa: PLC0415

    server = StdioServerParameters(command=words[0], args=words[1:], cwd=directory)
    with Path(os.devnull).open("w") as nowhere:  # noqa: ASYNC230 - a device, it does not block
        client = Client(stdio_client(server, errlog=nowhere), read_timeout_seconds=CALL_TIMEOUT_S)
        with anyio.fail_after(START_TIMEOUT_S) as limit:
            async with client:
                limit.deadline = float("inf")
                yield client


async def _all_tools(client: Client) -> list[Tool]:
    page = await client.list_tools()
    found = list(page.tools)
    while page.next_cursor is not None:
        page = await client.list_tools(cursor=page.next_cursor)
        found += page.tools
    return found


def _words(command: str, directory: Path) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise SourceError(f"mcp:{command}: {error}") from error
    if not words:
        raise SourceError(
            "mcp: needs the command that starts a server, e.g. mcp:'uvx mcp-server-git'"
        )
    return [word.replace(WORKSPACE, str(directory)) for word in words]


def _reason(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, TimeoutError):
        return f"no answer within {START_TIMEOUT_S:.0f} s"
    return str(error) or type(error).__name__


def _text(result: CallToolResult) -> str:
    texts = [getattr(block, "text", None) for block in result.content]
    if None in texts:
        raise NotPlayableError("the result is not text alone")
    return "\n\n".join(str(text) for text in texts)
