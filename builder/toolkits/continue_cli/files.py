"""Read, Write, List.

Imitates extensions/cli/src/tools/{readFile,writeFile,listFiles}.ts at d0a3c0b626 and Node's words for what the system
refuses. Does not imitate: paths outside the workspace (nothing stands there, and nothing can be written there),
symbolic links, paths that lead through a folder that is not there and back.
"""

from __future__ import annotations

import posixpath

from builder.conversation import Arguments
from builder.errors import NotPlayableError, ToolError
from builder.sandbox.tree import MAX_FILE_BYTES
from builder.toolkits.continue_cli.required import path_argument, require, required_string
from builder.toolkits.continue_core.javascript import length
from builder.toolkits.continue_core.sensitive_paths import refuse_if_sensitive
from builder.toolkits.continue_core.unified_diff import unified_diff
from builder.toolkits.session import Session

MAX_CHARACTERS = 100_000
MAX_LINES = 5_000
MAX_NAME_BYTES = 255


def find(session: Session, given: str) -> str | None:
    """The path in the workspace of what the system finds there, or None: each part on the way has to be a folder."""
    path = session.copy.resolve(given)
    if not given or path is None or not session.copy.exists(path):
        return None
    parts = given.split("/")
    ways = ("/".join(parts[:end]) or "/" for end in range(1, len(parts)))
    inside = [session.copy.resolve(way) for way in ways]
    if any(way is not None and not session.copy.is_dir(way) for way in inside):
        return None
    return path


def _prepare_read(_session: Session, arguments: Arguments) -> Arguments:
    refuse_if_sensitive(required_string(arguments, "Read", "filepath").removeprefix("./"))
    return arguments


def _read(session: Session, arguments: Arguments, parallel: int) -> str:
    shown = str(arguments["filepath"]).removeprefix("./")
    path = find(session, shown)
    if path is None:
        raise ToolError("unspecified", f"File does not exist: {shown}")
    if session.copy.is_dir(path):
        raise ToolError(
            "unspecified", "Error reading file: EISDIR: illegal operation on a directory, read"
        )
    text = _text(session, path)
    _refuse_too_large(shown, text, parallel)
    session.read_files.add(path)
    return f"Content of {shown}:\n{text}"


def _text(session: Session, path: str) -> str:
    entry = session.copy.entry(path)
    if not entry.readable and entry.size <= MAX_FILE_BYTES:
        raise ToolError(
            "unspecified",
            f"Error reading file: EACCES: permission denied, open '{session.copy.absolute(path)}'",
        )
    return session.copy.read_text(path)


def _refuse_too_large(shown: str, text: str, parallel: int) -> None:
    characters, lines = length(text), text.count("\n") + 1
    max_characters, max_lines = MAX_CHARACTERS // parallel, MAX_LINES // parallel
    if characters <= max_characters and lines <= max_lines:
        return
    note = (
        f" (Note: limit reduced due to {parallel} parallel tool calls. Single-tool limit: {MAX_CHARACTERS:,} "
        f"characters or {MAX_LINES:,} lines.)"
        if parallel > 1
        else ""
    )
    raise ToolError(
        "file_too_large",
        f"File is too large to read: {shown} ({characters:,} characters, {lines:,} lines). Maximum allowed: "
        f"{max_characters:,} characters or {max_lines:,} lines.{note} Consider using terminal commands like "
        "'head', 'tail', 'sed', or 'grep' to read targeted parts of the file.",
    )


def _prepare_write(_session: Session, arguments: Arguments) -> Arguments:
    require(arguments, "Write", "filepath", "content")
    if not isinstance(arguments["filepath"], str):
        raise ToolError("unspecified", "Filepath must be a string")
    if not isinstance(arguments["content"], str):
        raise ToolError("unspecified", "New file content must be a string")
    return arguments


