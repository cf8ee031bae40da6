"""Continue's edit engine, shared by both clients: validation, matching, replacement.

Imitates core/edit/searchAndReplace/{findAndReplaceUtils,multiEditValidation,findSearchMatch,performReplace}.ts
at d0a3c0b626 (v1.3.34 and later). Does not imitate: earlier releases, which match in fewer ways, and positions
counted in UTF-16 (a difference only for the case-insensitive match of characters whose lower case is longer).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from builder import actions as do
from builder.conversation import Arguments
from builder.errors import ToolError
from builder.toolkits.javascript import SPACE, trim

_SPACES = re.compile(f"[{SPACE}]+")
_LEADING = re.compile(f"[{SPACE}]*")


class Edit(NamedTuple):
    """One replacement."""

    old: str
    new: str
    replace_all: bool


class Match(NamedTuple):
    """Where the text was found: `end` is exclusive."""

    start: int
    end: int
    exact: bool


def replacement(edit: do.Edit) -> Arguments:
    """The arguments of one replacement, which both clients name alike."""
    words: Arguments = {"old_string": edit.old, "new_string": edit.new}
    return {**words, "replace_all": True} if edit.all else words


def validate_edit(given: Arguments, index: int | None = None) -> Edit:
    """Check one edit as the client does, in its order. `index`: its place among several. Raises ToolError."""
    context = "" if index is None else f"edit at index {index}: "
    old, new = given.get("old_string"), given.get("new_string")
    if not isinstance(old, str):
        raise ToolError(
            "find_and_replace_missing_old_string", f"{context}string old_string is required"
        )
    if not isinstance(new, str):
        raise ToolError(
            "find_and_replace_missing_new_string", f"{context}string new_string is required"
        )
    if old == new:
        raise ToolError(
            "find_and_replace_identical_old_and_new_strings",
            f"{context}old_string and new_string must be different",
        )
    replace_all = given.get("replace_all", False)
    if not isinstance(replace_all, bool):
        raise ToolError(
            "find_and_replace_invalid_replace_all", f"{context}replace_all must be a valid boolean"
        )
    return Edit(old, new, replace_all)


def validate_edits(arguments: Arguments) -> list[Edit]:
    """Check the arguments of a multi-edit. Raises ToolError."""
    if "edits" not in arguments:
        raise ToolError("multi_edit_edits_array_required", "invalid multi-edit args")
    given = arguments["edits"]
    if not isinstance(given, list):
        raise ToolError("multi_edit_edits_array_required", "edits array is required")
    if not given:
        raise ToolError(
            "multi_edit_edits_array_empty", "edits array must contain at least one edit"
        )
    return [_validate_item(item, index) for index, item in enumerate(given)]


def _validate_item(item: object, index: int) -> Edit:
    edit = validate_edit(item if isinstance(item, dict) else {}, index)
    if index > 0 and edit.old == "":
        raise ToolError(
            "find_and_replace_non_first_empty_old_string",
            f"Edit at index {index}: old_string cannot be empty. Only the first edit can have an empty "
            "old_string for insertion at the beginning of the file.",
        )
    return edit


def replace(text: str, edit: Edit, index: int = 0) -> str:
    """Apply one edit. Raises ToolError when the text is not there, or there more than once."""
    matches = list(find_matches(text, edit.old))
    if not matches:
        raise ToolError(
            "find_and_replace_old_string_not_found",
            f'Edit at index {index}: string not found in file: "{edit.old}"',
        )
    if len(matches) > 1 and not edit.replace_all:
        raise ToolError(
            "find_and_replace_multiple_occurrences",
            f'Edit at index {index}: String "{edit.old}" appears {len(matches)} times in the file. '
            "Either provide a more specific string with surrounding context to make it unique, or use "
            "replace_all=true to replace all occurrences.",
        )
    for match in reversed(matches):
        new = edit.new if match.exact else _reindented(text, match, edit)
        text = text[: match.start] + new + text[match.end :]
    return text


def replace_each(text: str, edits: list[Edit]) -> str:
    """Apply edits one after the other; if one fails, none has happened."""
    for index, edit in enumerate(edits):
        text = replace(text, edit, index)
    return text


def find_matches(text: str, wanted: str) -> Iterator[Match]:
    """Every place, by the first way of matching that succeeds in what is left of the text."""
    if trim(wanted) == "":
        yield Match(0, 0, exact=True)
        return
    offset, last_start = 0, -1
    while offset < len(text):
        found = _find(text[offset:], wanted)
        if found is None or found.start + offset <= last_start:
            return
        last_start = found.start + offset
        yield Match(last_start, found.end + offset, found.exact)
        offset += found.end


def _find(text: str, wanted: str) -> Match | None:
    start = text.find(wanted)
    if start >= 0:
        return Match(start, start + len(wanted), exact=True)
    trimmed = trim(wanted)
    start = text.find(trimmed)
    if start >= 0:
        return Match(start, start + len(trimmed), exact=False)
    start = text.lower().find(wanted.lower())
    if start >= 0:
        return Match(start, start + len(wanted), exact=False)
    return _find_ignoring_space(text, wanted)


def _find_ignoring_space(text: str, wanted: str) -> Match | None:
    stripped = _SPACES.sub("", wanted)
    start = _SPACES.sub("", text).find(stripped)
    if start < 0:
        return None
    kept = [i for i, character in enumerate(text) if not _SPACES.match(character)]
    return Match(kept[start], kept[start + len(stripped) - 1] + 1, exact=False)


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
