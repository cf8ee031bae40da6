"""Edit and MultiEdit: the file must have been read before the message that edits it.

Imitates extensions/cli/src/tools/{edit,multiEdit}.ts at d0a3c0b626. Does not imitate: two edits of one file in the same
message, of which the later undoes the earlier; here both hold.
"""

from __future__ import annotations

import posixpath

from builder.conversation import Arguments
from builder.errors import RefusedCallError, ToolError
from builder.toolkits.continue_cli.required import require
from builder.toolkits.find_and_replace import Edit, replace_each, validate_edit, validate_edits
from builder.toolkits.sensitive_paths import refuse_if_sensitive
from builder.toolkits.session import Session
from builder.toolkits.unified_diff import unified_diff


def _file(session: Session, arguments: Arguments) -> str:
    given = arguments["file_path"]
    if not given or not isinstance(given, str):
        raise ToolError("find_and_replace_missing_filepath", "file_path is required")
    path = session.copy.resolve(given)
    if path is None or not session.copy.exists(path):
        raise ToolError("file_not_found", _missing(session, given))
    refuse_if_sensitive(session.copy.absolute(path))
    if path not in session.read_before:
        raise ToolError(
            "edit_tool_file_not_read",
            f"You must use the Read tool to read {given} before editing it.",
        )
    return path


def _missing(session: Session, given: str) -> str:
    """What Node says of the first part of a path that is not there."""
    place = posixpath.normpath(posixpath.join(session.copy.root, given))
    part = ""
    for name in place.removeprefix(f"{session.copy.root}/").split("/"):
        if part and session.copy.is_file(part):
            return f"ENOTDIR: not a directory, lstat '{session.copy.absolute(part)}/{name}'"
        part = f"{part}/{name}" if part else name
        if session.copy.resolve(place) and not session.copy.exists(part):
            return f"ENOENT: no such file or directory, lstat '{session.copy.absolute(part)}'"
    return f"ENOENT: no such file or directory, lstat '{place}'"


def _edit_file(session: Session, path: str, edits: list[Edit]) -> tuple[str, str]:
    """Change the file; gives its place and the patch."""
    before = session.copy.read_text(path)
    after = replace_each(before, edits)
    session.copy.write_text(path, after)
    place = session.copy.absolute(path)
    return place, unified_diff(place, before, after)


def _edit(session: Session, arguments: Arguments, _parallel: int) -> str:
    require(arguments, "Edit", "file_path", "old_string", "new_string")
    try:
        path = _file(session, arguments)
        place, patch = _edit_file(session, path, [validate_edit(arguments)])
    except ToolError as error:
        raise RefusedCallError(error.kind, error.message) from error
    return f"Successfully edited {place}\nDiff:\n{patch}"


def _multi_edit(session: Session, arguments: Arguments, _parallel: int) -> str:
    require(arguments, "MultiEdit", "file_path", "edits")
    try:
        path = _file(session, arguments)
        edits = validate_edits(arguments)
        place, patch = _edit_file(session, path, edits)
    except ToolError as error:
        raise RefusedCallError(error.kind, error.message) from error
    count = f"{len(edits)} edit{'' if len(edits) == 1 else 's'}"
    return f"Successfully edited {place} with {count}\nDiff:\n{patch}"


TOOLS = {"Edit": _edit, "MultiEdit": _multi_edit}
