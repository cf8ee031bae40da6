"""Paths that Continue neither reads nor searches: secrets by default, build output when searching.

Imitates core/indexing/ignore.ts at d0a3c0b626. The patterns are facts about Continue, kept in
sensitive_paths.toml beside this file; gitignore rules decide, upper and lower case alike.
"""

from __future__ import annotations

import functools
import posixpath
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pathspec

from builder.errors import ToolError

_FILE_ADDRESS = re.compile(r"file:(?://(?:localhost)?)?(/(?!/)[^?#]*)(?:[?#].*)?", re.IGNORECASE)
_NOT_RELATIVE = re.compile(r"\.{0,2}/|\.{1,2}\Z")


@functools.cache
def _patterns() -> dict[str, list[str]]:
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
    return {name: [str(pattern) for pattern in patterns] for name, patterns in table.items()}


@functools.cache
def _secrets() -> pathspec.GitIgnoreSpec:
    known = _patterns()
    return pathspec.GitIgnoreSpec.from_lines(
        pattern.lower() for pattern in known["secret_files"] + known["secret_folders"]
    )


@functools.cache
def search_exclusion() -> str:
    """The one glob that keeps secrets, binaries and build output out of searches."""
    known = _patterns()
    order = ("secret_files", "other_files", "secret_folders", "other_folders")
    return "!{" + ",".join(pattern for name in order for pattern in known[name]) + "}"


def is_security_concern(path: str) -> bool:
    """Whether Continue refuses to read or edit this path or file:// address.

    Of an absolute path only the last folder counts. Raises ToolError for `.`, `..` and what begins with `./` or `../`,
    as the package does that decides this for Continue.
    """
    path = path_of(path)
    if posixpath.isabs(path):
        parent, name = posixpath.split(path.rstrip("/"))
        folder = re.split(r"[/\\]", parent.rstrip("/"))[-1]
        path = f"{folder}/{name}" if folder else name
    if _NOT_RELATIVE.match(path):
        raise ToolError(
            "unspecified", f'path should be a `path.relative()`d string, but got "{path}"'
        )
    return bool(path) and _secrets().match_file(path.lower())


def path_of(path: str) -> str:
    """The path that a file:// address names; any other text is a path already."""
    found = _FILE_ADDRESS.fullmatch(path)
    if found is None or "%2f" in path.lower():
        return path
    return posixpath.normpath(unquote(found[1]))


def refuse_if_sensitive(path: str) -> None:
    """Raise the ToolError with which Continue refuses a sensitive path."""
    if is_security_concern(path):
        raise ToolError(
            "file_is_security_concern",
            f"Reading or Editing {path} is not allowed because it is a security concern. Do not attempt to "
            "read or edit this file in any way.",
        )
