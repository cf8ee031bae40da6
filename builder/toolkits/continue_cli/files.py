"""Read, Write, List.

Imitates extensions/cli/src/tools/{readFile,writeFile,listFiles}.ts at d0a3c0b626. Does not imitate: paths outside the
workspace (they do not exist here), sizes of folders, symbolic links.
"""

from __future__ import annotations

import posixpath

from builder.conversation import Arguments
from builder.errors import RefusedCallError, ToolError
from builder.sandbox.tree import MAX_FILE_BYTES
from builder.toolkits.continue_cli.required import require, required_string
from builder.toolkits.sensitive_paths import refuse_if_sensitive
from builder.toolkits.session import Session
from builder.toolkits.unified_diff import unified_diff

MAX_CHARACTERS = 100_000
MAX_LINES = 5_000


def _refuse_sensitive_before_running(path: str) -> None:
    try:
        refuse_if_sensitive(path)
    except ToolError as error:
        raise RefusedCallError(error.kind, error.message) from error


def _read(session: Session, arguments: Arguments, parallel: int) -> str:
    shown = required_string(arguments, "Read", "filepath").removeprefix("./")
    _refuse_sensitive_before_running(shown)
    path = session.copy.resolve(shown)
    if path is None or not session.copy.exists(path):
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
    lines = text.count("\n") + 1
    max_characters, max_lines = MAX_CHARACTERS // parallel, MAX_LINES // parallel
    if len(text) <= max_characters and lines <= max_lines:
        return
    note = (
        f" (Note: limit reduced due to {parallel} parallel tool calls. Single-tool limit: {MAX_CHARACTERS:,} "
        f"characters or {MAX_LINES:,} lines.)"
        if parallel > 1
        else ""
    )
    raise ToolError(
        "file_too_large",
        f"File is too large to read: {shown} ({len(text):,} characters, {lines:,} lines). Maximum allowed: "
        f"{max_characters:,} characters or {max_lines:,} lines.{note} Consider using terminal commands like "
        "'head', 'tail', 'sed', or 'grep' to read targeted parts of the file.",
    )


def _write(session: Session, arguments: Arguments, _parallel: int) -> str:
    require(arguments, "Write", "filepath", "content")
    shown = required_string(arguments, "Write", "filepath")
    content = required_string(arguments, "Write", "content")
    path = session.copy.resolve(shown)
    if path is None:
        raise ToolError(
            "file_write_error",
            f"Error writing to file: EACCES: permission denied, open '{shown}'",
        )
    if session.copy.is_dir(path):
        raise ToolError(
            "file_write_error",
            f"Error writing to file: EISDIR: illegal operation on a directory, open '{shown}'",
        )
    before = session.copy.read_text(path) if session.copy.is_file(path) else ""
    session.copy.write_text(path, content)
    if not before:
        return f"Successfully created file: {shown}"
    return f"Successfully wrote to file: {shown}\nDiff:\n{unified_diff(shown, before, content)}"


def _list(session: Session, arguments: Arguments, _parallel: int) -> str:
    shown = required_string(arguments, "List", "dirpath")
    path = session.copy.resolve(shown)
    if path is None or not session.copy.exists(path):
        place = posixpath.normpath(posixpath.join(session.copy.root, shown))
        raise RefusedCallError("unspecified", f"Directory does not exist: {place}")
    place = session.copy.absolute(path)
    if not session.copy.is_dir(path):
        raise RefusedCallError("unspecified", f"Error: Path is not a directory: {place}")
    lines = [_entry_line(session, path, name, is_dir) for name, is_dir in _entries(session, path)]
    return f"Files in {place}:\n" + "\n".join(lines)


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
