"""What Continue's own functions answered, input by input, against ours.

Three files in one shape: `vectors.json`, `more_vectors.json`, `further_vectors.json`; a file with answers of the same
functions can be dropped in beside them under one of these names. Of prepareQueryForRipgrep only the query is compared:
its warning is shown to nobody. Ids of calls are random in Continue and are not compared.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from builder.dialects.tool_codeblock.parsing import MalformedCallError, parse
from builder.dialects.tool_codeblock.writing import (
    write_call,
    write_definition,
    write_example_call,
)
from builder.errors import ToolError
from builder.toolkits.continue_core.argument_values import (
    boolean_argument,
    number_argument,
    read_arguments,
    string_argument,
)
from builder.toolkits.continue_core.find_and_replace import (
    Edit,
    replace,
    replace_each,
    validate_edit,
    validate_edits,
)
from builder.toolkits.continue_core.javascript import to_json
from builder.toolkits.continue_core.mcp_names import ide_tool_name
from builder.toolkits.continue_core.model_support import (
    has_native_calls,
    is_capable,
    is_recommended,
)
from builder.toolkits.continue_core.sensitive_paths import is_security_concern
from builder.toolkits.continue_core.terminal_security import evaluate_command
from builder.toolkits.continue_core.truncation import keep_beginning, keep_end
from builder.toolkits.continue_core.unified_diff import unified_diff
from builder.toolkits.continue_ide.knowledge import rule_file_name, rule_markdown
from builder.toolkits.continue_ide.search import format_results, sanitize_query

UNDEFINED = "<undefined>"
TWENTY_LINES = "\n".join(str(number).rjust(10, ".") for number in range(20))


class Vector(
    msgspec.Struct, forbid_unknown_fields=True, rename={"function": "fn", "kind": "class"}
):
    """One input, and what the function returned or raised for it."""

    function: str
    input: object
    ok: object = msgspec.UNSET
    error: str = ""
    reason: str | None = None
    kind: str = ""


class Vectors(msgspec.Struct, forbid_unknown_fields=True):
    ref: str
    note: str
    vectors: list[Vector]


class _Prepared(msgspec.Struct):
    query: str


class _Replacing(msgspec.Struct, rename={"replace_all": "replaceAll"}):
    file: str
    old: str
    new: str
    replace_all: bool


class _MultiEdit(msgspec.Struct):
    file: str
    args: dict[str, object]


class _Grep(msgspec.Struct, rename="camel"):
    results: str
    max_chars: int | None


class _Cut(msgspec.Struct, rename="camel"):
    """`text`: what is cut; twenty lines where it is not there."""

    max_chars: int
    gen: str = ""
    text: str = TWENTY_LINES
    max_lines: int = 0
    context: str = ""


class _Called(msgspec.Struct, rename="camel"):
    name: str
    parsed_args: dict[str, object]


class _Described(msgspec.Struct):
    name: str
    description: str
    parameters: dict[str, object] = {}


DESCRIBED_WHERE_NONE_IS_NAMED = _Described(
    "t",
    "D",
    {
        "properties": {"a": {"type": "string", "description": "da"}, "b": {"type": "number"}},
        "required": ["a"],
    },
)


class _Answered(msgspec.Struct):
    text: str
    chunk: int


def _replaced(given: object) -> object:
    case = msgspec.convert(given, _Replacing)
    return replace(case.file, Edit(case.old, case.new, case.replace_all))


def _replaced_each(given: object) -> object:
    case = msgspec.convert(given, _MultiEdit)
    return replace_each(case.file, validate_edits(case.args))


def _validated(given: object) -> object:
    values = msgspec.convert(given, tuple[object, object, object])
    names = ("old_string", "new_string", "replace_all")
    arguments = {n: v for n, v in zip(names, values, strict=True) if v != UNDEFINED}
    edit = validate_edit(arguments)
    found: dict[str, object] = {"oldString": edit.old, "newString": edit.new}
    return found | ({"replaceAll": edit.replace_all} if "replace_all" in arguments else {})


def _formatted(given: object) -> object:
    case = msgspec.convert(given, _Grep)
    shown, blocks, was_cut = format_results(case.results, case.max_chars)
    return {"formatted": shown, "numResults": blocks, "truncated": was_cut}


def _kept_end(given: object) -> object:
    case = msgspec.convert(given, _Cut)
    shown, was_cut = keep_end(case.text, case.max_chars, case.max_lines)
    return {"output": shown, "wasTruncated": was_cut}


def _kept_beginning(given: object) -> object:
    case = msgspec.convert(given, _Cut)
    shown = keep_beginning(case.text, case.max_chars, case.context)
    return {"output": shown, "wasTruncated": shown != case.text}


def _string(given: object) -> object:
    arguments, name, allow_empty = msgspec.convert(given, tuple[dict[str, object], str, bool])
    return string_argument(arguments, name, allow_empty=allow_empty)


def _rule(given: object) -> object:
    _, rule, options = msgspec.convert(given, tuple[str, str, dict[str, str | bool]])
    order = ("globs", "regex", "description", "alwaysApply")
    return rule_markdown(rule, {name: options.get(name) for name in order})


def _patch(given: object) -> object:
    return unified_diff(*msgspec.convert(given, tuple[str, str, str]))


def _through_json(value: object) -> object:
    """The value as the vectors have it: a number beyond all bounds is null there."""
    return msgspec.json.decode(to_json(value))


def _capable(given: object) -> object:
    _provider, title, *model = msgspec.convert(given, tuple[str | None, ...])
    return is_capable(title or "", model[0] if model else None)


def _written(given: object) -> object:
    case = msgspec.convert(given, _Called)
    return write_call(case.name, case.parsed_args)


def _described(given: object) -> object:
    case = msgspec.convert(given, _Described) if given else DESCRIBED_WHERE_NONE_IS_NAMED
    return write_definition(case.name, case.description, case.parameters)


def _shown_called(given: object) -> object:
    name, introduction, *rest = msgspec.convert(given, list[object])
    arguments = msgspec.convert(rest[0] if rest else [], list[tuple[str, object]])
    return write_example_call(str(name), str(introduction), arguments)


def _intercepted(given: object) -> object:
    case = msgspec.convert(given, _Answered)
    answer = parse(case.text, case.chunk)
    calls = [call._asdict() | {"id_shape": True} for call in answer.calls]
    return {"text": answer.text, "calls": calls}


FUNCTIONS: dict[str, Callable[[object], object]] = {
    "executeFindAndReplace": _replaced,
    "validateMultiEdit+executeMultiFindAndReplace": _replaced_each,
    "validateSingleEdit": _validated,
    "formatGrepSearchResults": _formatted,
    "prepareQueryForRipgrep": lambda given: sanitize_query(str(given)),
    "getStringArg": _string,
    "getNumberArg": lambda given: _through_json(number_argument({"n": given}, "n")),
    "getBooleanArg": lambda given: boolean_argument({"b": given}, "b"),
    "safeParseToolCallArgs": lambda given: _through_json(read_arguments(str(given))),
    "truncateOutputFromStart": _kept_end,
    "truncateOutputFromEnd": _kept_beginning,
    "isSecurityConcern": lambda given: is_security_concern(str(given)),
    "createRuleMarkdown": _rule,
    "sanitizeRuleName": lambda given: rule_file_name(str(given)),
    "createTwoFilesPatch(context 3)": _patch,
    "isRecommendedAgentModel": lambda given: is_recommended(str(given)),
    "isModelCapable": _capable,
    "PROVIDER_TOOL_SUPPORT": lambda given: has_native_calls(
        *msgspec.convert(given, tuple[str, str])
    ),
    "evaluateTerminalCommandSecurity": lambda given: evaluate_command(
        *msgspec.convert(given, tuple[str, object])
    ),
    "getToolNameFromMCPServer": lambda given: ide_tool_name(
        *msgspec.convert(given, tuple[str, str])
    ),
    "toolCallStateToSystemToolCall": _written,
    "toolToSystemToolDefinition": _described,
    "createSystemMessageExampleCall": _shown_called,
    "interceptSystemToolCalls": _intercepted,
}

VECTORS = [
    vector
    for name in ("vectors.json", "more_vectors.json", "further_vectors.json")
    for vector in msgspec.json.decode(
        Path(__file__).with_name(name).read_bytes(), type=Vectors
    ).vectors
]


def _expected(vector: Vector) -> object:
    if vector.function == "prepareQueryForRipgrep":
        return msgspec.convert(vector.ok, _Prepared).query
    return vector.ok


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.function)
def test_our_functions_answer_as_continues_do(vector: Vector) -> None:
    function = FUNCTIONS[vector.function]
    if not vector.error:
        assert function(vector.input) == _expected(vector)
        return
    with pytest.raises((ToolError, MalformedCallError)) as raised:
        function(vector.input)
    assert str(raised.value) == vector.error
    if vector.reason is not None:
        assert isinstance(raised.value, ToolError)
        assert raised.value.kind == vector.reason


def test_every_function_has_a_vector() -> None:
    assert {vector.function for vector in VECTORS} == FUNCTIONS.keys()
