"""grep_search, file_glob_search, view_diff.

Imitates core/tools/implementations/{grepSearch,globSearch,viewDiff}.ts, core/util/{grepSearch,regexValidator}.ts and
extensions/vscode/src/{VsCodeIde,util/ideUtils}.ts at d0a3c0b626. Does not imitate: splitByFile (no schema offers it), several
workspace folders, the 60 s cache of the diff.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from builder.conversation import Arguments
from builder.errors import ToolError
from builder.toolkits.continue_core.argument_values import string_argument
from builder.toolkits.continue_core.globs.search import NotDecidedError, find_files
from builder.toolkits.continue_core.globs.syntax import GlobError
from builder.toolkits.continue_core.javascript import cut, length, trim
from builder.toolkits.continue_core.ripgrep import run_ripgrep
from builder.toolkits.continue_core.sensitive_paths import search_exclusion
from builder.toolkits.session import Session

MAX_BLOCKS = 100
MAX_CHARACTERS = 7_500
MAX_FILES = 100
MAX_DIFF_LINES = 5_000
_DIFF = "git diff --cached --no-ext-diff --no-textconv; printf '\\0'; git diff --no-ext-diff --no-textconv"
_LINE = re.compile("[^\n\r\u2028\u2029]+")
_FILE_DIFF = re.compile("diff --git a/")
_NOTHING = "No matches found. Build, secrets, etc. dirs and files are not included."
_IGNORE_FILES = ["--ignore-file", ".continueignore", "--ignore-file", ".gitignore"]


def _grep_search(session: Session, arguments: Arguments, _parallel: int) -> str:
    raw = string_argument(arguments, "query")
    query = sanitize_query(raw)
    flags = ["-i", *_present(session), "-C", "2", "--heading", "--glob", search_exclusion()]
    found = run_ripgrep(session.copy, [*flags, "-m", str(MAX_BLOCKS), "-e", query, "."])
    if found.code not in (0, 1):
        return _bad_pattern(raw, query, f"Process exited with code {found.code}")
    shown, blocks, was_cut = format_results(
        _first_blocks(found.stdout if found.code == 0 else _NOTHING)
    )
    if blocks == 0:
        return "The search returned no results."
    reasons = []
    if blocks == MAX_BLOCKS:
        reasons.append(f"the number of results exceeded {MAX_BLOCKS}")
    if was_cut:
        reasons.append(f"the number of characters exceeded {MAX_CHARACTERS}")
    if not reasons:
        return shown
    why = " and ".join(reasons)
    return (
        f"{shown}\n\nThe above search results were truncated because {why}. If the results are not "
        "satisfactory, try refining your search query."
    )


def _present(session: Session) -> list[str]:
    """The ignore files that exist: ripgrep's complaint about a missing one is not shown by the editor."""
    pairs = zip(_IGNORE_FILES[::2], _IGNORE_FILES[1::2], strict=True)
    return [word for pair in pairs if session.copy.is_file(pair[1]) for word in pair]


def _bad_pattern(raw: str, query: str, message: str) -> str:
    return (
        f"The search failed due to an invalid regex pattern.\n\nOriginal query: {raw}\nProcessed query: {query}\n\n"
        f"Error: {message}\n\nTip: If you're searching for literal text with special characters, the query was "
        "automatically escaped. If you need regex patterns, ensure they use proper regex syntax."
    )


def sanitize_query(query: str) -> str:
    """What the editor mends in a pattern: triple backslashes and raw tabs or line ends."""
    query = query.replace("\\\\\\", "\\\\")
    return query.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _first_blocks(results: str) -> str:
    """Cut before the block after the last that is allowed; blocks begin with `./` or `--`."""
    starts = [match.start() for match in re.finditer(r"\n--|\n\./", results)]
    return results[: starts[MAX_BLOCKS]] if len(starts) > MAX_BLOCKS else results


