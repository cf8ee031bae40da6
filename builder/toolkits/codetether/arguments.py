"""Reads the arguments of a call, and words what is wrong with them or near to them."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping

from builder.conversation import Arguments
from builder.errors import ToolError

_NEAREST = 3
_LEAST_LETTERS = 4
"""Fewer stand in too many ids and titles to point at one."""


def required_text(arguments: Arguments, name: str) -> str:
    """A text that is not blank. Raises ToolError."""
    text = optional_text(arguments, name)
    if text is None or not text.strip():
        raise ToolError("invalid_arguments", f"{name} is required and must not be empty")
    return text.strip()


def optional_text(arguments: Arguments, name: str) -> str | None:
    """A text, or None where it was not given. Raises ToolError."""
    value = arguments.get(name)
    if value is not None and not isinstance(value, str):
        raise ToolError("invalid_arguments", f"{name} must be a string, not {json.dumps(value)}")
    return value


def one_of(arguments: Arguments, name: str, known: Iterable[str]) -> str | None:
    """One of the known words, or None where none was given. Raises ToolError."""
    value, choices = optional_text(arguments, name), list(known)
    if value is not None and value not in choices:
        raise ToolError(
            "invalid_arguments",
            f"{name} must be one of {', '.join(choices)}, not {json.dumps(value)}",
        )
    return value


def whole_number(arguments: Arguments, name: str, least: int, most: int, default: int) -> int:
    """A whole number between both ends, which are included; 5.0 is one in JSON. Raises ToolError."""
    value = arguments.get(name, default)
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not isinstance(value, int | float) or not is_whole:
        raise ToolError(
            "invalid_arguments", f"{name} must be a whole number, not {json.dumps(value)}"
        )
    if not least <= value <= most:
        raise ToolError(
            "invalid_arguments", f"{name} must be between {least} and {most}, not {int(value)}"
        )
    return int(value)


def nearest(wanted: str, known: Mapping[str, str]) -> list[str]:
    """Ids that resemble what was asked for: those that begin with it, whose title has it, or that are spelt like it.

    `known`: id → title.
    """
    asked = wanted.strip().casefold()
    tells = len(asked) >= _LEAST_LETTERS
    same_start = [one for one in known if tells and one.startswith(asked)]
    titled = [one for one, title in known.items() if tells and asked in title.casefold()]
    spelt = difflib.get_close_matches(asked, list(known), n=_NEAREST)
    return list(dict.fromkeys((*same_start, *titled, *spelt)))[:_NEAREST]


def not_found(what: str, wanted: str, known: Mapping[str, str], otherwise: str) -> ToolError:
    """The error for an id that is not there: names what is near, or says how to find it (`otherwise`)."""
    near = nearest(wanted, known)
    shown = "; ".join(f"{one} ({known[one]})" if known[one] else one for one in near)
    hint = f"Did you mean {shown}?" if near else otherwise
    return ToolError("not_found", f"{what} {wanted} not found. {hint}")
