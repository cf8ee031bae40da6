"""The rules of an ignore file, or of globs on ripgrep's command line, and what they say of a path.

Imitates crates/ignore/src/{gitignore,overrides}.rs of ripgrep 14.1.0, which differ from git's own rules in places (a
byte order mark is a letter, a class may match a slash). Which files have rules and whose go first: search.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from builder.toolkits.continue_core.globs.automaton import Automaton
from builder.toolkits.continue_core.globs.syntax import GlobError, Token, parse_glob

_SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""White space as Rust knows it: Python would strip four control characters more."""


class Verdict(Enum):
    """What rules say of a path that they speak of."""

    IGNORED = "ignored"
    KEPT = "kept"


class Rule(NamedTuple):
    """One glob. `keeps`: it began with `!`; `only_folders`: it ended with `/`; `folds`: case does not count."""

    tokens: tuple[Token, ...]
    keeps: bool
    only_folders: bool
    folds: bool


class Rules:
    """Rules in their order: of those that match a path the last one counts."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._automaton = Automaton((rule.tokens, rule.folds) for rule in self.rules)

    def verdict(self, path: str, *, is_folder: bool) -> Verdict | None:
        """What the rules say of a path relative to their folder; None: nothing. Raises AutomatonError."""
        for place in self._automaton.matched(path.encode()):
            rule = self.rules[place]
            if is_folder or not rule.only_folders:
                return Verdict.KEPT if rule.keeps else Verdict.IGNORED
        return None


@lru_cache(maxsize=32)
def rules_of_file(content: bytes) -> Rules:
    """The rules of an ignore file. Lines that are no glob are left out, and all behind one that is not UTF-8."""
    return Rules(_readable(_lines(content)))


def _readable(lines: Iterable[str]) -> Iterator[Rule]:
    for line in lines:
        try:
            rule = parse_rule(line, folds=False)
        except GlobError:
            continue
        if rule is not None:
            yield rule


def _lines(content: bytes) -> Iterator[str]:
    *ended, rest = content.split(b"\n")
    for line in (*(line.removesuffix(b"\r") for line in ended), rest):
        try:
            yield line.decode()
        except UnicodeDecodeError:
            return


def parse_rule(line: str, *, folds: bool) -> Rule | None:
    """The rule that a line states; None for a comment or nothing. Raises GlobError."""
    if line.startswith("#"):
        return None
    if not line.endswith("\\ "):
        line = line.rstrip(_SPACES)
    if not line:
        return None
    keeps = line.startswith("!")
    if line.startswith(("\\!", "\\#")):
        line, is_anchored = line[1:], False
    else:
        line = line.removeprefix("!")
        is_anchored = line.startswith("/")
        line = line.removeprefix("/")
    only_folders = line.endswith("/")
    if only_folders:
        line = line[:-1].removesuffix("\\")
    tokens = parse_glob(_whole_glob(line, is_anchored=is_anchored))
    return Rule(tokens, keeps, only_folders, folds)


def _whole_glob(glob: str, *, is_anchored: bool) -> str:
    """The glob for whole paths: a single name may stand at any depth."""
    is_name = not is_anchored and "/" not in glob and glob != "**"
    return f"**/{glob}" if is_name else glob
