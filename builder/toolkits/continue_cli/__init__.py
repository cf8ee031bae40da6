"""The tools of Continue's terminal program, as v2.1.0 and d0a3c0b626 answer; edits as the toolset's release does.

Not played, so that an example ends at the call: Subagent (a model of its own), ReportFailure (it posts to Continue's
service), UploadArtifact (all that is left of it says that uploads need an authentication which was removed), Exit
(nothing follows it), AskQuestion without a prepared choice, pages that no workspace ships. Not imitated: permissions.
Every call is allowed at once, so Bash, Search and Fetch, which start programs or wait for the network, end after the
other calls of their message; Bash commands of one message run one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from builder.actions import Action
from builder.conversation import Arguments, ToolCall
from builder.errors import RefusedCallError, ToolError
from builder.toolkits.continue_cli import actions, conversation, edits, files, search, terminal
from builder.toolkits.playing import Preparation, Tool


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
    preparations: Mapping[str, Preparation] = {
        **files.PREPARATIONS,
        **search.PREPARATIONS,
        **terminal.PREPARATIONS,
        **conversation.PREPARATIONS,
    }
    decided_early = frozenset(edits.TOOLS)
    late = frozenset(("Bash", "Search", "Fetch"))

    def kept(self, calls: Sequence[ToolCall]) -> list[ToolCall]:
        return list(calls)

    def failure_text(self, tool: str, error: ToolError) -> str:
        if isinstance(error, RefusedCallError):
            return error.message
        return f"Error executing tool {tool}: {error.message}"

    def wordings(self, action: Action, root: str) -> list[tuple[str, Arguments]]:
        return actions.wordings(action, root)


TOOLKIT = ContinueCli()
