"""Reads typed values out of a call's arguments, as tolerant as the editor is.

Imitates core/tools/parseArgs.ts at d0a3c0b626.
"""

from __future__ import annotations

import math
import re

from builder.conversation import Arguments
from builder.errors import ToolError
from builder.toolkits.continue_core.javascript import SPACE, as_double, from_json, to_json, trim

_BEYOND_DOUBLES = 2**1024
_INTEGER = re.compile(f"[{SPACE}]*([+-]?[0-9]+)")


def read_arguments(text: str) -> object:
    """What a call's arguments say: a JSON value of any kind, an empty object where they are no JSON."""
    try:
        return from_json(trim(text) or "{}")
    except ValueError:
        return {}


def string_argument(arguments: Arguments, name: str, *, allow_empty: bool = False) -> str:
    """A string; an object that a parser made out of JSON text becomes text again. Raises ToolError."""
    value = arguments.get(name)
    if isinstance(value, dict | list):
        return to_json(value)
    if not isinstance(value, str):
        emptiness = "" if allow_empty else " and must not be empty or whitespace-only"
        raise ToolError(
            "invalid_arguments", f"`{name}` argument is required{emptiness}. (type string)"
        )
    if not allow_empty and not trim(value):
        raise ToolError(
            "invalid_arguments", f"Argument {name} must not be empty or whitespace-only"
        )
    return value


def optional_string_argument(arguments: Arguments, name: str) -> str | None:
    """A string, or None where it was not given. Raises ToolError."""
    return string_argument(arguments, name) if name in arguments else None


def number_argument(arguments: Arguments, name: str) -> int:
    """A whole number; a string that begins with one will do. One beyond all bounds is a very large one. Raises ToolError."""
    if name not in arguments:
        raise ToolError("invalid_arguments", f"Argument `{name}` is required (type number)")
    number = _number(arguments[name])
    if math.isnan(number):
        raise ToolError("invalid_arguments", f"Argument `{name}` must be a valid number")
    if math.isinf(number):
        return _BEYOND_DOUBLES if number > 0 else -_BEYOND_DOUBLES
    return math.floor(number)


def _number(value: object) -> float:
    if isinstance(value, str):
        found = _INTEGER.match(value)
        return float(found[1]) if found else math.nan
    if isinstance(value, int | float) and not isinstance(value, bool):
        return as_double(value)
    return math.nan


def boolean_argument(arguments: Arguments, name: str) -> bool | None:
    """A boolean, also as the words true and false; None where it was not given. Raises ToolError."""
    if name not in arguments:
        return None
    value = arguments[name]
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if isinstance(value, bool):
        return value
    raise ToolError("invalid_arguments", f"Argument `{name}` must be a boolean true or false")
