"""The YAML front matter of Continue's rules and skills: reads documents, writes a new rule's.

Imitates packages/config-yaml/src/markdown/{markdownToRule,createMarkdownRule}.ts at d0a3c0b626 and the `yaml` package
of npm, with which it writes; how that writes a text is in yaml_texts.py. Does not imitate: fields that are lists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import yaml

from builder.errors import NotPlayableError
from builder.toolkits.continue_core.javascript import SPACE, trim
from builder.toolkits.continue_core.yaml_texts import write_text

_RULER = re.compile(f"^---[{SPACE}]*$", re.MULTILINE)


class Document(NamedTuple):
    """The texts in the front matter, by key, and what stands below it."""

    fields: dict[str, str]
    body: str


def parse_document(text: str) -> Document:
    """Split a document; one without front matter, or with a broken one, is all body.

    Raises NotPlayableError for one nested to a hostile depth.
    """
    text = text.replace("\r\n", "\n")
    _, *parts = _RULER.split(text)
    if len(parts) < 2:
        return Document({}, text)
    try:
        found = yaml.safe_load(parts[0])
    except (yaml.YAMLError, ValueError):  # ValueError: a date that does not exist
        return Document({}, text)
    except RecursionError as error:
        raise NotPlayableError("the front matter is nested too deeply") from error
    found = found if isinstance(found, dict) else {}
    fields = {
        key: value
        for key, value in found.items()
        if isinstance(key, str) and isinstance(value, str)
    }
    return Document(fields, trim("---".join(parts[1:])))


def write_document(fields: Mapping[str, str | bool], body: str) -> str:
    """Front matter with the given fields, in their order, then the text."""
    lines = [
        f"{key}: {write_text(value, key) if isinstance(value, str) else str(value).lower()}"
        for key, value in fields.items()
    ]
    return "---\n{}\n---\n\n{}".format("\n".join(lines) or "{}", body)
