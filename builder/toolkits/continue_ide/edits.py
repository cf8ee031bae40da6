"""single_find_and_replace and multi_edit.

Imitates core/tools/definitions/{singleFindAndReplace,multiEdit}.ts (where arguments are tried out before anybody is
asked), core/edit/searchAndReplace/validateArgs.ts and gui/src/redux/thunks/handleApplyStateUpdate.ts at d0a3c0b626.
Does not imitate: edit_existing_file, whose lazy snippet a model applies; files over 100,000 bytes, which the editor
would cut.
"""

from __future__ import annotations

from builder.conversation import Arguments
from builder.errors import NotPlayableError, RefusedCallError, ToolError
from builder.toolkits.find_and_replace import (
    Edit,
    replace_each,
    validate_edit,
    validate_edits,
)
from builder.toolkits.session import Session


def _file(session: Session, arguments: Arguments) -> str:
    """The file or folder that is meant: a path below the workspace's root, even one that looks absolute."""
    given = arguments.get("filepath")
    if not given or not isinstance(given, str):
        raise ToolError("find_and_replace_missing_filepath", "filepath (string) is required")
    path = session.copy.resolve(given.replace("\\", "/").removeprefix("/"))
    if path is None or not session.copy.exists(path):
        raise ToolError("file_not_found", f"File {given} does not exist")
    return path


def _edit_file(session: Session, arguments: Arguments, edits: list[Edit]) -> str:
    path = _file(session, arguments)
    is_file = session.copy.is_file(path)
    text = replace_each(session.copy.read_text(path) if is_file else "", edits)
    if not is_file:
        raise NotPlayableError(f"{path} is a folder: nobody knows what writing to it does")
    session.copy.write_text(path, text)
    return f"Successfully edited file://{session.copy.absolute(path)}"


def _single_find_and_replace(session: Session, arguments: Arguments, _parallel: int) -> str:
    try:
        return _edit_file(session, arguments, [validate_edit(arguments)])
    except ToolError as error:
        raise RefusedCallError(error.kind, error.message) from error


def _multi_edit(session: Session, arguments: Arguments, _parallel: int) -> str:
    try:
        return _edit_file(session, arguments, validate_edits(arguments))
    except ToolError as error:
        raise RefusedCallError(error.kind, error.message) from error


TOOLS = {"single_find_and_replace": _single_find_and_replace, "multi_edit": _multi_edit}
