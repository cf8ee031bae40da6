"""What the terminal program checks before a tool runs: that required arguments are there; and how it reads the others.

Imitates validateToolCallArgsPresent of extensions/cli/src/tools/index.tsx at d0a3c0b626, and what JavaScript makes of a
value that is no string where a tool puts it into a text. Does not imitate: a value that is no string where a tool
works with it (the message would name a variable of the minified program); such a call ends the example.
"""

from __future__ import annotations

from builder.conversation import Arguments
from builder.errors import NotPlayableError, RefusedCallError, ToolError
from builder.toolkits.continue_core.javascript import number_text, to_json
from builder.toolkits.playing import Preparation
from builder.toolkits.session import Session


def require(arguments: Arguments, tool: str, *names: str) -> None:
    """Raise RefusedCallError for the first argument that is missing."""
    for name in names:
        if arguments.get(name) is None:
            raise RefusedCallError(
                "missing_argument", f'Required parameter "{name}" missing for tool "{tool}"'
            )


def requiring(tool: str, *names: str) -> Preparation:
    """A preparation that only asks for the arguments."""

    def prepare(_session: Session, arguments: Arguments) -> Arguments:
        require(arguments, tool, *names)
        return arguments

    return prepare


def required_string(arguments: Arguments, tool: str, name: str) -> str:
    """A string that must be there. Raises RefusedCallError, and NotPlayableError for another type."""
    require(arguments, tool, name)
    value = arguments[name]
    if not isinstance(value, str):
        raise NotPlayableError(f"{name} is no string")
    return value


def shown_text(value: object) -> str:
    """A value as a text shows it that it is put into: lists with commas, objects not at all."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "[object Object]"
    if isinstance(value, list):
        return ",".join("" if item is None else shown_text(item) for item in value)
    return number_text(value) if isinstance(value, int | float) else to_json(value)


def path_argument(value: object) -> str:
    """A path for Node's `path` functions. Raises ToolError for what is no string."""
    if isinstance(value, str):
        return value
    kinds = {dict: "an instance of Object", list: "an instance of Array", bool: "type boolean"}
    received = kinds.get(type(value), "type number")
    if not isinstance(value, dict | list):
        received += f" ({shown_text(value)})"
    raise ToolError(
        "unspecified", f'The "path" argument must be of type string. Received {received}'
    )
