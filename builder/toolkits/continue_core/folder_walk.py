"""How Continue walks a folder: depth first, leaving out links and what ignore files name.

Imitates core/indexing/walkDir.ts at d0a3c0b626. Does not imitate: the contents of .git, the user's own
.continueignore, the 30 s for which it remembers what it saw.
"""

from __future__ import annotations

import functools

import pathspec

from builder.errors import NotPlayableError
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.continue_core.javascript import trim
from builder.toolkits.continue_core.sensitive_paths import index_exclusions

MAX_STARS = 3
"""In one part of a rule for ignored files: matching tries every way to share out the letters among them."""


def walk(copy: WorkCopy, top: str, *, recursive: bool, indexing: bool = False) -> list[str]:
    """Files, and folders with a `/`, relative to `top`: of a level the last folder first, as from the walker's stack.

    `indexing`: leave out what Continue never indexes, too.
    """
    lines: list[str] = []
    stack: list[tuple[str, str, list[tuple[str, pathspec.GitIgnoreSpec]]]] = [(top, "", [])]
    while stack:
        folder, shown, inherited = stack.pop()
        ignores = [*inherited, (shown, _ignore_rules(copy, folder, indexing=indexing))]
        for name, is_folder in entries(copy, folder):
            line = f"{shown}{name}/" if is_folder else f"{shown}{name}"
            if any(rules.match_file(line[len(base) :].lower()) for base, rules in ignores):
                continue
            lines.append(line)
            if is_folder and recursive and name != ".git":
                inside = name if folder == "." else f"{folder}/{name}"
                stack.append((inside, line, ignores))
    return lines


def entries(copy: WorkCopy, folder: str) -> list[tuple[str, bool]]:
    """Names in a folder, git's own among them, each with whether it is a folder."""
    found = copy.children(folder)
    has_git = folder == "." and (copy.tree.directory / ".git").is_dir()
    return sorted([(".git", True), *found]) if has_git else found


def _ignore_rules(copy: WorkCopy, folder: str, *, indexing: bool) -> pathspec.GitIgnoreSpec:
    """The rules of one folder. Case does not count, as in the package that applies them for Continue."""
    own = _lines(copy, folder, ".gitignore")
    always = [pattern.lower() for pattern in index_exclusions()] if indexing else []
    return _compiled((*own, *always, *_lines(copy, folder, ".continueignore")))


@functools.lru_cache(maxsize=512)
def _compiled(lines: tuple[str, ...]) -> pathspec.GitIgnoreSpec:
    """Folders without rules of their own, and copies of one workspace, have the same ones."""
    return pathspec.GitIgnoreSpec.from_lines(lines)


def _lines(copy: WorkCopy, folder: str, name: str) -> list[str]:
    path = name if folder == "." else f"{folder}/{name}"
    if not copy.is_file(path):
        return []
    lines = [trim(line).lower() for line in copy.read_text(path).split("\n")]
    for line in lines:
        if any(part.count("*") > MAX_STARS for part in line.split("/") if part != "**"):
            raise NotPlayableError(f"the rule {line} could take for ever")
    return lines
