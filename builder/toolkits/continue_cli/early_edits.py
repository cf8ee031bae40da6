"""What Edit and MultiEdit did before both clients shared one engine: exact text only, and new files.

Imitates extensions/cli/src/tools/{edit,multiEdit}.ts at v1.1.82 to v1.3.11 (stable v1.0.80 to v1.2.6). Does not imitate:
arguments of other types, which those releases did not check; that before v1.3.5 a path counted as read only in the
spelling that the Read had.
"""

from __future__ import annotations

from typing import NamedTuple

from builder.conversation import Arguments
from builder.errors import NotPlayableError, ToolError
from builder.toolkits.continue_core.find_and_replace import (
    Edit,
    edit_arguments,
    multiple_occurrences,
)
from builder.toolkits.continue_core.javascript import is_true, replace_pattern


class Words(NamedTuple):
    """How the two tools differ in speaking of an edit: what stands before it, and how it quotes a text."""

    context: str
    quote: str


ONE = Words("", "")


def validate_edit(given: Arguments, words: Words) -> Edit:
    """Check one edit. Raises ToolError, NotPlayableError."""
    old, new = given.get("old_string"), given.get("new_string")
    may_be_empty = words is not ONE
    if not is_true(old) and not (may_be_empty and old == ""):
        raise ToolError("missing_old_string", f"{words.context}old_string is required")
    if "new_string" not in given:
        raise ToolError("missing_new_string", f"{words.context}new_string is required")
    if not isinstance(old, str) or not isinstance(new, str):
        raise NotPlayableError("a text is no string, and this release does not check it")
    if old == new:
        raise ToolError(
            "identical_old_and_new_strings",
            f"{words.context}old_string and new_string must be different",
        )
    return Edit(old, new, is_true(given.get("replace_all", False)))


def check_edits(arguments: Arguments) -> list[object]:
    """The members of `edits`, not looked at yet. Raises ToolError."""
    given = arguments.get("edits")
    if not isinstance(given, list) or not given:
        raise ToolError(
            "multi_edit_edits_array_required",
            "edits array is required and must contain at least one edit",
        )
    return given


def validate_edits(given: list[object]) -> list[Edit]:
    """Check the members of `edits`. Raises ToolError, NotPlayableError."""
    return [validate_edit(edit_arguments(item), numbered(i)) for i, item in enumerate(given)]


def numbered(index: int) -> Words:
    """How MultiEdit speaks of one of its edits."""
    return Words(f"Edit {index + 1}: ", '"')


def replace(text: str, edit: Edit, words: Words) -> str:
    """Apply one edit. Raises ToolError, NotPlayableError."""
    if edit.old not in text:
        raise ToolError(
            "old_string_not_found",
            f"{words.context}String not found in file: {words.quote}{edit.old}{words.quote}",
        )
    if edit.old == "" and not text.isascii():
        raise NotPlayableError("a text between all characters, which may be halves there")
    if edit.replace_all:
        return edit.new.join(list(text) if edit.old == "" else text.split(edit.old))
    count = len(text) - 1 if edit.old == "" else text.count(edit.old)
    if count > 1:
        raise ToolError(
            "multiple_occurrences", f"{words.context}{multiple_occurrences(edit.old, count)}"
        )
    return replace_pattern(text, edit.old, edit.new, count=1)


def replace_each(text: str, edits: list[Edit]) -> str:
    """Apply the edits of a MultiEdit; an empty old text in the first one begins a new file. Raises ToolError."""
    is_new = edits[0].old == ""
    text = edits[0].new if is_new else text
    for index, edit in enumerate(edits):
        if not (is_new and index == 0):
            text = replace(text, edit, numbered(index))
    return text
