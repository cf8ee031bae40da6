"""The values that evaluated TypeScript has, and JavaScript's conversions between them.

null is None; booleans, numbers and strings are Python's; arrays are lists. evaluator.py makes these
values, builtins.py works on them. A conversion that cannot be known raises UndecidedError: nothing is
guessed.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias, Union

from tree_sitter import Node

if TYPE_CHECKING:
    from builder.sources.continue_source.scopes import Scope


_FIRST_WITH_EXPONENT = 1e21
"""From here on JavaScript writes whole numbers as 1e+21."""


class UndecidedError(Exception):
    """A value cannot be known from the source; the evaluator adds file and line."""


class Undefined(Enum):
    """JavaScript's `undefined`, apart from None, which is its `null`."""

    VALUE = "undefined"


UNDEFINED = Undefined.VALUE


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something outside the source that is read: a module of node, a service, the editor.

    `path`: how it is reached (`os.platform`). `exists`: known to be an object, hence true.
    """

    path: str
    exists: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A function of the source, with the scope that it was made in."""

    node: Node
    scope: "Scope"


@dataclass(slots=True, eq=False)
class Thunk:
    """A value that is computed when it is first needed, and what of the machine went into it.

    Laziness keeps an unused member (`run`, say) from being evaluated at all, and lets files import
    each other in a circle.
    """

    compute: Callable[[], "Value"] | None
    value: "Value" = UNDEFINED
    inputs: frozenset[str] = frozenset()
    running: bool = False


@dataclass(slots=True, eq=False)
class JsObject:
    """An object; its members are computed when they are read. Keeps JavaScript's key order."""

    members: dict[str, Thunk] = field(default_factory=dict)


Value: TypeAlias = Union[  # noqa: UP007 - recursive
    Undefined, bool, int, float, str, list["Value"], JsObject, Closure, Opaque, None
]
Json: TypeAlias = Union[  # noqa: UP007 - recursive
    bool, int, float, str, list["Json"], dict[str, "Json"], None
]


def known(value: Value, *inputs: str) -> Thunk:
    """A member whose value is there already."""
    return Thunk(None, value, frozenset(inputs))


def is_number(value: Value) -> bool:
    """Whether JavaScript calls it a number (in Python a bool is one as well)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_nullish(value: Value) -> bool:
    """Whether it is null or undefined."""
    return value is None or value is UNDEFINED


def to_boolean(value: Value) -> bool:
    """JavaScript's truth of a value. Raises UndecidedError for what is not known to be there."""
    if isinstance(value, Opaque):
        if not value.exists:
            raise UndecidedError(f"it depends on {value.path}, which the source does not tell")
        return True
    if isinstance(value, JsObject | Closure | list):
        return True
    if isinstance(value, float) and math.isnan(value):
        return False
    return not is_nullish(value) and bool(value)


def to_text(value: Value) -> str:
    """JavaScript's text of a value, as in a template."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join("" if is_nullish(item) else to_text(item) for item in value)
    if isinstance(value, JsObject):
        return "[object Object]"
    if isinstance(value, Opaque):
        raise UndecidedError(f"the text contains {value.path}, which the source does not tell")
    if isinstance(value, Closure):
        raise UndecidedError("the text contains the source of a function")
    return _simple_text(value)


def _simple_text(value: Undefined | bool | float | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, Undefined):
        return "undefined"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _number_text(value)


def _number_text(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value.is_integer() and abs(value) < _FIRST_WITH_EXPONENT:
        return str(int(value))
    return repr(value).replace("e-0", "e-")


def json_text(value: Json, indent: int = 0) -> str:
    """JSON.stringify with an indent of so many spaces; 0 = on one line."""
    if indent:
        return json.dumps(value, ensure_ascii=False, indent=indent)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
