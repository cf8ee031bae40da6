"""Finds files by a glob over a work copy: what `rg --files --sort path` prints, without a process or a disk.

Imitates ripgrep 14.1.0 (crates/ignore/src/{dir,walk}.rs, crates/core/flags/hiargs.rs) with the arguments that Continue
gives it: one --iglob, one --glob, --ignore-file for the .continueignore and .gitignore of the root. ignore_rules.py says
what a rule means. Git's own files alone are looked up on disk: no copy keeps them in memory.
Does not imitate: rules from above the workspace or of the user's own git, links. Raises NotDecidedError where only ripgrep
itself can tell: names that no argument can have, very long globs, folders that nobody may read, a `.git` that is a file.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.continue_core.globs.automaton import AutomatonError
from builder.toolkits.continue_core.globs.ignore_rules import (
    Rules,
    Verdict,
    parse_rule,
    rules_of_file,
)

MAX_GLOB_LETTERS = 2_000
MAX_RULES_BYTES = 50_000
"""ripgrep refuses globs that take too much memory, long before they are too much here: it is asked from this size on."""
_GIVEN = (".gitignore", ".continueignore")
"""Files of the root that are named on the command line; the last one named goes first."""
_OF_FOLDERS = (".rgignore", ".ignore", ".gitignore", ".git/info/exclude")
"""Where a folder keeps rules, those that go first at the front."""
_OF_GIT = frozenset(_OF_FOLDERS[2:])


class NotDecidedError(Exception):
    """Only ripgrep itself can tell what it finds."""


class _Level(NamedTuple):
    """What a folder says of the entries below it. `prefix`: its path with `/`, empty for the root."""

    prefix: str
    rules: dict[str, Rules]
    has_git: bool


def find_files(copy: WorkCopy, glob: str, exclusion: str) -> list[str]:
    """The files that a glob finds and `exclusion`, which begins with `!`, does not keep out, in ripgrep's order.

    Raises GlobError for a glob that ripgrep refuses, NotDecidedError.
    """
    is_argument = "\0" not in glob and not any("\ud800" <= letter <= "\udfff" for letter in glob)
    if len(glob) > MAX_GLOB_LETTERS or not is_argument or copy.tree.unlisted:
        raise NotDecidedError("the glob is no argument, or too long, or a folder is closed")
    try:
        overrides = (_override(glob, folds=True), _override(exclusion, folds=False))
        return _Walk(copy, overrides).files()
    except AutomatonError as error:
        raise NotDecidedError(str(error)) from error


@lru_cache(maxsize=16)
def _override(glob: str, *, folds: bool) -> Rules:
    """A glob of the command line; empty if it is a comment. Compiled apart: the exclusion is the same each time."""
    rule = parse_rule(glob, folds=folds)
    return Rules(() if rule is None else (rule,))


class _Walk:
    """One look over all files.

    `overrides`: the globs of the command line, the first that speaks counts: for ripgrep each --iglob stands behind each
    --glob, and the last one goes first. In them `!` has the opposite meaning: without it a glob keeps what it matches.
    """

    def __init__(self, copy: WorkCopy, overrides: Sequence[Rules]) -> None:
        self._copy = copy
        self._overrides = overrides
        self._wants_match = not all(rule.keeps for one in overrides for rule in one.rules)
        self._git = copy.git_directory
        self._has_git = _has_git(self._git)
        self._given = [self._rules(name) for name in _GIVEN if copy.is_file(name)]
        self._levels: dict[str, tuple[_Level, ...]] = {}
        self._entered: dict[str, bool] = {"": True}

    def files(self) -> list[str]:
        """What is found, as a walk meets it: folder by folder, names in the order of their letters."""
        found = [path for path in self._copy.paths() if self._is_found(path)]
        if self._has_git and self._is_entered(".git"):
            found += [path for path in _files_below(self._git) if self._is_found(path)]
        return sorted(found, key=lambda path: path.replace("/", "\0"))

    def _is_found(self, path: str) -> bool:
        """The globs first: they tell most files, without a look at the folders."""
        verdict = self._by_overrides(path, is_folder=False)
        if verdict is Verdict.IGNORED or not self._is_entered(path.rpartition("/")[0]):
            return False
        return verdict is Verdict.KEPT or not self._is_left_out(path, is_folder=False)

    def _is_entered(self, folder: str) -> bool:
        """Whether the walk comes into a folder: neither it nor one above it is skipped."""
        known = self._entered.get(folder)
        if known is not None:
            return known
        above, ends = True, [at for at, letter in enumerate(folder) if letter == "/"]
        for end in (*ends, len(folder)):
            part = folder[:end]
            if part not in self._entered:
                self._entered[part] = above and not self._is_skipped(part)
            above = self._entered[part]
        return above

    def _is_skipped(self, folder: str) -> bool:
        verdict = self._by_overrides(folder, is_folder=True)
        if verdict is None:
            return self._is_left_out(folder, is_folder=True)
        return verdict is Verdict.IGNORED

    def _is_left_out(self, path: str, *, is_folder: bool) -> bool:
        """What no glob of the command line speaks of: by an ignore file, or hidden."""
        verdict = self._by_ignore_files(path, is_folder=is_folder)
        if verdict is None:
            return path.rpartition("/")[2].startswith(".") and not path.endswith(".")
        return verdict is Verdict.IGNORED

    def _by_overrides(self, path: str, *, is_folder: bool) -> Verdict | None:
        for rules in self._overrides:
            verdict = rules.verdict(path, is_folder=is_folder)
            if verdict is not None:
                return Verdict.KEPT if verdict is Verdict.IGNORED else Verdict.IGNORED
        return Verdict.IGNORED if self._wants_match and not is_folder else None

    def _by_ignore_files(self, path: str, *, is_folder: bool) -> Verdict | None:
        """Of each kind of file the innermost that speaks of the path; git's kinds only up to the repository's root."""
        levels = self._levels_above(path)
        kinds = set(_OF_FOLDERS if any(level.has_git for level in levels) else _OF_FOLDERS[:2])
        found: dict[str, Verdict] = {}
        for level in levels:
            for kind in kinds & level.rules.keys() - found.keys():
                inside = path[len(level.prefix) :]
                verdict = level.rules[kind].verdict(inside, is_folder=is_folder)
                if verdict is not None:
                    found[kind] = verdict
            if level.has_git:
                kinds -= _OF_GIT
        given = (rules.verdict(path, is_folder=is_folder) for rules in self._given)
        in_order = (*(found.get(kind) for kind in _OF_FOLDERS), *given)
        return next((verdict for verdict in in_order if verdict is not None), None)

    def _levels_above(self, path: str) -> tuple[_Level, ...]:
        """The folders over a path that say something, innermost first."""
        known: tuple[_Level, ...] = ()
        for end in (-1, *(at for at, letter in enumerate(path) if letter == "/")):
            prefix = path[: end + 1]
            if prefix not in self._levels:
                level = self._level(prefix)
                speaks = level.rules or level.has_git
                self._levels[prefix] = (level, *known) if speaks else known
            known = self._levels[prefix]
        return known

    def _level(self, prefix: str) -> _Level:
        git = f"{prefix}.git"
        if self._copy.is_file(git):
            raise NotDecidedError(f"{git} is not a folder")
        names = (name for name in _OF_FOLDERS if self._copy.is_file(prefix + name))
        rules = {name: self._rules(prefix + name) for name in names}
        if prefix or not self._has_git:
            return _Level(prefix, rules, self._copy.is_dir(git))
        return _Level(prefix, rules | self._rules_of_root(), has_git=True)

    def _rules(self, path: str) -> Rules:
        entry = self._copy.entry(path)
        if not entry.readable or entry.size > MAX_RULES_BYTES:
            raise NotDecidedError(f"{path} has {entry.size} bytes, or may not be read")
        return rules_of_file(self._copy.read_bytes(path))

    def _rules_of_root(self) -> dict[str, Rules]:
        """What git's own files of the workspace say; a command may have put anything in their place."""
        name = _OF_FOLDERS[-1]
        place = self._git / "info/exclude"
        if _kind(place.parent) is None or _kind(place) is None:
            return {}
        if _kind(place.parent) != stat.S_IFDIR or _kind(place) != stat.S_IFREG:
            raise NotDecidedError(f"{name} is not a file")
        if place.stat().st_size > MAX_RULES_BYTES or not os.access(place, os.R_OK):
            raise NotDecidedError(f"{name} is too large, or may not be read")
        return {name: rules_of_file(place.read_bytes())}


