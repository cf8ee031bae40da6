"""Search.

Imitates extensions/cli/src/tools/searchCode.ts at d0a3c0b626. Does not imitate: the shell that the original passes
its pattern through (here the pattern is an argument, so `$` and quotes mean themselves), grep where ripgrep lacks.
"""

from __future__ import annotations

from typing import NamedTuple

from builder.conversation import Arguments
from builder.errors import ToolError
from builder.toolkits.continue_cli.required import required_string
from builder.toolkits.javascript import trim
from builder.toolkits.ripgrep import Found, run_ripgrep
from builder.toolkits.session import Session

MAX_RESULTS = 100
MAX_LINE_CHARACTERS = 1_000
_FLAGS = ("--line-number", "--with-filename", "--color", "never")


class _Wanted(NamedTuple):
    """What is searched for and where. `place`: what ripgrep is given; `shown`: what the original would give it."""

    pattern: str
    globs: list[str]
    place: str
    shown: str


def _search(session: Session, arguments: Arguments, _parallel: int) -> str:
    wanted = _wanted(session, arguments)
    subject = f'pattern "{wanted.pattern}"'
    file_pattern = _optional(arguments, "file_pattern")
    if file_pattern:
        subject += f' in files matching "{file_pattern}"'
    globs = [word for glob in wanted.globs for word in ("-g", glob)]
    found = run_ripgrep(session.copy, [*_FLAGS, "-e", wanted.pattern, *globs, "--", wanted.place])
    if found.code not in (0, 1):
        raise ToolError("unspecified", f"Error executing search: {_command_failure(wanted, found)}")
    if found.code == 0 and found.stderr:
        return f"Warning during search: {found.stderr}\n\n{found.stdout}"
    if not found.stdout.strip():
        return f"No matches found for {subject}."
    return _shown(found.stdout, subject)


def _wanted(session: Session, arguments: Arguments) -> _Wanted:
    pattern = required_string(arguments, "Search", "pattern")
    file_pattern = _optional(arguments, "file_pattern")
    globs = [file_pattern] if file_pattern else []
    globs += [f"!{line}" for line in _ignored(session)]
    given = _optional(arguments, "path")
    return _Wanted(pattern, globs, _place(session, given), given or session.copy.root)


def _optional(arguments: Arguments, name: str) -> str:
    value = arguments.get(name)
    return value if isinstance(value, str) else ""


def _ignored(session: Session) -> list[str]:
    if not session.copy.is_file(".gitignore"):
        return []
    lines = (trim(line) for line in session.copy.read_text(".gitignore").split("\n"))
    return [line for line in lines if line and not line.startswith(("#", "!"))]


def _place(session: Session, given: str) -> str:
    """Where to search: without a path the original gives the absolute root, so results show absolute paths.

    A path with `..` is resolved before the system sees it, which would follow links on the way.
    """
    path = session.copy.resolve(given)
    if path is None or not session.copy.exists(path):
        raise ToolError("unspecified", f"Path does not exist: {given}")
    if not given or given.startswith("/"):
        return str(session.copy.directory(writable=False) / path)
    return path if ".." in given.split("/") else given


def _command_failure(wanted: _Wanted, found: Found) -> str:
    words = ["rg", *_FLAGS, f'"{wanted.pattern}"', *(f'-g "{glob}"' for glob in wanted.globs)]
    return f'Command failed: {" ".join(words)} "{wanted.shown}"\n{found.stderr}'


def _shown(stdout: str, subject: str) -> str:
    lines = [line for line in stdout.split("\n") if len(line) <= MAX_LINE_CHARACTERS]
    note = (
        f"\n\n[Results truncated: showing {MAX_RESULTS} of {len(lines)} matches]"
        if len(lines) > MAX_RESULTS
        else ""
    )
    return f"Search results for {subject}:\n\n" + "\n".join(lines[:MAX_RESULTS]) + note


TOOLS = {"Search": _search}
