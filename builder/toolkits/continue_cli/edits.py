"""Edit and MultiEdit: the file must have been read before the message that edits it.

Imitates extensions/cli/src/tools/{edit,multiEdit}.ts at d0a3c0b626.
"""

from __future__ import annotations

from builder.conversation import Arguments
from builder.errors import RefusedCallError, ToolError
from builder.toolkits.continue_cli.files import refuse_sensitive_before_running
from builder.toolkits.find_and_replace import replace, replace_each, validate_edit, validate_edits
from builder.toolkits.session import Session
from builder.toolkits.unified_diff import unified_diff


def _file(session: Session, arguments: Arguments) -> str:
    given = arguments.get("file_path")
    if not given or not isinstance(given, str):
        raise RefusedCallError("find_and_replace_missing_filepath", "file_path is required")
    path = session.copy.resolve(given)
    if path is None or not session.copy.is_file(path):
        place = given if given.startswith("/") else f"{session.copy.root}/{given}"
        raise RefusedCallError(
            "file_not_found", f"ENOENT: no such file or directory, lstat '{place}'"
        )
    refuse_sensitive_before_running(session.copy.absolute(path))
    if path not in session.read_before:
        raise RefusedCallError(
            "edit_tool_file_not_read",
            f"You must use the Read tool to read {given} before editing it.",
        )
    return path


def _edit(session: Session, arguments: Arguments, _parallel: int) -> str:
    path = _file(session, arguments)
    before = session.copy.read_text(path)
    try:
        edit = validate_edit(
            arguments.get("old_string"), arguments.get("new_string"), arguments.get("replace_all")
        )
        after = replace(before, edit)
    except ToolError as error:
        raise RefusedCallError(error.kind, error.message) from error
    session.copy.write_text(path, after)
    place = session.copy.absolute(path)
    return f"Successfully edited {place}\nDiff:\n{unified_diff(place, before, after)}"


def _multi_edit(session: Session, arguments: Arguments, _parallel: int) -> str:
    path = _file(session, arguments)
    before = session.copy.read_text(path)
    try:
        edits = validate_edits(arguments)
        after = replace_each(before, edits)
    except ToolError as error:
        raise RefusedCallError(error.kind, error.message) from error
    session.copy.write_text(path, after)
    place = session.copy.absolute(path)
    count = f"{len(edits)} edit{'' if len(edits) == 1 else 's'}"
    return f"Successfully edited {place} with {count}\nDiff:\n{unified_diff(place, before, after)}"


TOOLS = {"Edit": _edit, "MultiEdit": _multi_edit}
