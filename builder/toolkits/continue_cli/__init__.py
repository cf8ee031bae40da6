"""The tools of Continue's terminal program, as v2.1.0 and d0a3c0b626 answer; edits as the toolset's release does.

Not played, so that an example ends at the call: Subagent, UploadArtifact, ReportFailure (they need Continue's
service), Exit (nothing follows it), AskQuestion without a prepared choice, pages that no workspace ships.
"""

from __future__ import annotations

from collections.abc import Mapping

from builder.actions import Action
from builder.conversation import Arguments
from builder.errors import RefusedCallError, ToolError
from builder.toolkits.continue_cli import actions, conversation, edits, files, search, terminal
from builder.toolkits.session import Tool


class ContinueCli:
    """extensions/cli/src/stream/streamChatResponse.helpers.ts."""

    surface = "cli"
    tools: Mapping[str, Tool] = {
        **files.TOOLS,
        **edits.TOOLS,
        **search.TOOLS,
        **terminal.TOOLS,
        **conversation.TOOLS,
    }

    def failure_text(self, tool: str, error: ToolError) -> str:
        if isinstance(error, RefusedCallError):
            return error.message
        return f"Error executing tool {tool}: {error.message}"

    def wordings(self, action: Action, root: str) -> list[tuple[str, Arguments]]:
        return actions.wordings(action, root)


TOOLKIT = ContinueCli()
