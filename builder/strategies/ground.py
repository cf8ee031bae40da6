"""What a model is shown of a workspace before it writes: its files by name, excerpts of some, what else can be asked for.

Nothing that Continue would refuse to read, and no file in which something looks like a secret.
"""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from builder.errors import ToolError
from builder.sandbox.tree import Tree
from builder.toolkits.continue_core.front_matter import parse_document
from builder.toolkits.continue_core.sensitive_paths import is_security_concern
from builder.validators.secrets import secret_in
from builder.workspaces.catalog import Workspace

_MAX_LISTED = 200
_MAX_LINES = 140
_MAX_CHARACTERS = 6_000
_MAX_CHARACTERS_IN_ALL = 12_000
_LARGEST_FILE_BYTES = 200_000


class Excerpt(NamedTuple):
    """The beginning of a file; `is_whole`: nothing was left out."""

    path: str
    text: str
    is_whole: bool


class Names(NamedTuple):
    """What tools ask for by name; `pages`: address and title."""

    skills: tuple[str, ...]
    rules: tuple[str, ...]
    pages: tuple[tuple[str, str], ...]


def listing_of(workspace: Workspace, pending: str) -> list[str]:
    """The workspace's files with their sizes, sorted; of a large one the first two hundred and how many more there are."""
    tree = workspace.tree(pending)
    paths = _shown_paths(tree)
    shown = [f"{path} ({tree.entries[path].size} bytes)" for path in paths[:_MAX_LISTED]]
    return [*shown, f"… and {len(paths) - _MAX_LISTED} more"] if len(paths) > _MAX_LISTED else shown


def excerpts_of(
    workspace: Workspace, pending: str, wanted: Sequence[str], count: int, rng: random.Random
) -> list[Excerpt]:
    """Up to `count` excerpts of the files that are wanted, or of some others where they are few."""
    tree = workspace.tree(pending)
    shown = _shown_paths(tree)
    others = rng.sample(shown, min(len(shown), _MAX_LISTED))
    chosen = dict.fromkeys([path for path in wanted if _is_shown(path)] + others)
    found = list(itertools.islice(_read(tree, chosen), count))
    sizes = itertools.accumulate(len(one.text) for one in found)
    return [one for one, size in zip(found, sizes, strict=True) if size <= _MAX_CHARACTERS_IN_ALL]


def names_of(workspace: Workspace, pending: str) -> Names:
    """The rules and skills of a workspace by the names that tools know them by, and its pages."""
    tree = workspace.tree(pending)
    texts = {path: tree.read(path).decode(errors="replace") for path in _knowledge(tree)}
    names = {path: parse_document(text).fields.get("name", "") for path, text in texts.items()}
    skills = tuple(name for path, name in names.items() if name and path.endswith("/SKILL.md"))
    rules = tuple(
        name or "/".join(path.split("/")[-2:])
        for path, name in names.items()
        if path.startswith(".continue/rules/")
    )
    return Names(skills, rules, tuple((url, page.title) for url, page in workspace.pages.items()))


def _knowledge(tree: Tree) -> list[str]:
    places = (".continue/rules/", ".continue/skills/", ".claude/skills/")
    return [
        path
        for path in _shown_paths(tree)
        if path.endswith(".md") and path.startswith(places) and tree.entries[path].readable
    ]


@functools.lru_cache(maxsize=64)
def _shown_paths(tree: Tree) -> list[str]:
    return [path for path in sorted(tree.entries) if _is_shown(path)]


def _read(tree: Tree, paths: Iterable[str]) -> Iterator[Excerpt]:
    return (found for path in paths if (found := _excerpt(tree, path)) is not None)


@functools.lru_cache(maxsize=4_096)
def _excerpt(tree: Tree, path: str) -> Excerpt | None:
    """The beginning of a text file; None for any other."""
    entry = tree.entries[path]
    if not (entry.readable and 0 < entry.size <= _LARGEST_FILE_BYTES):
        return None
    try:
        text = tree.read(path).decode()
    except UnicodeDecodeError:
        return None
    if secret_in(text):
        return None
    kept = "".join(text.splitlines(keepends=True)[:_MAX_LINES])[:_MAX_CHARACTERS]
    return Excerpt(path, kept, len(kept) == len(text))


def _is_shown(path: str) -> bool:
    try:
        return not is_security_concern(path) and not path.startswith(".git/")
    except ToolError:
        return False
