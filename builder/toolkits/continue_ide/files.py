"""read_file, read_file_range, read_currently_open_file, create_new_file, ls.

Imitates core/tools/implementations/{readFile,readFileRange,readCurrentlyOpenFile,createNewFile,lsTool}.ts, the
preprocessArgs of their definitions, core/util/{pathResolver,ideUtils}.ts and, of the editors, VS Code
(extensions/vscode/src/{VsCodeIde,util/ideUtils}.ts) at d0a3c0b626: it shows an empty text for what it cannot read and for
an absolute path where nothing is, and the first 100,000 bytes of a file. Does not imitate: files outside the workspace
(nothing stands there); files that are open in the editor, which it reads whole; the token counter (a token is taken as
four characters of a 32k context). What VS Code words itself ends the example: a range of what is no file, a listing of
what is no folder, a path in the home folder.
"""

from __future__ import annotations

import re

from builder.conversation import Arguments
from builder.errors import NotPlayableError, ToolError
from builder.sandbox.tree import MAX_FILE_BYTES
from builder.toolkits.continue_core.argument_values import number_argument, string_argument
from builder.toolkits.continue_core.folder_walk import walk
from builder.toolkits.continue_core.javascript import is_true, length, number_text, trim
from builder.toolkits.continue_core.sensitive_paths import refuse_if_sensitive
from builder.toolkits.continue_ide.addresses import (
    editor_address,
    is_absolute,
    joined_path,
    shown_path,
)
from builder.toolkits.playing import Preparation
from builder.toolkits.session import Session

MAX_LS_LINES = 200
MAX_BYTES = 100_000
"""So much of a file the editor reads; of one ten times as large, nothing."""
HALF_CONTEXT_TOKENS = 16_384
CHARACTERS_A_TOKEN = 4
_BOM = "\ufeff"
_HOME = re.compile(r"~(?:[/\\]|\Z)")


def resolve(session: Session, shown: str) -> str | None:
    """The path in the workspace of something that exists, or None."""
    if _HOME.match(shown):
        raise NotPlayableError(f"{shown} is in the home folder")
    path = shown if is_absolute(shown) else shown.replace("\\", "/")
    inside = session.copy.resolve(path)
    return inside if inside is not None and session.copy.exists(inside) else None


def preparing_path(name: str) -> Preparation:
    """A check of the argument that names a place: it is resolved before anything checks that it is a text."""

    def prepare(_session: Session, arguments: Arguments) -> Arguments:
        given = arguments.get(name)
        if given is None:
            missing = "null" if name in arguments else "undefined"
            raise ToolError("unknown", f"Cannot read properties of {missing} (reading 'trim')")
        if not isinstance(given, str):
            raise NotPlayableError("the message names a variable of the minified program")
        shown_path(trim(given))
        return arguments

    return prepare


def _existing(session: Session, given: str) -> tuple[str | None, str]:
    """Path in the workspace, and as it is shown. Raises ToolError for a missing relative and for a secret path.

    None: an absolute path where nothing is; the editor finds that out when it reads.
    """
    shown = shown_path(trim(given))
    path = resolve(session, shown)
    if path is None and not is_absolute(shown):
        raise ToolError(
            "file_not_found",
            f'File "{given}" does not exist or is not accessible. You might want to check the path and try again.',
        )
    refuse_if_sensitive(shown)
    return path, shown


def read_as_editor(session: Session, path: str | None) -> str:
    """The text that the editor has of a file that is not open; empty for what it cannot read."""
    if path is None or not session.copy.is_file(path):
        return ""
    entry = session.copy.entry(path)
    if not entry.readable or entry.size > 10 * MAX_BYTES:
        return ""
    data = session.copy.read_bytes(path)[:MAX_BYTES]
    return data.decode("utf-8", errors="replace").removeprefix(_BOM)


def _refuse_too_large(shown: str, text: str) -> str:
    characters = length(text)
    if characters > HALF_CONTEXT_TOKENS * CHARACTERS_A_TOKEN:
        raise ToolError(
            "file_too_large",
            f"File {shown} is too large ({characters // CHARACTERS_A_TOKEN} tokens vs {HALF_CONTEXT_TOKENS} token "
            "limit). Try another approach",
        )
    return text


def _read_file(session: Session, arguments: Arguments, _parallel: int) -> str:
    path, shown = _existing(session, string_argument(arguments, "filepath"))
    return _refuse_too_large(shown, read_as_editor(session, path))


