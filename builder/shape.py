"""What form a row has: parallel, multi-turn, planning, explanation, recovery; simple, medium or complex.

Everything is read off the messages; only what a text cannot show (that an answer had to be worked out, that a
failure was recovered from) is taken from the metadata, where generation put it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from builder.conversation import Complexity, Example, ToolCall
from builder.errors import RowError
from builder.guide import Guide, read_guide

RECOVERY = "error_recovery"
_REGEX = re.compile(r"[\\|\[\](){}+^$?]|\.\*")
_COMPOUND_GLOB = re.compile(r"[{\[]|.\*\*|\*[^*/]*\*|\*\*/.*\*.*/")
_COMPOUND_COMMAND = re.compile(r"\||&&|;|\$\(|\bfor\b|\n")
_FAILURE = re.compile(
    r" failed (?:with the message|because the arguments were invalid)\b"
    r"|\AError executing tool |\AEdit at index \d|\AYou must use the "
)
_COMPLEX_CALLS = 5
_COMPLEX_MESSAGES = 4
_PLANNING_MESSAGES = 3


class Shape(NamedTuple):
    """Complexity and labels of a row."""

    complexity: Complexity
    labels: tuple[str, ...]


def shape_of(example: Example) -> Shape:
    """Determine the shape of a row."""
    guide = read_guide()
    labels = [name for name, holds in _labels(example, guide).items() if holds]
    return Shape(_complexity(example, RECOVERY in labels, guide), tuple(labels))


def with_shape(example: Example) -> Example:
    """The row with its complexity and labels in its metadata."""
    shape = shape_of(example)
    metadata = msgspec.structs.replace(
        example.metadata, complexity=shape.complexity, shape=shape.labels
    )
    return Example(example.messages, metadata)


def _labels(example: Example, guide: Guide) -> dict[str, bool]:
    calls = list(example.calls)
    talks = sum(1 for request in example.requests if request.strip())
    return {
        "parallel": any(len(message.tool_calls) > 1 for message in example.messages),
        "multi_turn": talks > 1 or example.calling_messages > 1,
        "planning": is_planning(example, guide),
        "explanation": not calls,
        RECOVERY: RECOVERY in example.metadata.shape or _recovers(example),
    }


def is_planning(example: Example, guide: Guide) -> bool:
    """A planning tool is called and later updated, over three or more messages with calls."""
    planning = [
        any(call.name in guide.planning_tools for call in message.tool_calls)
        for message in example.messages
        if message.tool_calls
    ]
    return len(planning) >= _PLANNING_MESSAGES and sum(planning) > 1


def _recovers(example: Example) -> bool:
    """A result shows a failure, and the assistant calls again after it (rows without our metadata)."""
    if example.metadata.id:
        return False
    failed_at = next(
        (
            i
            for i, m in enumerate(example.messages)
            if m.role == "tool" and _FAILURE.search(m.content)
        ),
        None,
    )
    return failed_at is not None and any(m.tool_calls for m in example.messages[failed_at:])


def _complexity(example: Example, recovers: bool, guide: Guide) -> Complexity:
    calls = list(example.calls)
    many = len(calls) >= _COMPLEX_CALLS or example.calling_messages >= _COMPLEX_MESSAGES
    if many or recovers:
        return "complex"
    if len(calls) > 1 or (example.metadata.reasoned and calls):
        return "medium"
    return "medium" if any(_is_demanding_call(call, guide) for call in calls) else "simple"


def _is_demanding_call(call: ToolCall, guide: Guide) -> bool:
    try:
        arguments = call.arguments
    except RowError:
        return False
    return any(is_demanding(f"{call.name}.{key}", value, guide) for key, value in arguments.items())


def is_demanding(argument: str, value: object, guide: Guide) -> bool:
    """Whether an argument (`tool.argument`) is more than plain: see guide.toml for what holds which kind."""
    if isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(i, dict) for i in value)
    ):
        return True
    if not isinstance(value, str):
        return False
    patterns = {
        _REGEX: guide.regex_arguments,
        _COMPOUND_GLOB: guide.glob_arguments,
        _COMPOUND_COMMAND: guide.command_arguments,
    }
    lines = "\n" in value.strip()
    return lines or any(argument in names and p.search(value) for p, names in patterns.items())
