"""read_file, read_file_range, read_currently_open_file, create_new_file, ls.

Imitates core/tools/implementations/{readFile,readFileRange,readCurrentlyOpenFile,createNewFile,lsTool}.ts,
core/util/{pathResolver,ideUtils}.ts and core/indexing/walkDir.ts at d0a3c0b626. Does not imitate: paths outside the
workspace (they do not exist here); that one editor gives an empty text for what it cannot read, and for an absolute
path where nothing is; the contents of .git; the token counter (a token is taken as four characters of a 32k context).
"""

from __future__ import annotations

import pathspec

from builder.conversation import Arguments
from builder.errors import NotPlayableError, ToolError
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.argument_values import boolean_argument, number_argument, string_argument
from builder.toolkits.javascript import trim
from builder.toolkits.sensitive_paths import path_of, refuse_if_sensitive
from builder.toolkits.session import Session

MAX_LS_LINES = 200
HALF_CONTEXT_TOKENS = 16_384
CHARACTERS_A_TOKEN = 4


def resolve(session: Session, path: str) -> str | None:
    """The path in the workspace of something that exists, or None. `path` may be a file:// address."""
    inside = session.copy.resolve(trim(path))
    return inside if inside is not None and session.copy.exists(inside) else None


def _existing(session: Session, given: str) -> tuple[str, str]:
    """Path in the workspace, and as it is shown. Raises ToolError for none, and for a secret one."""
    shown = path_of(trim(given))
    path = resolve(session, shown)
    if path is None:
        raise ToolError(
            "file_not_found",
            f'File "{given}" does not exist or is not accessible. You might want to check the path and try again.',
        )
    refuse_if_sensitive(shown)
    return path, shown


def _text(session: Session, path: str, shown: str) -> str:
    if session.copy.is_dir(path):
        raise ToolError("unspecified", "EISDIR: illegal operation on a directory, read")
    entry = session.copy.entry(path)
    if entry.size > HALF_CONTEXT_TOKENS * CHARACTERS_A_TOKEN * 4:
        raise _too_large(shown, entry.size)
    if not entry.readable:
        place = session.copy.absolute(path)
        raise ToolError("unspecified", f"EACCES: permission denied, open '{place}'")
    text = session.copy.read_text(path)
    if len(text) > HALF_CONTEXT_TOKENS * CHARACTERS_A_TOKEN:
        raise _too_large(shown, len(text))
    return text


def _too_large(shown: str, characters: int) -> ToolError:
    return ToolError(
        "file_too_large",
        f"File {shown} is too large ({characters // CHARACTERS_A_TOKEN} tokens vs {HALF_CONTEXT_TOKENS} token "
        "limit). Try another approach",
    )


def _read_file(session: Session, arguments: Arguments, _parallel: int) -> str:
    given = string_argument(arguments, "filepath")
    return _text(session, *_existing(session, given))


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
            f"endLine ({end}) must be greater than or equal to startLine ({start})",
        )
    text = _text(session, *_existing(session, given))
    return "\n".join(text.split("\n")[start - 1 : end])


def _read_currently_open_file(session: Session, _arguments: Arguments, _parallel: int) -> str:
    path = session.open_file
    if not path:
        return "There are no files currently open."
    if not session.copy.is_file(path):
        raise NotPlayableError(f"the open file {path} is gone")
    address = f"file://{session.copy.absolute(path)}"
    refuse_if_sensitive(address)
    return f"```{path}\n{_text(session, path, address)}\n```"


def _create_new_file(session: Session, arguments: Arguments, _parallel: int) -> str:
    given = string_argument(arguments, "filepath")
    contents = string_argument(arguments, "contents", allow_empty=True)
    path = _place_of_new_file(session, trim(given).replace("\\", "/"))
    refuse_if_sensitive(f"{session.copy.root}/{path}".lstrip("/"))
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
    if opened and not is_known and f"file://{session.copy.absolute(opened)}".endswith(given):
        return opened
    path = session.copy.resolve("/".join(parts))
    if path is None:
        raise NotPlayableError(f"{given} is not in the workspace")
    return path


def _list_directory(session: Session, arguments: Arguments, _parallel: int) -> str:
    given = arguments.get("dirPath")
    shown = given.replace("\\", "/") if isinstance(given, str) and given else "."
    recursive = boolean_argument(arguments, "recursive") or False
    folder = resolve(session, shown)
    if folder is None:
        raise ToolError(
            "directory_not_found",
            f"Directory {given} not found or is not accessible. You can use absolute paths, relative paths, or "
            "paths starting with ~",
        )
    lines = list(_walk(session.copy, folder, recursive=recursive))
    listing = "\n".join(lines[:MAX_LS_LINES]) or f"No files/folders found in {shown}"
    if len(lines) <= MAX_LS_LINES:
        return listing
    advice = ". Try using a non-recursive search" if recursive else ""
    return f"{listing}\n\n{len(lines) - MAX_LS_LINES} ls entries were truncated{advice}"


def _walk(copy: WorkCopy, top: str, *, recursive: bool) -> list[str]:
    """Depth first, the last folder of a level first, as the walker's stack gives them."""
    lines: list[str] = []
    stack: list[tuple[str, str, list[tuple[str, pathspec.GitIgnoreSpec]]]] = [(top, "", [])]
    while stack:
        folder, shown, inherited = stack.pop()
        ignores = [*inherited, (shown, _ignore_rules(copy, folder))]
        for name, is_folder in _entries(copy, folder):
            line = f"{shown}{name}/" if is_folder else f"{shown}{name}"
            if any(rules.match_file(line[len(base) :].lower()) for base, rules in ignores):
                continue
            lines.append(line)
            if is_folder and recursive and name != ".git":
                inside = name if folder == "." else f"{folder}/{name}"
                stack.append((inside, line, ignores))
    return lines


def _entries(copy: WorkCopy, folder: str) -> list[tuple[str, bool]]:
    entries = copy.children(folder)
    has_git = folder == "." and (copy.tree.directory / ".git").is_dir()
    return sorted([(".git", True), *entries]) if has_git else entries


def _ignore_rules(copy: WorkCopy, folder: str) -> pathspec.GitIgnoreSpec:
    """The rules of one folder. Case does not count, as in the package that applies them for Continue."""
    lines: list[str] = []
    for name in (".gitignore", ".continueignore"):
        path = name if folder == "." else f"{folder}/{name}"
        if copy.is_file(path):
            lines += (trim(line).lower() for line in copy.read_text(path).split("\n"))
    return pathspec.GitIgnoreSpec.from_lines(lines)


TOOLS = {
    "read_file": _read_file,
    "read_file_range": _read_file_range,
    "read_currently_open_file": _read_currently_open_file,
    "create_new_file": _create_new_file,
    "ls": _list_directory,
}
