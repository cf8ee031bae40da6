"""The YAML front matter of Continue's rules and skills: reads documents, writes a new rule's.

Imitates packages/config-yaml/src/markdown/{markdownToRule,createMarkdownRule}.ts at d0a3c0b626 and the `yaml` package
of npm, with which it writes. Does not imitate: folding of texts of several lines, breaks inside of very long words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

import yaml

from builder.toolkits.javascript import SPACE, trim

_RULER = re.compile(f"^---[{SPACE}]*$", re.MULTILINE)
_WIDTH = 80
_INDENT = "  "
_MEANS_SOMETHING = re.compile(
    r"""[\n\t\ ,\[\]{}#&*!|>'"%@`] | [?-]\Z | [?-][ \t] | .*(?: [\n:][ \t] | [ \t]\n | [\n\t\ ][#] | [\n\t\ :]\Z )""",
    re.VERBOSE | re.DOTALL,
)
_READS_AS_OTHER = re.compile(
    r"""~ | [Nn]ull | NULL | [Tt]rue | TRUE | [Ff]alse | FALSE | 0o[0-7]+ | 0x[0-9a-fA-F]+ | [-+]?[0-9]+
    | [-+]?\.(?:inf|Inf|INF) | \.(?:nan|NaN|NAN) | [-+]?(?:\.[0-9]+ | [0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?""",
    re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SHORT_ESCAPES = {"0000": "\\0", "0007": "\\a", "000b": "\\v", "001b": "\\e"}


class Document(NamedTuple):
    """The texts in the front matter, by key, and what stands below it."""

    fields: dict[str, str]
    body: str


def parse_document(text: str) -> Document:
    """Split a document; one without front matter, or with a broken one, is all body."""
    text = text.replace("\r\n", "\n")
    _, *parts = _RULER.split(text)
    if len(parts) < 2:
        return Document({}, text)
    try:
        found = yaml.safe_load(parts[0])
    except (yaml.YAMLError, ValueError):  # ValueError: a date that does not exist
        return Document({}, text)
    found = found if isinstance(found, dict) else {}
    fields = {
        key: value
        for key, value in found.items()
        if isinstance(key, str) and isinstance(value, str)
    }
    return Document(fields, trim("---".join(parts[1:])))


def write_document(fields: Mapping[str, str | bool], body: str) -> str:
    """Front matter with the given fields, in their order, then the text."""
    lines = [f"{key}: {_scalar(value, key)}" for key, value in fields.items()]
    return "---\n{}\n---\n\n{}".format("\n".join(lines) or "{}", body)


def _scalar(value: str | bool, key: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not _CONTROL.search(value) and "\n" in value:
        return "|-\n" + "\n".join(f"{_INDENT}{line}" if line else "" for line in value.split("\n"))
    is_plain = not (
        not value
        or _CONTROL.search(value)
        or _MEANS_SOMETHING.match(value)
        or _READS_AS_OTHER.fullmatch(value)
    )
    return _folded(value if is_plain else _quoted(value), len(key) + 2)


def _quoted(value: str) -> str:
    if '"' in value and "'" not in value and not _CONTROL.search(value):
        return f"'{value}'"
    text = json.dumps(value, ensure_ascii=False)
    return re.sub(r"\\u(00..)", _short_escape, text)


def _short_escape(found: re.Match[str]) -> str:
    return _SHORT_ESCAPES.get(found[1], f"\\x{found[1][2:]}")


def _folded(text: str, taken: int) -> str:
    """Break at single spaces so that lines stay within the width; `taken` is how far the key reaches."""
    step = _WIDTH - len(_INDENT) + 1
    if len(text) <= step:
        return text
    lines, start, end, split = [], 0, _WIDTH - taken, 0
    for position, character in enumerate(text):
        if character == " " and _is_between_words(text, position):
            split = position
        if position >= end and split:
            lines.append(text[start:split])
            start, end, split = split + 1, split + step, 0
    return f"\n{_INDENT}".join([*lines, text[start:]])


def _is_between_words(text: str, position: int) -> bool:
    around = text[position - 1 : position] + text[position + 1 : position + 2]
    return len(around) == 2 and not set(around) & set(" \t\n")
