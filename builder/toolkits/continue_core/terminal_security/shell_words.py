"""Splits a command line as the `shell-quote` package of npm does, which decides what Continue takes for a command.

Imitates parse.js of shell-quote 1.8.4 with no environment, oddities included: a `#` anywhere begins a comment, what
follows a variable like `$?` loses a character, a variable without a value is empty. Runs nothing and expands nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from builder.toolkits.continue_core.javascript import SPACE

_CONTROL = r"\|\||&&|;;|\|&|<\(|<<<|>>|>&|<&|[&;()|<>]"
_BARE = rf"""(?:\\['"|&;()<> \t]|[^'"|&;()<> \t{SPACE}])+"""
_QUOTED = r"""\"(?:(?:\\"|[^"])*?)\"|'(?:(?:\\'|[^'])*?)'"""
_CHUNK = re.compile(rf"(?:{_CONTROL})|(?:{_BARE}|{_QUOTED})+")
_IS_CONTROL = re.compile(_CONTROL)
_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9_]")
_SPECIAL = frozenset("*@#?$!_-")
_INHERITED = frozenset({
    "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf",
    "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__",
})  # fmt: skip
"""Names that every JavaScript object answers to, an empty environment as well."""


class BadSubstitutionError(ValueError):
    """A `${` that names no variable, or does not end."""


class Operator(NamedTuple):
    """What stands between commands or redirects: such as `|`, `&&` and `>`."""

    text: str


Word = str | Operator


def split_words(line: str) -> list[Word]:
    """The words and operators of one line, without its comment. Raises BadSubstitutionError."""
    words: list[Word] = []
    for found in _CHUNK.finditer(line):
        chunk = found[0]
        if _IS_CONTROL.fullmatch(chunk):
            words.append(Operator(chunk))
            continue
        word, begins_comment = _Chunk(chunk).read()
        if word is not None:
            words.append(word)
        if begins_comment:
            break
    return words


class _Chunk:
    """One run of characters without a space outside of quotes, read from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._quote = ""
        self._out = ""

    def read(self) -> tuple[Word | None, bool]:
        """The word, None where nothing stands before a comment; whether a comment begins here."""
        is_pattern = is_escaped = False
        for character in self._characters():
            is_pattern = is_pattern or (not self._quote and character in "*?")
            if is_escaped:
                self._out += character
                is_escaped = False
            elif self._quote:
                self._read_quoted(character)
            elif character in "\"'":
                self._quote = character
            elif _IS_CONTROL.fullmatch(character):
                return Operator(self._text), False
            elif character == "#":
                return self._out or None, True
            elif character == "\\":
                is_escaped = True
            elif character == "$":
                self._out += self._variable()
            else:
                self._out += character
        return self._out, False

    def _characters(self) -> Iterator[str]:
        while self._position < len(self._text):
            yield self._text[self._position]
            self._position += 1

    def _read_quoted(self, character: str) -> None:
        if character == self._quote:
            self._quote = ""
        elif self._quote == "'" or character not in "\\$":
            self._out += character
        elif character == "$":
            self._out += self._variable()
        else:
            self._position += 1
            following = self._text[self._position : self._position + 1]
            is_escape = following in ('"', "\\", "$")
            self._out += following if is_escape else "\\" + following

    def _variable(self) -> str:
        """What a `$` gives; leaves the position on the last character that belongs to it, or past that."""
        self._position += 1
        start = self._position
        following = self._text[start : start + 1]
        if following == "{":
            return _value(self._braced(start + 1))
        if following in _SPECIAL and following:
            self._position += 1
            return _value(following)
        end = _NOT_IN_NAME.search(self._text, start)
        self._position = end.start() - 1 if end else len(self._text)
        return _value(self._text[start : end.start() if end else None])

    def _braced(self, start: int) -> str:
        end = self._text.find("}", start)
        if end <= start:
            raise BadSubstitutionError(f"bad substitution in {self._text!r}")
        self._position = end
        return self._text[start:end]


def _value(name: str) -> str:
    """A variable's value: none has one, but a lone `$` stays, and a JavaScript object has names of its own."""
    if name == "constructor":
        return "function Object() { [native code] }"
    if name == "__proto__":
        return "0{}0"
    if name in _INHERITED:
        return f"function {name}() {{ [native code] }}"
    return "" if name else "$"
