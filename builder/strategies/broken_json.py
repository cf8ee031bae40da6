"""What can be read of JSON that was broken or cut off: values as they were written, or none.

Ends are closed, trailing commas left out, line ends in strings taken. For worse there is json_repair, where it can be
trusted: it loses a level of backslashes, and with them the sense of arguments, which are JSON in JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import json_repair

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|"|[{}\[\]]|,(?=\s*[}\]])', re.DOTALL)
_WHOLE_LETTERS = re.compile(r'"(?:[^"\\]|\\(?:u[0-9a-fA-F]{4}|[^u]))*')
_DEEPEST = 200
"""No form is nested so deeply."""
_LONGEST_REPAIRED = 20_000
"""json_repair takes time by the square of what it cannot make sense of: 40 s for 60,000 characters."""
_CLOSERS = {"{": "}", "[": "]"}


def read_broken(text: str) -> object:
    """The values of an object that begins at the text's beginning. Raises ValueError, RecursionError."""
    for candidate in _closed(text):
        try:
            return json.loads(candidate, strict=False)
        except ValueError:
            continue
    if "\\\\" in text:
        raise ValueError("broken JSON in which a repair could not be trusted")
    still_open = max(text.count("{") - text.count("}"), text.count("[") - text.count("]"))
    if len(text) > _LONGEST_REPAIRED or still_open > _DEEPEST:
        raise ValueError("broken JSON that would take too long to repair")
    return json_repair.loads(text)


def _closed(text: str) -> Iterator[str]:
    """The text with its open ends closed; then only what stands before the last thing that was closed, closed likewise."""
    kept: list[str] = []
    is_open: list[str] = []
    whole, ending = 0, ""
    place = 0
    for token in _TOKEN.finditer(text):
        kept.append(text[place : token.start()])
        place = token.end()
        if token[0] in _CLOSERS:
            is_open.append(_CLOSERS[token[0]])
            if len(is_open) > _DEEPEST:
                return
        elif token[0] in ("}", "]"):
            if not is_open or is_open.pop() != token[0]:
                return
            whole, ending = len(kept) + 1, _ending(is_open)
            if not is_open:
                kept.append(token[0])
                break
        elif token[0] == '"':
            kept += [_WHOLE_LETTERS.findall(text[token.start() :])[0], '"']
            place = len(text)
            break
        kept += [] if token[0] == "," else [token[0]]
    if is_open:
        yield "".join([*kept, text[place:]]).rstrip().removesuffix(",") + _ending(is_open)
    yield "".join(kept[:whole]) + ending


def _ending(is_open: list[str]) -> str:
    return "".join(reversed(is_open))
