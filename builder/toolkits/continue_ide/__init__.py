"""The tools of Continue's IDE extension, as v2.1.0 and d0a3c0b626 answer; edits as the toolset's release does.

Not played, so that an example ends at the call: codebase, view_repo_map and view_subdirectory (they need the
editor's index), edit_existing_file with a snippet that only a model could apply, pages that no workspace ships.
"""

from __future__ import annotations

from collections.abc import Mapping

from builder.actions import Action
from builder.conversation import Arguments
from builder.errors import RefusedCallError, ToolError
from builder.toolkits.continue_ide import (
    actions,
    edits,
    files,
    knowledge,
    lazy_edits,
    search,
    terminal,
    web,
)
from builder.toolkits.session import Tool
from builder.toolkits.terminal_security import SecurityPolicyError


class ContinueIde:
    """core/tools/callTool.ts and gui/src/redux/thunks/{callToolById,preprocessToolCallArgs}.ts."""

    surface = "ide"
    tools: Mapping[str, Tool] = {
        **files.TOOLS,
        **edits.TOOLS,
        **lazy_edits.TOOLS,
        **search.TOOLS,
        **terminal.TOOLS,
        **knowledge.TOOLS,
        **web.TOOLS,
    }

    def failure_text(self, tool: str, error: ToolError) -> str:
        if isinstance(error, SecurityPolicyError):
            return error.message
        cause = "with the message"
        if isinstance(error, RefusedCallError):
            cause = "because the arguments were invalid, with the following message"
        return (
            f"{tool} failed {cause}: {error.message}\n\n"
            "Please try something else or request further instructions."
        )

    def wordings(self, action: Action, _root: str) -> list[tuple[str, Arguments]]:
        return actions.wordings(action)


TOOLKIT = ContinueIde()
