"""The tools of Continue's terminal program, as v2.1.0 and d0a3c0b626 answer; edits as the toolset's release does.

Not played, so that an example ends at the call: Subagent (a model of its own), ReportFailure (it posts to Continue's
service), UploadArtifact (all that is left of it says that uploads need an authentication which was removed), Exit
(nothing follows it), AskQuestion without a prepared choice, pages that no workspace ships. Every call is allowed at once, unless the
user refuses all that are asked about (leave.py); so Bash, Search and Fetch, which start programs or wait for the network, end after the
other calls of their message; Bash commands of one message run one after the other.

A refusal stands in the history as the call's result; the other calls of the message run, and their share of the output
counts the refused one. Served over HTTP (`cn serve`, POST /permission) the model is asked at once how to go on. In the
terminal every way to say no aborts the request as well (useChat.ts), so that the model sees the refusal together with
what the user says next; the note that stands between the two on the screen is not imitated. Without a terminal and a
server nothing asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from builder.actions import Action
from builder.conversation import Arguments, ToolCall
from builder.errors import RefusedCallError, ToolError
from builder.toolkits.continue_cli import actions, conversation, edits, files, search, terminal
from builder.toolkits.continue_core.terminal_security import is_disabled
from builder.toolkits.playing import Preparation, Tool

_ASKING = frozenset(("Edit", "MultiEdit", "Write", "Bash"))
"""Of the tools played here (extensions/cli/src/permissions/defaultPolicies.ts); an edit that cannot be made is not asked about."""


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
    shown_first: frozenset[str] = frozenset()
    declined = "Permission denied by user"

    def kept(self, calls: Sequence[ToolCall]) -> list[ToolCall]:
        return list(calls)

    def asks(self, tool: str, arguments: Arguments) -> bool:
        """Not about a command that is never run."""
        return tool in _ASKING and not (tool == "Bash" and is_disabled(arguments.get("command")))

    def failure_text(self, tool: str, error: ToolError) -> str:
        if isinstance(error, RefusedCallError):
            return error.message
        return f"Error executing tool {tool}: {error.message}"

    def wordings(self, action: Action, root: str) -> list[tuple[str, Arguments]]:
        return actions.wordings(action, root)


TOOLKIT = ContinueCli()
