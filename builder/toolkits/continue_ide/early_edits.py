"""What single_find_and_replace and multi_edit did before both clients shared one engine: exact text only.

Imitates gui/src/util/clientTools/{findAndReplaceUtils,singleFindAndReplaceImpl,multiEditImpl}.ts at v1.3.2 to v1.3.11
(stable v1.2.2 to v1.2.6). Does not imitate: arguments of other types, which those releases did not check.
"""

from __future__ import annotations

from builder.conversation import Arguments
from builder.errors import NotPlayableError, ToolError
from builder.toolkits.continue_core.edit_behaviour import EditBehaviour
from builder.toolkits.continue_core.find_and_replace import (
    Edit,
    edit_arguments,
    multiple_occurrences,
    validate_edit,
)
from builder.toolkits.continue_core.javascript import is_true, replace_pattern


def check_path(arguments: Arguments) -> None:
    """Refuse a call without a path. Raises ToolError."""
    if not is_true(arguments.get("filepath")):
        raise ToolError("find_and_replace_missing_filepath", "filepath is required")


def validate_edits(arguments: Arguments, behaviour: EditBehaviour) -> list[Edit]:
    """Check the arguments of multi_edit. Raises ToolError, NotPlayableError."""
    given = arguments.get("edits")
    if not isinstance(given, list) or not given:
        raise ToolError(
            "multi_edit_edits_array_required",
            "edits array is required and must contain at least one edit",
        )
    edits = [validate_edit(edit_arguments(e), i, behaviour) for i, e in enumerate(given)]
    if edits[0].old == "" and len(edits) > 1:
        raise ToolError(
            "multi_edit_creating", "cannot make subsequent edits on a file you are creating"
        )
    for index, edit in enumerate(edits):
        if index > 0 and edit.old == "":
            raise ToolError(
                "find_and_replace_non_first_empty_old_string",
                f"edit at index {index}: contains empty old_string. Only the first edit can contain an "
                "empty old_string, which is only used for file creation.",
            )
    return edits


def replace(text: str, edit: Edit, index: int | None = None) -> str:
    """Apply one edit; `index`: its place among several. Raises ToolError, NotPlayableError."""
    context = "" if index is None else f"edit at index {index}: "
    if edit.old not in text:
        raise ToolError(
            "find_and_replace_old_string_not_found",
            f'{context}string not found in file: "{edit.old}"',
        )
    if edit.replace_all:
        if edit.old == "" and not text.isascii():
            raise NotPlayableError("a text between all characters, which may be halves there")
        return replace_pattern(text, edit.old, edit.new)
    if edit.old == "":
        return edit.new + text
    count = sum(text.startswith(edit.old, at) for at in range(len(text)))
    if count > 1:
        raise ToolError(
            "find_and_replace_multiple_occurrences",
            f"{context}{multiple_occurrences(edit.old, count)}",
        )
    return text.replace(edit.old, edit.new)
