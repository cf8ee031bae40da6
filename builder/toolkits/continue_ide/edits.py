"""single_find_and_replace and multi_edit.

Imitates gui/src/util/clientTools/{singleFindAndReplaceImpl,multiEditImpl}.ts and
gui/src/redux/thunks/handleApplyStateUpdate.ts at d0a3c0b626. Does not imitate: edit_existing_file, whose lazy
snippet a model applies.
"""

from __future__ import annotations

from builder.conversation import Arguments
from builder.errors import ToolError
from builder.toolkits.find_and_replace import replace, replace_each, validate_edit, validate_edits
from builder.toolkits.session import Session


def _file(session: Session, arguments: Arguments) -> str:
    given = arguments.get("filepath")
    if not given or not isinstance(given, str):
        raise ToolError("find_and_replace_missing_filepath", "filepath (string) is required")
    path = session.copy.resolve(given)
    if path is None or not session.copy.is_file(path):
        raise ToolError("file_not_found", f"File {given} does not exist")
    return path


def _success(session: Session, path: str) -> str:
    return f"Successfully edited file://{session.copy.absolute(path)}"


def _single_find_and_replace(session: Session, arguments: Arguments, _parallel: int) -> str:
    edit = validate_edit(
        arguments.get("old_string"), arguments.get("new_string"), arguments.get("replace_all")
    )
    path = _file(session, arguments)
    session.copy.write_text(path, replace(session.copy.read_text(path), edit))
    return _success(session, path)


def _multi_edit(session: Session, arguments: Arguments, _parallel: int) -> str:
    edits = validate_edits(arguments)
    path = _file(session, arguments)
    session.copy.write_text(path, replace_each(session.copy.read_text(path), edits))
    return _success(session, path)


TOOLS = {"single_find_and_replace": _single_find_and_replace, "multi_edit": _multi_edit}
