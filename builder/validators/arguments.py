"""The arguments of every call are a JSON object that follows the tool's own JSON Schema."""

from __future__ import annotations

import functools
import json

from jsonschema import Draft202012Validator

from builder.conversation import Example, ToolCall, distinct_names
from builder.errors import RowError
from builder.tool_spec import ToolSpec
from builder.validators.context import Context


@functools.lru_cache(maxsize=512)
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema))


def _strict(spec: ToolSpec) -> dict[str, object]:
    """The schema, closed: a parameter that the tool does not have is a mistake even where the schema is silent."""
    return {"additionalProperties": False, **spec.parameters}


class Arguments:
    """Binds by name: swapped or invented parameters do not pass."""

    cost = 30
    stage = "row"

    def problem(self, example: Example, context: Context) -> str | None:
        toolset = context.toolsets.get(example.metadata.toolset)
        if toolset is None:
            return None
        for call in example.calls:
            spec = toolset.find(call.name)
            reason = call_problem(call, spec) if spec else None
            if reason:
                return reason
        return None


def call_problem(call: ToolCall, spec: ToolSpec) -> str | None:
    """Why a call is none that the tool takes, or None."""
    try:
        arguments = call.arguments
    except RowError as error:
        return str(error)
    unsound = _unsound(call)
    if unsound:
        return f"arguments of {call.name} {unsound}"
    validator = _validator(json.dumps(_strict(spec), sort_keys=True))
    wrong = next(validator.iter_errors(arguments), None)
    return (
        f"arguments of {call.name}: {wrong.json_path[:200]}: {wrong.message[:200]}"
        if wrong
        else None
    )


def _unsound(call: ToolCall) -> str:
    """What Python's parser lets pass and other readers of a row would not, or not alike; empty where nothing is."""
    try:
        parsed = json.loads(call.function.arguments, object_pairs_hook=distinct_names)
        json.dumps(parsed, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        return "hold half of a surrogate pair"
    except ValueError as error:
        return f"are no JSON that everybody reads alike: {error}"
    return ""


CHECK = Arguments()