def _kind(place: Path) -> int | None:
    """The type of a file as `stat` numbers them, links not followed; None where nothing is."""
    try:
        return stat.S_IFMT(place.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise NotDecidedError(f"{place.name} cannot be looked at") from error


def _has_git(git: Path) -> bool:
    kind = _kind(git)
    if kind not in (None, stat.S_IFDIR):
        raise NotDecidedError(f"{git.name} is not a folder")
    return kind is not None


def _files_below(git: Path) -> Iterator[str]:
    """The files in git's own folder, as paths of the workspace."""
    waiting = [(git, ".git/")]
    while waiting:
        folder, prefix = waiting.pop()
        for name, kind in _listed(folder):
            if kind == stat.S_IFDIR:
                waiting.append((folder / name, f"{prefix}{name}/"))
            elif kind == stat.S_IFREG:
                yield prefix + name


def _listed(folder: Path) -> list[tuple[str, int | None]]:
    try:
        names = sorted(place.name for place in folder.iterdir())
        "".join(names).encode()
    except (OSError, UnicodeEncodeError) as error:
        raise NotDecidedError(f"{folder.name} cannot be listed, or has odd names") from error
    if not {*_OF_FOLDERS, ".git"}.isdisjoint(names):
        raise NotDecidedError(f"git keeps rules in {folder.name}")
    return [(name, _kind(folder / name)) for name in names]
