"""Search.

Imitates extensions/cli/src/tools/searchCode.ts at d0a3c0b626. Does not imitate: the shell that the original passes
its pattern through (here the pattern is an argument, so `$` and quotes mean themselves), grep where ripgrep lacks.
"""

from __future__ import annotations

from builder.conversation import Arguments
from builder.errors import ToolError
from builder.toolkits.continue_cli.required import required_string
from builder.toolkits.ripgrep import Found, run_ripgrep
from builder.toolkits.session import Session

MAX_RESULTS = 100
MAX_LINE_CHARACTERS = 1_000


def _search(session: Session, arguments: Arguments, _parallel: int) -> str:
    pattern = required_string(arguments, "Search", "pattern")
    file_pattern = arguments.get("file_pattern")
    subject = f'pattern "{pattern}"'
    if isinstance(file_pattern, str) and file_pattern:
        subject += f' in files matching "{file_pattern}"'
    found = run_ripgrep(session.copy, _flags(session, arguments, pattern))
    if found.code not in (0, 1):
        raise ToolError("unspecified", f"Error executing search: {_command_failure(found)}")
    if found.stderr:
        return f"Warning during search: {found.stderr}\n\n{found.stdout}"
    if not found.stdout.strip():
        return f"No matches found for {subject}."
    return _shown(found.stdout, subject)


def _flags(session: Session, arguments: Arguments, pattern: str) -> list[str]:
    flags = ["--line-number", "--with-filename", "--color", "never", "-e", pattern]
    file_pattern = arguments.get("file_pattern")
    if isinstance(file_pattern, str) and file_pattern:
        flags += ["-g", file_pattern]
    for line in _ignored(session):
        flags += ["-g", f"!{line}"]
    return [*flags, "--", _place(session, arguments)]


def _ignored(session: Session) -> list[str]:
    if not session.copy.is_file(".gitignore"):
        return []
    lines = (line.strip() for line in session.copy.read_text(".gitignore").split("\n"))
    return [line for line in lines if line and not line.startswith(("#", "!"))]


def _place(session: Session, arguments: Arguments) -> str:
    """Where to search: without a path the original gives the absolute root, so results show absolute paths."""
    given = arguments.get("path")
    if not isinstance(given, str) or not given:
        return str(session.copy.directory(writable=False))
    path = session.copy.resolve(given)
    if path is None or not (session.copy.is_file(path) or session.copy.is_dir(path)):
        raise ToolError("unspecified", f"Path does not exist: {given}")
    if given.startswith("/"):
        return str(session.copy.directory(writable=False) / path)
    return given


def _command_failure(found: Found) -> str:
    return f"Command failed: rg\n{found.stderr}"


def _shown(stdout: str, subject: str) -> str:
    lines = [line for line in stdout.split("\n") if len(line) <= MAX_LINE_CHARACTERS]
    note = (
        f"\n\n[Results truncated: showing {MAX_RESULTS} of {len(lines)} matches]"
        if len(lines) > MAX_RESULTS
        else ""
    )
    return f"Search results for {subject}:\n\n" + "\n".join(lines[:MAX_RESULTS]) + note


TOOLS = {"Search": _search}
