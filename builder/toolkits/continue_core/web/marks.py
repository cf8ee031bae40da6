"""The texts of emphasis, code, links, quotes and list items, once what stands in them is written."""

from __future__ import annotations

import re

from builder.toolkits.continue_core.javascript import SPACE, trim

_BACKTICKS = re.compile("`+")
_NEWLINES = re.compile(r"(?:\r?\n)+")
_LINES = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_INNER_NEWLINES = re.compile(r"([^\r\n])(?:\r?\n)+")
_BLANK = "[" + SPACE.replace("\n", "").replace("\r", "") + "]"
_BLANKS_AT_LINE_END = re.compile(rf"([^{SPACE}]+?){_BLANK}+(?=[\n\r\u2028\u2029]|\Z)")
_QUOTE_START = re.compile(rf"(?:^|(?<=[\n\r\u2028\u2029]))(>*){_BLANK}?")
_UNSAFE_IN_ADDRESS = str.maketrans({"(": "%28", ")": "%29", "_": "%5F", "*": "%2A"})


def trim_newlines(text: str) -> str:
    """Without line breaks at either end."""
    return text.strip("\n")


def link_address(href: str) -> str:
    """The address with the letters escaped that would end or change the link."""
    return href.translate(_UNSAFE_IN_ADDRESS)


def finish_mark(text: str, delimiter: str) -> str | None:
    """The text between two delimiters, line by line; the same mark inside of it goes."""
    if not trim(text):
        return None
    bare = re.sub(rf"([^\\]){re.escape(delimiter)}", r"\1", text)
    return "".join(_marked(line[1], delimiter) + line[2] for line in _LINES.finditer(bare))


def _marked(line: str, delimiter: str) -> str:
    """One blank on each side stays, outside of the delimiters."""
    inner = trim(line)
    if not inner:
        return line
    start = line.index(inner)
    before, after = line[:start][-1:], line[start + len(inner) :][:1]
    return f"{before}{delimiter}{inner}{delimiter}{after}"


def finish_inline_code(text: str) -> str:
    """Between as many backticks as it takes."""
    longest = max((found[0] for found in _BACKTICKS.finditer(text)), key=len, default="")
    padding = " " if longest else ""
    return f"`{longest}{padding}{text}{padding}{longest}`"


def finish_link(text: str) -> str:
    """The words of a link stand on one line."""
    return _NEWLINES.sub(" ", text)


def finish_quote(text: str) -> str:
    """Each line behind a `>`."""
    return _QUOTE_START.sub(r">\1 ", trim_newlines(text))


def finish_item(text: str, indent: str) -> str | None:
    """An item without empty lines; its further lines are indented as the item itself is."""
    if not trim(text):
        return None
    joined = _INNER_NEWLINES.sub(rf"\1  \n{indent}", trim(text))
    return _BLANKS_AT_LINE_END.sub(r"\1  ", joined)
