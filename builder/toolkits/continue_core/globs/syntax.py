"""Globs as ripgrep reads them: text to tokens.

Imitates crates/globset/src/glob.rs of ripgrep 14.1.0, with the options that gitignore rules have there: `*` and `?` stop
at `/`, a backslash escapes. What the tokens match is in automaton.py, what else a line of rules may say in
ignore_rules.py. Groups do not nest in this release, an unopened `}` says nothing, an empty part of a group is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple


class GlobError(ValueError):
    """A glob that ripgrep refuses."""


class Wild(Enum):
    """What stands for more than one name. The last three are `**` before, behind and between slashes."""

    ONE = "?"
    STAR = "*"
    LEADING = "**/"
    TRAILING = "/**"
    BETWEEN = "/**/"


class Literal(NamedTuple):
    """One character that stands for itself."""

    letter: str


class Letters(NamedTuple):
    """A class in brackets: first and last letter of each range."""

    negated: bool
    ranges: tuple[tuple[str, str], ...]


class Group(NamedTuple):
    """Parts in braces, one of which is to match; without parts nothing is asked for."""

    parts: tuple[tuple[Token, ...], ...]


Token = Wild | Literal | Letters | Group


def parse_glob(glob: str) -> tuple[Token, ...]:
    """The tokens of a glob. Raises GlobError."""
    return _Parser(glob).parse()


class _Parser:
    """Reads a glob from left to right. `stack`: the tokens of the glob, then of each part of the open group."""

    def __init__(self, glob: str) -> None:
        self.glob = glob
        self.next = 0
        self.stack: list[list[Token]] = [[]]

    def parse(self) -> tuple[Token, ...]:
        actions: dict[str, Callable[[], None]] = {
            "?": lambda: self._push(Wild.ONE),
            "*": self._star,
            "[": lambda: self._push(self._letters()),
            "{": self._open_group,
            "}": self._close_group,
            ",": self._comma,
            "\\": lambda: self._push(Literal(self._take("a letter behind the backslash"))),
        }
        while (letter := self._peek()) is not None:
            self.next += 1
            action = actions.get(letter)
            if action:
                action()
            else:
                self._push(Literal(letter))
        if len(self.stack) > 1:
            raise GlobError(f"{self.glob}: a group is not closed")
        return tuple(self.stack[0])

    def _peek(self) -> str | None:
        return self.glob[self.next] if self.next < len(self.glob) else None

    def _take(self, wanted: str) -> str:
        letter = self._peek()
        if letter is None:
            raise GlobError(f"{self.glob}: it ends where {wanted} should follow")
        self.next += 1
        return letter

    def _push(self, *tokens: Token) -> None:
        self.stack[-1].extend(tokens)

    def _open_group(self) -> None:
        if len(self.stack) > 1:
            raise GlobError(f"{self.glob}: groups do not nest")
        self.stack.append([])

    def _close_group(self) -> None:
        parts = tuple(tuple(part) for part in self.stack[1:] if part)
        del self.stack[1:]
        self._push(Group(parts))

    def _comma(self) -> None:
        if len(self.stack) > 1:
            self.stack.append([])
        else:
            self._push(Literal(","))

    def _star(self) -> None:
        before = self.glob[self.next - 2] if self.next > 1 else None
        if self._peek() != "*":
            self._push(Wild.STAR)
            return
        self.next += 1
        if not self.stack[-1]:
            self._leading_stars()
        elif before == "/" or (before in (",", "{") and len(self.stack) > 1):
            self._stars_behind_slash()
        else:
            self._push(Wild.STAR, Wild.STAR)

    def _leading_stars(self) -> None:
        if self._peek() not in (None, "/"):
            self._push(Wild.STAR, Wild.STAR)
            return
        self.next += 1
        self._push(Wild.LEADING)

    def _stars_behind_slash(self) -> None:
        """Two stars take the slash before them along, or whatever else stands there (an escaped comma)."""
        follows = self._peek()
        is_last = follows is None or (follows in ",}" and len(self.stack) > 1)
        if not is_last and follows != "/":
            self._push(Wild.STAR, Wild.STAR)
            return
        self.next += not is_last
        before = self.stack[-1].pop()
        if before in (Wild.LEADING, Wild.TRAILING):
            self._push(before)
        else:
            self._push(Wild.TRAILING if is_last else Wild.BETWEEN)

    def _letters(self) -> Letters:
        negated = self._peek() in ("!", "^")
        self.next += negated
        ranges: list[tuple[str, str]] = []
        in_range = False
        while (letter := self._take("]")) != "]" or not ranges:
            if in_range:
                ranges[-1] = self._range(ranges[-1][0], letter)
                in_range = False
            elif letter == "-" and ranges:
                in_range = True
            else:
                ranges.append((letter, letter))
        if in_range:
            ranges.append(("-", "-"))
        return Letters(negated, tuple(ranges))

    def _range(self, first: str, last: str) -> tuple[str, str]:
        if last < first:
            raise GlobError(f"{self.glob}: the range {first}-{last} goes backwards")
        return first, last