def _write(session: Session, arguments: Arguments, _parallel: int) -> str:
    shown, content = str(arguments["filepath"]), str(arguments["content"])
    path = session.copy.resolve(shown)
    reason = _reason_against(session, shown, path)
    if reason or path is None:
        raise ToolError("file_write_error", f"Error writing to file: {reason}")
    before = session.copy.read_text(path) if session.copy.is_file(path) else ""
    session.copy.write_text(path, content)
    if not before:
        return f"Successfully created file: {shown}"
    return f"Successfully wrote to file: {shown}\nDiff:\n{unified_diff(shown, before, content)}"


def _reason_against(session: Session, shown: str, path: str | None) -> str:
    """Why the system does not write there, in Node's words; nothing where it does."""
    folder, name = posixpath.split(shown)
    if not shown:
        return "ENOENT: no such file or directory, open ''"
    if path is None:
        return f"EACCES: permission denied, {_refused_step(session, shown)}"
    if any(len(part.encode(errors="replace")) > MAX_NAME_BYTES for part in path.split("/")):
        return f"ENAMETOOLONG: name too long, {_refused_step(session, shown)}"
    if find(session, shown) and session.copy.is_dir(path):
        return "EISDIR: illegal operation on a directory, read"
    if not name:
        return f"EISDIR: illegal operation on a directory, open '{shown}'"
    parent = session.copy.resolve(folder)
    if parent and session.copy.is_file(parent):
        return f"ENOTDIR: not a directory, open '{shown}'"
    if _file_on_the_way(session, parent):
        return f"ENOTDIR: not a directory, mkdir '{folder}'"
    if ".." in shown.split("/") and not find(session, folder or "."):
        raise NotPlayableError(f"{shown} leads through a folder that is not there")
    return ""


def _refused_step(session: Session, shown: str) -> str:
    """Opening the file where its folder is there, else making the folder."""
    folder = posixpath.dirname(shown) or "."
    place = posixpath.normpath(posixpath.join(session.copy.root, folder))
    is_there = f"{session.copy.root}/".startswith(place.rstrip("/") + "/") or find(session, folder)
    return f"open '{shown}'" if is_there else f"mkdir '{folder}'"


def _file_on_the_way(session: Session, path: str | None) -> bool:
    while path and path != ".":
        if session.copy.is_file(path):
            return True
        path = posixpath.dirname(path)
    return False


def _prepare_list(session: Session, arguments: Arguments) -> Arguments:
    require(arguments, "List", "dirpath")
    shown = posixpath.normpath(path_argument(arguments["dirpath"]))
    place = posixpath.normpath(posixpath.join(session.copy.root, shown))
    path = session.copy.resolve(place)
    if path is None or not session.copy.exists(path):
        raise ToolError("unspecified", f"Directory does not exist: {place}")
    if not session.copy.is_dir(path):
        raise ToolError("unspecified", f"Error: Path is not a directory: {place}")
    return {"dirpath": path}


def _list(session: Session, arguments: Arguments, _parallel: int) -> str:
    path = str(arguments["dirpath"])
    lines = [_entry_line(session, path, name, is_dir) for name, is_dir in _entries(session, path)]
    return f"Files in {session.copy.absolute(path)}:\n" + "\n".join(lines)


def _entries(session: Session, path: str) -> list[tuple[str, bool]]:
    entries = session.copy.children(path)
    has_git = path == "." and (session.copy.tree.directory / ".git").is_dir()
    return sorted([(".git", True), *entries]) if has_git else entries


def _entry_line(session: Session, folder: str, name: str, is_dir: bool) -> str:
    if is_dir:
        return f"{name} (directory)"
    path = name if folder == "." else f"{folder}/{name}"
    return f"{name} (file, {session.copy.entry(path).size} bytes)"


TOOLS = {"Read": _read, "Write": _write, "List": _list}
PREPARATIONS = {"Read": _prepare_read, "Write": _prepare_write, "List": _prepare_list}
