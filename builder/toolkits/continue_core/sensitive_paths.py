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

_AROUND_ADDRESSES = "".join(map(chr, range(0x21)))
_NOT_IN_ADDRESSES = dict.fromkeys(map(ord, "\t\n\r"))
_FILE_ADDRESS = re.compile(
    r"(?i:file):(?:[/\\]{2}(?![A-Za-z][:|](?:[/\\?#]|\Z))(?P<host>[^/\\?#]*)|(?:[/\\]{2})?)(?P<path>[^?#]*)"
)
_DRIVE = re.compile("[A-Za-z][:|]")
_BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
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
def index_exclusions() -> tuple[str, ...]:
    """The patterns of secrets, binaries and build output, in Continue's order: none of these is ever indexed."""
    known = _patterns()
    order = ("secret_files", "other_files", "secret_folders", "other_folders")
    return tuple(pattern for name in order for pattern in known[name])


@functools.cache
def search_exclusion() -> str:
    """The one glob that keeps them out of searches."""
    return "!{" + ",".join(index_exclusions()) + "}"


def is_security_concern(path: str) -> bool:
    """Whether Continue refuses to read or edit this path or file:// address.

    Of an absolute path only the last folder counts. Raises ToolError for `.`, `..` and what begins with `./` or `../`,
    as the package does that decides this for Continue.
    """
    path = path_of(path)
    if posixpath.isabs(path):
        parent, _, name = path.rstrip("/").rpartition("/")
        folder = re.split(r"[/\\]", parent)[-1]
        path = f"{folder}/{name}" if folder else name
    if _NOT_RELATIVE.match(path):
        raise ToolError(
            "unspecified", f'path should be a `path.relative()`d string, but got "{path}"'
        )
    return bool(path) and _secrets().match_file(path.lower())


def path_of(path: str) -> str:
    """The path that a file:// address names, as Node reads it; any other text is a path already."""
    address = path.strip(_AROUND_ADDRESSES).translate(_NOT_IN_ADDRESSES)
    found = _FILE_ADDRESS.match(address)
    if found is None or (found["host"] or "").lower() not in ("", "localhost"):
        return path
    segments = found["path"].replace("\\", "/").removeprefix("/").split("/")
    raw = "/".join(_without_dots(segments))
    if "%2f" in raw.lower() or _BROKEN_ESCAPE.search(raw):
        return path
    try:
        return "/" + unquote(raw, errors="strict")
    except UnicodeDecodeError:
        return path


def _without_dots(segments: list[str]) -> list[str]:
    """The segments without `.` and `..`, escaped or not; a drive is never left."""
    kept: list[str] = []
    for number, segment in enumerate(segments, start=1):
        dots = segment.lower().replace("%2e", ".")
        if dots not in (".", ".."):
            is_drive = not kept and _DRIVE.fullmatch(segment)
            kept.append(f"{segment[0]}:" if is_drive else segment)
            continue
        if dots == ".." and kept and not (len(kept) == 1 and _DRIVE.fullmatch(kept[0])):
            kept.pop()
        if number == len(segments):
            kept.append("")
    return kept


def refuse_if_sensitive(path: str) -> None:
    """Raise the ToolError with which Continue refuses a sensitive path."""
    if is_security_concern(path):
        raise ToolError(
            "file_is_security_concern",
            f"Reading or Editing {path} is not allowed because it is a security concern. Do not attempt to "
            "read or edit this file in any way.",
        )