def _read_file_range(session: Session, arguments: Arguments, _parallel: int) -> str:
    given = string_argument(arguments, "filepath")
    start = number_argument(arguments, "startLine")
    end = number_argument(arguments, "endLine")
    for name, value in (("startLine", start), ("endLine", end)):
        if value < 1:
            raise ToolError(
                "invalid_line_number",
                f"{name} must be 1 or greater. Negative line numbers are not supported - use the terminal tool "
                "with 'tail' command for reading from file end.",
            )
    if end < start:
        raise ToolError(
            "invalid_line_number",
            f"endLine ({number_text(end)}) must be greater than or equal to startLine ({number_text(start)})",
        )
    path, shown = _existing(session, given)
    return _refuse_too_large(shown, _lines_between(_whole(session, path), start, end))


def _whole(session: Session, path: str | None) -> str:
    if path is None or not session.copy.is_file(path):
        raise NotPlayableError(f"{path} is no file: the editor says so in its own words")
    return session.copy.read_text(path).removeprefix(_BOM)


def _lines_between(text: str, start: int, end: int) -> str:
    """The editor's own way: the lines before the last one, a line end, the last one (or that of the file)."""
    lines = text.split("\n")
    return "\n".join(lines[start - 1 : end - 1]) + "\n" + lines[min(end, len(lines)) - 1]


def _read_currently_open_file(session: Session, _arguments: Arguments, _parallel: int) -> str:
    path = session.open_file
    if not path:
        return "There are no files currently open."
    if not session.copy.is_file(path) or session.copy.entry(path).size > MAX_FILE_BYTES:
        raise NotPlayableError(f"the open file {path} is gone, or too large")
    address = editor_address(session.copy.absolute(path))
    refuse_if_sensitive(address)
    text = _refuse_too_large(address, session.copy.read_text(path).removeprefix(_BOM))
    return f"```{path}\n{text}\n```"


def _create_new_file(session: Session, arguments: Arguments, _parallel: int) -> str:
    given = string_argument(arguments, "filepath")
    contents = string_argument(arguments, "contents", allow_empty=True)
    path = _place_of_new_file(session, trim(given).replace("\\", "/"))
    refuse_if_sensitive(joined_path(f"{session.copy.root}/{path}".lstrip("/")))
    if session.copy.exists(path):
        raise ToolError(
            "file_already_exists",
            f"File {given} already exists. Use the edit tool to edit this file",
        )
    session.copy.write_text(path, contents)
    return "File created successfuly"


def _place_of_new_file(session: Session, given: str) -> str:
    """Below the root, even if the path looks absolute; the open file, where that is what the path ends.

    Raises NotPlayableError for a place outside of the workspace.
    """
    parts = given.removeprefix("/").removesuffix("/").split("/")
    endings = ("/".join(parts[start:]) for start in range(len(parts)))
    is_known = any(session.copy.exists(session.copy.resolve(end) or "") for end in endings if end)
    opened = session.open_file
    address = editor_address(session.copy.absolute(opened))
    if opened and not is_known and address.endswith(given):
        return opened
    path = session.copy.resolve("/".join(parts))
    if path is None:
        raise NotPlayableError(f"{given} is not in the workspace")
    return path


def _list_directory(session: Session, arguments: Arguments, _parallel: int) -> str:
    given = arguments.get("dirPath")
    if is_true(given) and not isinstance(given, str):
        raise NotPlayableError("the message names a variable of the minified program")
    asked = given.replace("\\", "/") if isinstance(given, str) and given else "."
    recursive = is_true(arguments.get("recursive"))
    shown = shown_path(trim(asked))
    folder = resolve(session, shown)
    if folder is None and not is_absolute(shown):
        raise ToolError(
            "directory_not_found",
            f"Directory {given} not found or is not accessible. You can use absolute paths, relative paths, or "
            "paths starting with ~",
        )
    if folder is None or not session.copy.is_dir(folder):
        raise NotPlayableError(f"{shown} is no folder: the editor says so in its own words")
    lines = walk(session.copy, folder, recursive=recursive)
    listing = "\n".join(lines[:MAX_LS_LINES]) or f"No files/folders found in {shown}"
    if len(lines) <= MAX_LS_LINES:
        return listing
    advice = ". Try using a non-recursive search" if recursive else ""
    return f"{listing}\n\n{len(lines) - MAX_LS_LINES} ls entries were truncated{advice}"


TOOLS = {
    "read_file": _read_file,
    "read_file_range": _read_file_range,
    "read_currently_open_file": _read_currently_open_file,
    "create_new_file": _create_new_file,
    "ls": _list_directory,
}
PREPARATIONS = dict.fromkeys(
    ("read_file", "read_file_range", "create_new_file"), preparing_path("filepath")
)
