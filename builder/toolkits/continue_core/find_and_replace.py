"""Continue's edit engine, shared by both clients: validation, matching, replacement.

Imitates core/edit/searchAndReplace/{findAndReplaceUtils,multiEditValidation,findSearchMatch,performReplace}.ts
from v1.2.7 (stable) and v1.3.12 (pre-release) to d0a3c0b626, as edit_behaviour.py says for a release. Does not imitate:
the clients' own engines before those (early_edits.py of either), and what text_matching.py leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from builder import actions as do
from builder.conversation import Arguments
from builder.errors import NotPlayableError, ToolError
from builder.toolkits.continue_core.edit_behaviour import NEWEST, EditBehaviour
from builder.toolkits.continue_core.javascript import SPACE, is_true, trim
from builder.toolkits.continue_core.text_matching import Match, find_all

_LEADING = re.compile(f"[{SPACE}]*")


class Edit(NamedTuple):
    """One replacement."""

    old: str
    new: str
    replace_all: bool


def replacement(edit: do.Edit) -> Arguments:
    """The arguments of one replacement, which both clients name alike."""
    words: Arguments = {"old_string": edit.old, "new_string": edit.new}
    return {**words, "replace_all": True} if edit.all else words


def validate_edit(
    given: Arguments, index: int | None = None, behaviour: EditBehaviour = NEWEST
) -> Edit:
    """Check one edit as the client does, in its order. `index`: its place among several.

    Raises ToolError, and NotPlayableError for a type that an early release takes without a check.
    """
    context = "" if index is None else f"edit at index {index}: "
    old = _string(given, "old_string", context, behaviour)
    new = _string(given, "new_string", context, behaviour)
    if old == new:
        raise ToolError(
            "find_and_replace_identical_old_and_new_strings",
            f"{context}old_string and new_string must be different",
        )
    replace_all = given.get("replace_all", False)
    if behaviour.strict_arguments and not isinstance(replace_all, bool):
        raise ToolError(
            "find_and_replace_invalid_replace_all", f"{context}replace_all must be a valid boolean"
        )
    return Edit(old, new, is_true(replace_all))


def _string(given: Arguments, name: str, context: str, behaviour: EditBehaviour) -> str:
    value = given.get(name)
    if isinstance(value, str):
        return value
    is_missing = name not in given or (name == "old_string" and not is_true(value))
    if not behaviour.strict_arguments and not is_missing:
        raise NotPlayableError(f"{name} is no string, and this release does not check it")
    kind = "string " if behaviour.strict_arguments else ""
    raise ToolError(f"find_and_replace_missing_{name}", f"{context}{kind}{name} is required")


def validate_edits(arguments: Arguments, behaviour: EditBehaviour = NEWEST) -> list[Edit]:
    """Check the arguments of a multi-edit. Raises ToolError, NotPlayableError."""
    if "edits" not in arguments and behaviour.strict_arguments:
        raise ToolError("multi_edit_edits_array_required", "invalid multi-edit args")
    given = arguments.get("edits")
    if not isinstance(given, list):
        raise ToolError("multi_edit_edits_array_required", "edits array is required")
    if not given:
        raise ToolError(
            "multi_edit_edits_array_empty", "edits array must contain at least one edit"
        )
    return [_validate_item(item, index, behaviour) for index, item in enumerate(given)]


def edit_arguments(item: object) -> Arguments:
    """The arguments that a member of `edits` holds; a value that is no object has none. Raises ToolError for null."""
    if item is None:
        raise ToolError("unknown", "Cannot read properties of null (reading 'old_string')")
    return item if isinstance(item, dict) else {}


def _validate_item(item: object, index: int, behaviour: EditBehaviour) -> Edit:
    edit = validate_edit(edit_arguments(item), index, behaviour)
    if index > 0 and edit.old == "":
        raise ToolError(
            "find_and_replace_non_first_empty_old_string",
            f"Edit at index {index}: old_string cannot be empty. Only the first edit can have an empty "
            "old_string for insertion at the beginning of the file.",
        )
    return edit


def replace(text: str, edit: Edit, index: int = 0, behaviour: EditBehaviour = NEWEST) -> str:
    """Apply one edit. Raises ToolError when the text is not there, or there more than once."""
    matches = list(find_matches(text, edit.old, behaviour))
    if not matches:
        raise ToolError(
            "find_and_replace_old_string_not_found",
            f'Edit at index {index}: string not found in file: "{edit.old}"',
        )
    if len(matches) > 1 and not edit.replace_all:
        raise ToolError(
            "find_and_replace_multiple_occurrences",
            f"Edit at index {index}: {multiple_occurrences(edit.old, len(matches))}",
        )
    for match in reversed(matches):
        as_given = match.exact or not behaviour.reindents
        new = edit.new if as_given else _reindented(text, match, edit)
        text = text[: match.start] + new + text[match.end :]
    return text


def multiple_occurrences(old: str, count: int) -> str:
    """What every release says of a text that is there more than once."""
    return (
        f'String "{old}" appears {count} times in the file. '
        "Either provide a more specific string with surrounding context to make it unique, or use "
        "replace_all=true to replace all occurrences."
    )


def replace_each(text: str, edits: list[Edit], behaviour: EditBehaviour = NEWEST) -> str:
    """Apply edits one after the other; if one fails, none has happened."""
    for index, edit in enumerate(edits):
        text = replace(text, edit, index, behaviour)
    return text


def find_matches(text: str, wanted: str, behaviour: EditBehaviour = NEWEST) -> Iterator[Match]:
    """Every place, by the first way of matching that succeeds in what is left of the text."""
    return find_all(text, wanted, behaviour.ways)


def _reindented(text: str, match: Match, edit: Edit) -> str:
    """The new text with the old text's indent swapped for the one that the file has there."""
    there = _leading_space(text[text.rfind("\n", 0, match.start) + 1 :].split("\n", 1)[0])
    given = next((_leading_space(line) for line in edit.old.split("\n") if trim(line)), "")
    if there == given:
        return edit.new
    lines = edit.new.split("\n")
    return "\n".join(_swap_indent(line, i, given, there) for i, line in enumerate(lines))


def _swap_indent(line: str, number: int, given: str, there: str) -> str:
    if not trim(line) or not line.startswith(given):
        return line
    return line[len(given) :] if number == 0 else there + line[len(given) :]


def _leading_space(line: str) -> str:
    found = _LEADING.match(line)
    return found[0] if found else ""
