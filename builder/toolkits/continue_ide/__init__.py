"""The tools of Continue's IDE extension, as v2.1.0 and d0a3c0b626 answer; edits as the toolset's release does.

Not played, so that an example ends at the call: codebase, view_repo_map and view_subdirectory (they need the
editor's index), edit_existing_file with a snippet that only a model could apply, pages that no workspace ships. Not
imitated: who allows the calls of a message, and when. What only reads runs first, as it needs nobody's leave; the
others run in their order. Arguments that are broken JSON count as none at all, where the extension tries to make out
the part before the break.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from builder.actions import Action
from builder.conversation import Arguments, ToolCall
from builder.errors import RefusedCallError, ToolError
from builder.toolkits.continue_core.terminal_security import SecurityPolicyError
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
from builder.toolkits.playing import Preparation, Tool

_EDITING = frozenset(("edit_existing_file", "single_find_and_replace", "multi_edit"))


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
    preparations: Mapping[str, Preparation] = files.PREPARATIONS
    decided_early: frozenset[str] = frozenset()
    late = frozenset(
        (*_EDITING, *edits.TOOLS, "create_new_file", "create_rule_block", "run_terminal_command")
    )

    def kept(self, calls: Sequence[ToolCall]) -> list[ToolCall]:
        """Of the tools that edit, the first call only (gui/src/redux/slices/sessionSlice.ts)."""
        editing = [place for place, call in enumerate(calls) if call.name in _EDITING]
        return [call for place, call in enumerate(calls) if place not in editing[1:]]

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
