"""The tools of Continue's IDE extension, as v2.1.0 and d0a3c0b626 answer; edits as the toolset's release does.

Not played, so that an example ends at the call: codebase (it needs the editor's index), edit_existing_file with a snippet that only a model could apply, pages that no workspace ships. Not
imitated: who allows the calls of a message, and when. What only reads runs first, as it needs nobody's leave; the
others run in their order, unless the user refuses all that are asked about (leave.py). Arguments that are broken JSON count as none at all, where the extension tries to make out
the part before the break.

A refused call has one fixed result, whatever it was (gui/src/redux/util/constructMessages.ts looks at the state of a call
before its output, so that the longer text of cancelToolCall.ts reaches no model). The model is asked at once how to go
on only where the user's setting `continueAfterToolRejection` is on, which it is not by default, and never after an edit,
which is made, shown as a difference and then rejected: there the user speaks next, and the model sees the refusal
together with that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from builder.actions import Action
from builder.conversation import Arguments, ToolCall
from builder.errors import RefusedCallError, ToolError
from builder.toolkits.continue_core.terminal_security import SecurityPolicyError, is_disabled
from builder.toolkits.continue_ide import (
    actions,
    edits,
    files,
    knowledge,
    lazy_edits,
    repository_map,
    search,
    terminal,
    web,
)
from builder.toolkits.playing import Preparation, Tool

_EDITING = frozenset(("edit_existing_file", "single_find_and_replace", "multi_edit"))
_SHOWN_FIRST = _EDITING | {"search_and_replace_in_file"}
_ASKING = _SHOWN_FIRST | {
    "create_new_file",
    "run_terminal_command",
    "read_currently_open_file",
    "fetch_url_content",
    "view_repo_map",
    "view_subdirectory",
    "codebase",
}
"""Default policy allowedWithPermission (core/tools/definitions/), and edits, which are asked about once they are shown."""


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
        **repository_map.TOOLS,
    }
    preparations: Mapping[str, Preparation] = {
        **files.PREPARATIONS,
        **repository_map.PREPARATIONS,
    }
    decided_early: frozenset[str] = frozenset()
    late = frozenset(
        (*_EDITING, *edits.TOOLS, "create_new_file", "create_rule_block", "run_terminal_command")
    )

    shown_first = _SHOWN_FIRST
    declined = "The user cancelled this tool call."

    def kept(self, calls: Sequence[ToolCall]) -> list[ToolCall]:
        """Of the tools that edit, the first call only (gui/src/redux/slices/sessionSlice.ts)."""
        editing = [place for place, call in enumerate(calls) if call.name in _EDITING]
        return [call for place, call in enumerate(calls) if place not in editing[1:]]

    def asks(self, tool: str, arguments: Arguments) -> bool:
        """Not about a command that is never run."""
        is_command = tool == "run_terminal_command"
        return tool in _ASKING and not (is_command and is_disabled(arguments.get("command")))

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
