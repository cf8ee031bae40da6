"""Edit and MultiEdit: the file must have been read before the message that edits it.

Imitates extensions/cli/src/tools/{edit,multiEdit}.ts at d0a3c0b626, and for earlier releases what edit_behaviour.toml
says of them. What an edit writes is worked out before any call of its message runs, so of two edits of one file in a
message the later undoes the earlier.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from builder.conversation import Arguments
from builder.errors import NotPlayableError, RefusedCallError, ToolError
from builder.toolkits.continue_cli import early_edits
from builder.toolkits.continue_cli.files import MAX_NAME_BYTES
from builder.toolkits.continue_cli.required import path_argument, require
from builder.toolkits.continue_core.edit_behaviour import EditBehaviour, behaviour_of
from builder.toolkits.continue_core.find_and_replace import (
    Edit,
    replace_each,
    validate_edit,
    validate_edits,
)
from builder.toolkits.continue_core.javascript import is_true
from builder.toolkits.continue_core.sensitive_paths import refuse_if_sensitive
from builder.toolkits.continue_core.unified_diff import unified_diff
from builder.toolkits.session import Session


def _given(arguments: Arguments) -> str:
    given = arguments["file_path"]
    if not is_true(given):
        raise ToolError("find_and_replace_missing_filepath", "file_path is required")
    return path_argument(given)


def _file(session: Session, arguments: Arguments) -> str:
    given = _given(arguments)
    path = _linked(session, given)
    refuse_if_sensitive(session.copy.absolute(path))
    _must_be_read(session, path, given)
    return path


def _linked(session: Session, given: str) -> str:
    """Where the path leads, for releases that follow links. Raises ToolError where it leads nowhere."""
    path = session.copy.resolve(given)
    if path is None or not session.copy.exists(path):
        raise ToolError("file_not_found", _missing(session, given))
    return path


def _must_be_read(session: Session, path: str | None, given: str) -> None:
    if path not in session.read_before:
        raise ToolError(
            "edit_tool_file_not_read",
            f"You must use the Read tool to read {given} before editing it.",
        )


def _missing(session: Session, given: str) -> str:
    """What Node says of the first part of a path that is not there."""
    place = posixpath.normpath(posixpath.join(session.copy.root, given))
    if "\0" in place:
        raise NotPlayableError("Node words a path with a null character as it prints it")
    part = ""
    for name in place.removeprefix(f"{session.copy.root}/").split("/"):
        if part and session.copy.is_file(part):
            return f"ENOTDIR: not a directory, lstat '{session.copy.absolute(part)}/{name}'"
        part = f"{part}/{name}" if part else name
        if len(name.encode(errors="replace")) > MAX_NAME_BYTES:
            return f"ENAMETOOLONG: name too long, lstat '{session.copy.root}/{part}'"
        if session.copy.resolve(place) and not session.copy.exists(part):
            return f"ENOENT: no such file or directory, lstat '{session.copy.absolute(part)}'"
    return f"ENOENT: no such file or directory, lstat '{place}'"


def _written(session: Session, path: str, before: str, after: str) -> tuple[str, str]:
    """Change the file; gives its place and the patch."""
    session.copy.write_text(path, after)
    place = session.copy.absolute(path)
    return place, unified_diff(place, before, after)


def _edit(session: Session, arguments: Arguments, behaviour: EditBehaviour) -> str:
    if not behaviour.shared_engine:
        return _early_edit(session, arguments, behaviour)
    path = _file(session, arguments)
    before = session.copy.read_text(path)
    after = replace_each(before, [validate_edit(arguments, None, behaviour)], behaviour)
    place, patch = _written(session, path, before, after)
    return f"Successfully edited {place}\nDiff:\n{patch}"


def _multi_edit(session: Session, arguments: Arguments, behaviour: EditBehaviour) -> str:
    if not behaviour.shared_engine:
        return _early_multi_edit(session, arguments, behaviour)
    path = _file(session, arguments)
    edits = validate_edits(arguments, behaviour)
    before = session.copy.read_text(path)
    place, patch = _written(session, path, before, replace_each(before, edits, behaviour))
    return f"Successfully edited {place} with {_count(edits)}\nDiff:\n{patch}"


def _count(edits: list[Edit]) -> str:
    return f"{len(edits)} edit{'' if len(edits) == 1 else 's'}"


def _early_edit(session: Session, arguments: Arguments, behaviour: EditBehaviour) -> str:
    """Checks of the path come first or, once links were followed, last."""
    given = arguments["file_path"]
    if not behaviour.resolves_links and isinstance(given, str):
        refuse_if_sensitive(given)
        _must_be_read(session, session.copy.resolve(given), given)
    given = _given(arguments)
    edit = early_edits.validate_edit(arguments, early_edits.ONE)
    if behaviour.resolves_links:
        path = _linked(session, given)
        _must_be_read(session, path, given)
        refuse_if_sensitive(session.copy.absolute(path))
    else:
        path = _present(session, given)
    before = session.copy.read_text(path)
    after = early_edits.replace(before, edit, early_edits.ONE)
    place, patch = _written(session, path, before, after)
    return f"Successfully edited {place}\nDiff:\n{patch}"


def _present(session: Session, given: str) -> str:
    path = session.copy.resolve(given)
    if path is None or not session.copy.exists(path):
        raise ToolError("file_not_found", f"File {given} does not exist")
    return path


def _early_multi_edit(session: Session, arguments: Arguments, behaviour: EditBehaviour) -> str:
    """An empty old text in the first edit makes the file anew, unread."""
    if not is_true(arguments["file_path"]):
        raise ToolError("find_and_replace_missing_filepath", "file_path is required")
    given = _given(arguments)
    members = early_edits.check_edits(arguments)
    path = _linked(session, given) if behaviour.resolves_links else session.copy.resolve(given)
    place = posixpath.normpath(posixpath.join(session.copy.root, given))
    refuse_if_sensitive(session.copy.absolute(path) if path is not None else place)
    edits = early_edits.validate_edits(members)
    is_new = edits[0].old == ""
    if is_new:
        path = _new_path(session, place)
    else:
        _must_be_read(session, path, place if behaviour.resolves_links else given)
        path = _present(session, given)
    before = "" if is_new else session.copy.read_text(path)
    after = early_edits.replace_each(before, edits)
    place, patch = _written(session, path, before, after)
    action = "created" if is_new else "edited"
    return f"Successfully {action} {place} with {_count(edits)}\nDiff:\n{patch}"


def _new_path(session: Session, place: str) -> str:
    path = session.copy.resolve(place)
    folder = posixpath.dirname(place)
    if path is None or not session.copy.is_dir(path.rpartition("/")[0] or "."):
        raise ToolError("no_parent", f"Parent directory does not exist: {folder}")
    return path


def _tool(
    name: str, edit: Callable[[Session, Arguments, EditBehaviour], str], *required: str
) -> Callable[[Session, Arguments, int], str]:
    """The tool for a release; what it refuses is refused before anybody is asked."""

    def play(session: Session, arguments: Arguments, _parallel: int) -> str:
        require(arguments, name, *required)
        try:
            return edit(session, arguments, behaviour_of(session.release))
        except ToolError as error:
            raise RefusedCallError(error.kind, error.message) from error

    return play


TOOLS = {
    "Edit": _tool("Edit", _edit, "file_path", "old_string", "new_string"),
    "MultiEdit": _tool("MultiEdit", _multi_edit, "file_path", "edits"),
}
