"""single_find_and_replace, multi_edit and, in early releases, search_and_replace_in_file.

Imitates core/tools/definitions/{singleFindAndReplace,multiEdit}.ts (where arguments are tried out before anybody is
asked), core/edit/searchAndReplace/validateArgs.ts and gui/src/redux/thunks/handleApplyStateUpdate.ts at d0a3c0b626, and
for earlier releases what edit_behaviour.toml says of them. Does not imitate: files over 100,000 bytes, which the editor
would cut (such a call ends the example); how VS Code puts the new text into its document: it keeps the last line end of
the file as it was, makes all line ends alike, and drops a change of one line that is nothing but space around it; a new
file that multi_edit makes in a folder which is not there.
"""

from __future__ import annotations

from collections.abc import Callable

from builder.conversation import Arguments
from builder.errors import NotPlayableError, RefusedCallError, ToolError
from builder.toolkits.continue_core.edit_behaviour import EditBehaviour, behaviour_of
from builder.toolkits.continue_core.find_and_replace import (
    Edit,
    replace_each,
    validate_edit,
    validate_edits,
)
from builder.toolkits.continue_ide import early_edits
from builder.toolkits.continue_ide.addresses import editor_address
from builder.toolkits.continue_ide.files import MAX_BYTES
from builder.toolkits.continue_ide.search_replace_blocks import read_blocks, replace_blocks
from builder.toolkits.session import Session


def existing_path(session: Session, given: str) -> str | None:
    """The file or folder that is meant: a path below the workspace's root, even one that looks absolute."""
    path = session.copy.resolve(given.replace("\\", "/").removeprefix("/"))
    return path if path is not None and session.copy.exists(path) else None


def write_result(session: Session, path: str, text: str, told: str) -> str:
    """Change a file; gives what the model is told, with the file's address. Raises NotPlayableError for a folder."""
    if session.copy.exists(path) and not session.copy.is_file(path):
        raise NotPlayableError(f"{path} is a folder: nobody knows what writing to it does")
    session.copy.write_text(path, text)
    return told.replace("{address}", editor_address(session.copy.absolute(path)))


def _file(session: Session, arguments: Arguments) -> str:
    given = arguments.get("filepath")
    if not given or not isinstance(given, str):
        raise ToolError("find_and_replace_missing_filepath", "filepath (string) is required")
    return _existing(session, given)


def _existing(session: Session, given: object) -> str:
    if not isinstance(given, str):
        raise NotPlayableError("filepath is no string, and this release does not check it")
    path = existing_path(session, given)
    if path is None:
        raise ToolError("file_not_found", f"File {given} does not exist")
    return path


def _text(session: Session, path: str) -> str:
    if not session.copy.is_file(path):
        return ""
    if session.copy.entry(path).size > MAX_BYTES:
        raise NotPlayableError(f"{path} is cut by the editor before it is edited")
    return session.copy.read_text(path)


def _single(session: Session, arguments: Arguments, behaviour: EditBehaviour) -> str:
    if not behaviour.shared_engine:
        early_edits.check_path(arguments)
        edit = validate_edit(arguments, None, behaviour)
        path = _existing(session, arguments["filepath"])
        after = early_edits.replace(_text(session, path), edit)
        return write_result(session, path, after, behaviour.edited)
    path = "" if behaviour.strict_arguments else _file(session, arguments)
    edit = validate_edit(arguments, None, behaviour)
    return _replace_in_file(session, path or _file(session, arguments), [edit], behaviour)


def _multi(session: Session, arguments: Arguments, behaviour: EditBehaviour) -> str:
    if not behaviour.shared_engine:
        return _early_multi(session, arguments, behaviour)
    path = "" if behaviour.strict_arguments else _file(session, arguments)
    edits = validate_edits(arguments, behaviour)
    return _replace_in_file(session, path or _file(session, arguments), edits, behaviour)


def _replace_in_file(
    session: Session, path: str, edits: list[Edit], behaviour: EditBehaviour
) -> str:
    after = replace_each(_text(session, path), edits, behaviour)
    return write_result(session, path, after, behaviour.edited)


def _early_multi(session: Session, arguments: Arguments, behaviour: EditBehaviour) -> str:
    """As long as an empty old text in the first edit made a new file."""
    early_edits.check_path(arguments)
    edits = early_edits.validate_edits(arguments, behaviour)
    given = arguments["filepath"]
    if not isinstance(given, str):
        raise NotPlayableError("filepath is no string, and this release does not check it")
    path = existing_path(session, given)
    if edits[0].old == "":
        return _created(session, given, path, edits[0].new, behaviour)
    if path is None:
        raise ToolError(
            "file_not_found",
            f"file {given} does not exist. If you are trying to edit it, correct the filepath. If you are "
            'trying to create it, you must pass old_string=""',
        )
    text = _text(session, path)
    for index, edit in enumerate(edits):
        text = early_edits.replace(text, edit, index)
    return write_result(session, path, text, behaviour.edited)


def _created(
    session: Session, given: str, there: str | None, text: str, behaviour: EditBehaviour
) -> str:
    if there is not None:
        raise ToolError("file_exists", f"file {given} already exists, cannot create new file")
    path = session.copy.resolve(given.replace("\\", "/").removeprefix("/"))
    if path is None or not session.copy.exists(path.rpartition("/")[0] or "."):
        raise NotPlayableError(f"{given}: a new file outside of the folders that there are")
    return write_result(session, path, text, behaviour.edited)


def _blocks(session: Session, arguments: Arguments, behaviour: EditBehaviour) -> str:
    path = _existing(session, arguments.get("filepath"))
    blocks = read_blocks(arguments, behaviour)
    after = replace_blocks(_text(session, path), blocks, behaviour)
    return write_result(session, path, after, behaviour.edited)


def _tool(
    edit: Callable[[Session, Arguments, EditBehaviour], str],
) -> Callable[[Session, Arguments, int], str]:
    """The tool for a release: since some release a failing edit is a call with wrong arguments."""

    def play(session: Session, arguments: Arguments, _parallel: int) -> str:
        behaviour = behaviour_of(session.release)
        try:
            return edit(session, arguments, behaviour)
        except ToolError as error:
            if behaviour.refuses_early:
                raise RefusedCallError(error.kind, error.message) from error
            raise

    return play


TOOLS = {
    "single_find_and_replace": _tool(_single),
    "multi_edit": _tool(_multi),
    "search_and_replace_in_file": _tool(_blocks),
}