def format_results(
    results: str, max_characters: int | None = MAX_CHARACTERS
) -> tuple[str, int, bool]:
    """Re-indent ripgrep's output to two spaces: text, number of blocks, whether it was cut. None and 0: no limit."""
    count = 0
    blocks: list[list[str]] = []
    for line in filter(None, results.split("\n")):
        is_head = line.startswith("./") or line == "--"
        count += is_head
        if is_head or not blocks:
            blocks.append([line])
        elif len(blocks[-1]) > 1 or len(trim(line)) > 1:
            blocks[-1].append(line)
    shown = "\n".join(line for block in blocks for line in _reindented(block))
    if max_characters and length(shown) > max_characters:
        return cut(shown, 0, max_characters), count, True
    return shown, count, False


def _reindented(block: list[str]) -> Iterator[str]:
    head, *lines = block
    if not lines:
        return
    yield head
    shift = 2 - min(len(line) - len(line.lstrip(" ")) for line in lines)
    for line in lines:
        yield " " * shift + line if shift > 0 else line[-shift:]


def _file_glob_search(session: Session, arguments: Arguments, _parallel: int) -> str:
    pattern = string_argument(arguments, "pattern")
    lines = _files(session, pattern).split("\n")[:MAX_FILES]
    listing = "\n".join(lines)
    if len(lines) < MAX_FILES:
        return listing
    return (
        f"{listing}\n\nWarning: the results above were truncated to the first {MAX_FILES} files. If the results "
        "are not satisfactory, refine your search pattern"
    )


def _files(session: Session, pattern: str) -> str:
    """A line for each file that the glob finds; ripgrep itself is run only where nobody else can tell."""
    try:
        paths = find_files(session.copy, pattern, search_exclusion())
    except GlobError as error:
        raise ToolError("unspecified", "Process exited with code 2") from error
    except NotDecidedError:
        return _files_by_ripgrep(session, pattern)
    return "".join(f"{path}\n" for path in paths) or _NOTHING


def _files_by_ripgrep(session: Session, pattern: str) -> str:
    flags = ["--files", "--iglob", pattern, *_present(session), "--glob", search_exclusion()]
    found = run_ripgrep(session.copy, flags)
    if found.code not in (0, 1):
        raise ToolError("unspecified", f"Process exited with code {found.code}")
    return found.stdout if found.code == 0 else _NOTHING


def _view_diff(session: Session, _arguments: Arguments, _parallel: int) -> str:
    diff = _git_diff(session)
    if not trim(diff):
        return "The current diff is empty"
    lines = diff.split("\n")
    if len(lines) <= MAX_DIFF_LINES:
        return diff
    return "\n".join(lines[:MAX_DIFF_LINES]) + (
        f"\n\nThe git diff was truncated because it exceeded {MAX_DIFF_LINES} lines. Consider viewing specific files "
        "or focusing on smaller changes."
    )


def _git_diff(session: Session) -> str:
    """What is staged, then what is not, file by file with an empty line between."""
    if not (session.copy.directory(writable=True) / ".git").is_dir():
        return ""
    staged, _, unstaged = session.output_of(_DIFF, timeout_s=10).partition("\0")
    return "\n".join([*_file_diffs(staged), *_file_diffs(unstaged)])


def _file_diffs(diff: str) -> list[str]:
    starts = [*_starts_of_files(diff), len(diff)]
    first, *others = (diff[: starts[0]], *(diff[one:end] for one, end in pairwise(starts)))
    return [first, *others] if trim(first) else others


def _starts_of_files(diffs: str) -> Iterator[int]:
    """Where `diff --git a/… b/…` reads in a line, wherever in it; one look at each line, however many there are."""
    for line in _LINE.finditer(diffs):
        last = line[0].rfind(" b/")
        for found in _FILE_DIFF.finditer(line[0]):
            if found.end() <= last:
                yield line.start() + found.start()


TOOLS = {
    "grep_search": _grep_search,
    "file_glob_search": _file_glob_search,
    "view_diff": _view_diff,
}
