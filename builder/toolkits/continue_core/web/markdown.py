"""Writes HTML as Markdown the way node-html-markdown does, oddities included.

Imitates node-html-markdown 1.3.0 with its default options, as core/context/providers/URLContextProvider.ts (d0a3c0b626)
calls it; rules.py says what each tag becomes. Some of what it does looks like a mistake and is not ours: code in a table
loses its marks, a text loses the line break that ends it, each number with a point is escaped. Does not imitate its
parser on HTML that is not well formed, which it is never given, nor lengths counted in UTF-16 units.
"""

from __future__ import annotations

import re
from dataclasses import replace

from builder.toolkits.continue_core.javascript import SPACE
from builder.toolkits.continue_core.web.marks import trim_newlines
from builder.toolkits.continue_core.web.rules import IS_KEPT_WHEN_EMPTY, rule_for
from builder.toolkits.continue_core.web.surroundings import Counter, Place, Rule, TableNotes
from builder.toolkits.continue_core.web.tree import Element

_LINE_START = r"(?:^|(?<=[\n\r\u2028\u2029]))"
_SPACES = re.compile(f"[{SPACE}]+")
_SPACES_AT_END = re.compile(f"[{SPACE}]+\\Z")
_SPECIAL = re.compile(r"[\\`*_~\[\]]")
_SPECIAL_AT_LINE_START = re.compile(
    rf"{_LINE_START}([{SPACE}]*?)((?:\+[{SPACE}])|(?:[=>-])|(?:#{{1,6}}[{SPACE}]))|(?:([0-9]+)(\.[{SPACE}]))"
)
_DOCTYPE = re.compile(rf"{_LINE_START}<!DOCTYPE[^\n\r\u2028\u2029]*>", re.IGNORECASE)
_MANY_NEWLINES = re.compile(rf"(?:\r?\n[{SPACE}]*)+((?:\r?\n[{SPACE}]*){{3}})")
_TRIMMED = re.compile(rf"[^{SPACE}](?:.*[^{SPACE}])?", re.DOTALL)
_SEEN_AT_END = 10
"""So many characters are looked at to find how many line breaks the text ends in."""


def html_to_markdown(root: Element) -> str:
    """The Markdown for what stands in an element."""
    writer = _Writer()
    writer.write_all(root, Place())
    return trim_newlines(_MANY_NEWLINES.sub(r"\1", writer.text))


class _Writer:
    """The Markdown so far; rules look back at its end and replace what their element wrote."""

    def __init__(self) -> None:
        self.text = ""

    def write_all(self, element: Element, place: Place) -> None:
        for child in element.children:
            if isinstance(child, str):
                self._write_text(child, place)
            elif _has_content(child):
                self._write_element(child, replace(place, parent=element))

    def _write_text(self, text: str, place: Place) -> None:
        if place.keeps_space:
            self.text += _escaped(text, place)
        elif _SPACES.fullmatch(text):
            if self.text and not _SPACES.fullmatch(self.text[-1]):
                self.text += " "
        elif text:
            self.text += _escaped(_SPACES.sub(" ", _trimmed(text)), place)

    def _write_element(self, element: Element, place: Place) -> None:
        inside = _inside(element, place)
        rule = rule_for(element, inside)
        if rule is None:
            self.write_all(element, inside)
        elif not rule.is_ignored:
            self._write_by_rule(element, inside, rule)

    def _write_by_rule(self, element: Element, inside: Place, rule: Rule) -> None:
        before = self.text
        self._write_newlines(rule.newlines)
        self.text += rule.prefix
        if rule.content is not None:
            self._write_apart(rule.content, rule)
        else:
            start = len(self.text)
            self.write_all(element, rule.place_of_children(inside))
            if rule.finish is not None:
                finished = rule.finish(self.text[start:])
                if finished is None:
                    self.text = before
                    inside.counter.value -= int(element.tag == "LI" and inside.counter.value > 0)
                    return
                self.text = self.text[:start]
                self._write_apart(finished, rule)
        self.text += rule.postfix
        self._write_newlines(rule.newlines)

    def _write_apart(self, text: str, rule: Rule) -> None:
        """Write; marks that would run together with the same mark before them are kept apart by a space."""
        repeats = rule.is_mark and text and self.text[-1:] == text[0]
        self.text += (" " if repeats else "") + text

    def _write_newlines(self, count: int) -> None:
        found = _SPACES_AT_END.search(self.text[-_SEEN_AT_END:])
        ending = found[0] if found else ""
        self.text += "\n" * (count - ending.count("\n") - ending.count("\r"))


def _has_content(element: Element) -> bool:
    """Whether anything in it can be written: a text, a picture, a line, or a tag whose rule has to see it."""
    if element.tag in ("BR", "HR", "IMG"):
        return True
    if not element.children:
        return element.tag in IS_KEPT_WHEN_EMPTY
    return any(
        bool(child) if isinstance(child, str) else _has_content(child) for child in element.children
    )


def _inside(element: Element, place: Place) -> Place:
    """What the element's own tag makes of the place it stands in."""
    match element.tag:
        case "UL" | "OL":
            return replace(place, counter=Counter(), list_tag=element.tag, depth=place.depth + 1)
        case "LI" if place.list_tag == "OL":
            place.counter.value += 1
        case "PRE":
            return replace(place, keeps_space=True)
        case "TABLE":
            return replace(place, table=TableNotes())
        case _:
            pass
    return place


def _trimmed(text: str) -> str:
    """Without white space around it, but for one blank on a side where a blank stood next to the text."""
    found = _TRIMMED.search(text)
    if found is None:
        return text
    before, after = text[: found.start()][-1:], text[found.end() :][:1]
    return _blank(before) + found[0] + _blank(after)


def _blank(letter: str) -> str:
    return " " if letter and letter not in "\r\n" else ""


def _escaped(text: str, place: Place) -> str:
    if place.is_code:
        return text
    text = _SPECIAL.sub(r"\\\g<0>", text)
    text = _SPECIAL_AT_LINE_START.sub(_escape_line_start, text)
    return _DOCTYPE.sub("", text)


def _escape_line_start(found: re.Match[str]) -> str:
    indent, mark, number, point = (group or "" for group in found.groups())
    return f"{indent}{number}\\{mark}{point}"
