"""Search.

Imitates extensions/cli/src/tools/searchCode.ts at d0a3c0b626, with what its shell makes of pattern, globs and path
(shell_words.py). Does not imitate: a pattern with which the shell would do more than pass it on, or that ripgrep would
take for an option: such a call ends the example; a .gitignore above the workspace; grep where ripgrep lacks.
"""

from __future__ import annotations

from typing import NamedTuple

from builder.conversation import Arguments
from builder.errors import NotPlayableError, ToolError
from builder.toolkits.continue_cli.files import find
from builder.toolkits.continue_cli.required import requiring, shown_text
from builder.toolkits.continue_cli.shell_words import quoted_word
from builder.toolkits.continue_core.javascript import length, trim
from builder.toolkits.continue_core.ripgrep import Found, run_ripgrep
from builder.toolkits.session import Session

MAX_RESULTS = 100
MAX_LINE_CHARACTERS = 1_000
MAX_OUTPUT_BYTES = 1_024 * 1_024
"""More than this no command may print that Node's `exec` runs."""
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
    found = _run(session, wanted)
    if found.code not in (0, 1):
        raise ToolError("unspecified", f"Error executing search: {_command_failure(wanted, found)}")
    if found.code == 0 and found.stderr:
        return f"Warning during search: {found.stderr}\n\n{found.stdout}"
    if not trim(found.stdout):
        return f"No matches found for {subject}."
    return _shown(found.stdout, subject)


def _wanted(session: Session, arguments: Arguments) -> _Wanted:
    pattern = shown_text(arguments["pattern"])
    file_pattern = _optional(arguments, "file_pattern")
    globs = [file_pattern] if file_pattern else []
    globs += [f"!{line}" for line in _ignored(session)]
    given = _optional(arguments, "path")
    return _Wanted(pattern, globs, _place(session, given), given or session.copy.root)


def _optional(arguments: Arguments, name: str) -> str:
    """An argument as a text; empty where JavaScript finds nothing in it."""
    value = arguments.get(name)
    if isinstance(value, list | dict):
        return shown_text(value)
    return shown_text(value) if value else ""


def _ignored(session: Session) -> list[str]:
    if not session.copy.is_file(".gitignore"):
        return []
    lines = (trim(line) for line in trim(session.copy.read_text(".gitignore")).split("\n"))
    return [line for line in lines if line and not line.startswith(("#", "!"))]


def _place(session: Session, given: str) -> str:
    """Where to search: without a path the original gives the absolute root, so results show absolute paths.

    A path with `..` is resolved before the system sees it, which would follow links on the way.
    """
    path = find(session, given or ".")
    if path is None:
        raise ToolError("unspecified", f"Path does not exist: {given}")
    if quoted_word(given) != given:
        raise NotPlayableError(f"the shell makes another path of {given!r}")
    if not given or given.startswith("/"):
        return str(session.copy.directory(writable=False) / path)
    return path if ".." in given.split("/") else given


def _run(session: Session, wanted: _Wanted) -> Found:
    pattern = quoted_word(wanted.pattern)
    if pattern.startswith("-"):
        raise NotPlayableError(f"ripgrep takes {pattern!r} for an option")
    globs = [word for glob in wanted.globs for word in ("-g", quoted_word(glob))]
    found = run_ripgrep(session.copy, [*_FLAGS, "-e", pattern, *globs, "--", wanted.place])
    if len(found.stdout.encode(errors="replace")) > MAX_OUTPUT_BYTES:
        raise ToolError("unspecified", "Error executing search: stdout maxBuffer length exceeded")
    return found


def _command_failure(wanted: _Wanted, found: Found) -> str:
    words = ["rg", *_FLAGS, f'"{wanted.pattern}"', *(f'-g "{glob}"' for glob in wanted.globs)]
    return f'Command failed: {" ".join(words)} "{wanted.shown}"\n{found.stderr}'


def _shown(stdout: str, subject: str) -> str:
    lines = [line for line in stdout.split("\n") if length(line) <= MAX_LINE_CHARACTERS]
    if not lines:
        return f"No matches found for {subject}."
    note = (
        f"\n\n[Results truncated: showing {MAX_RESULTS} of {len(lines)} matches]"
        if len(lines) > MAX_RESULTS
        else ""
    )
    return f"Search results for {subject}:\n\n" + "\n".join(lines[:MAX_RESULTS]) + note


TOOLS = {"Search": _search}
PREPARATIONS = {"Search": requiring("Search", "pattern")}
