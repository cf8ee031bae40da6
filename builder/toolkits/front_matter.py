"""Reads the YAML front matter of Continue's rules and skills: a few flat keys between two `---` lines."""

from __future__ import annotations

from typing import NamedTuple

import yaml


class Document(NamedTuple):
    """Front matter (values as strings) and the text below it."""

    fields: dict[str, str]
    body: str


def parse_document(text: str) -> Document:
    """Split a document; one without front matter, or with a broken one, is all body."""
    if not text.startswith("---\n"):
        return Document({}, text)
    head, separator, body = text[4:].partition("\n---\n")
    if not separator:
        return Document({}, text)
    try:
        fields = yaml.safe_load(head)
    except yaml.YAMLError:
        return Document({}, text)
    if not isinstance(fields, dict):
        return Document({}, text)
    return Document({str(key): str(value) for key, value in fields.items()}, body.lstrip("\n"))
