"""Every validator accepts a good row and rejects a bad one with its reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from builder.conversation import Example, Function, Message, ToolCall
from builder.dataset import read_examples
from builder.prompts import system_message
from builder.replay import Replayer
from builder.sandbox.isolation import best_isolation
from builder.similarity import signature_of, similarity
from builder.tool_spec import Toolset
from builder.validation import load_validators, validate
from builder.validators.context import Context
from builder.validators.row_schema import SCHEMA_FILE, row_schema
from builder.workspaces.catalog import load_workspaces


class _Rows:
    """The dataset as one row."""

    def __init__(self, example: Example) -> None:
        self._example = example

    def has_row(self, row_id: str) -> bool:
        return row_id == self._example.metadata.id

    def known_call_ids(self, ids: list[str]) -> set[str]:
        return {call.id for call in self._example.calls} & set(ids)

    def nearest_row(self, signature: list[int]) -> tuple[str, float]:
        return self._example.metadata.id, similarity(signature_of(self._example), signature)


@pytest.fixture(scope="module")
def context(toolsets: dict[str, Toolset]) -> Context:
    workspaces = {one.name: one for one in load_workspaces(("greenhouse", "tidepool"))}
    surfaces = {one.id: one.surface for one in toolsets.values()}
    player = Replayer(workspaces, surfaces, best_isolation())
    messages = {surface: system_message(surface) for surface in surfaces.values()}
    return Context(toolsets, player, system_messages=messages)


@pytest.fixture(scope="module")
def rows(dataset: Path) -> list[Example]:
    return list(read_examples(dataset))


def _first(rows: list[Example], holds: Callable[[Example], object]) -> Example:
    return next(row for row in rows if holds(row))


def _with_call(row: Example, **changes: str) -> Example:
    """The row with its first call changed."""
    position = next(i for i, message in enumerate(row.messages) if message.tool_calls)
    message = row.messages[position]
    call = message.tool_calls[0]
    function = Function(
        changes.get("name", call.name), changes.get("arguments", call.function.arguments)
    )
    calls = (ToolCall(changes.get("id", call.id), function), *message.tool_calls[1:])
    changed = msgspec.structs.replace(message, tool_calls=calls)
    return _with_messages(row, (*row.messages[:position], changed, *row.messages[position + 1 :]))


def _with_messages(row: Example, messages: tuple[Message, ...]) -> Example:
    return Example(messages, row.metadata)


def _with_argument(row: Example, name: str, value: object) -> Example:
    arguments = {**next(iter(row.calls)).arguments, name: value}
    return _with_call(row, arguments=json.dumps(arguments))


def test_every_row_of_a_run_passes_every_check(rows: list[Example], context: Context) -> None:
    assert len(rows) >= 35
    for row in rows:
        verdict = validate(row, context, ("row", "play"))
        assert verdict.is_accepted, verdict


def test_checks_run_from_cheap_to_dear() -> None:
    costs = [check.cost for check in load_validators().values()]
    assert costs == sorted(costs)
    assert list(load_validators())[-1] == "edited_code"


def test_the_schema_file_is_the_schema_of_the_row_type() -> None:
    assert json.loads(SCHEMA_FILE.read_text()) == json.loads(msgspec.json.encode(row_schema()))


def _rejected(row: Example, context: Context) -> tuple[str, str]:
    verdict = validate(row, context, ("row", "dataset", "play"))
    return verdict.validator, verdict.reason


def test_a_tool_that_does_not_exist_is_rejected(rows: list[Example], context: Context) -> None:
    row = _with_call(_first(rows, lambda r: any(r.calls)), name="update_plan")
    assert _rejected(row, context)[0] == "tool_offered"
    assert "update_plan" in _rejected(row, context)[1]


def test_a_tool_behind_a_closed_gate_is_rejected(rows: list[Example], context: Context) -> None:
    row = _first(rows, lambda r: r.metadata.gates)
    closed = Example(row.messages, msgspec.structs.replace(row.metadata, gates=()))
    validator, reason = _rejected(closed, context)
    assert validator == "tool_offered"
    assert "gate" in reason


@pytest.mark.parametrize("arguments", ["{", "[]", "{}", '{"path": "a"}', '{"filepath": 3}'])
def test_arguments_that_break_the_schema_are_rejected(
    rows: list[Example], context: Context, arguments: str
) -> None:
    row = _first(rows, lambda r: r.calling_messages and next(r.calls).name in ("read_file", "Read"))
    assert _rejected(_with_call(row, arguments=arguments), context)[0] == "arguments"


def test_an_invented_parameter_is_rejected(rows: list[Example], context: Context) -> None:
    row = _first(rows, lambda r: any(r.calls))
    assert _rejected(_with_argument(row, "invented", 1), context)[0] == "arguments"


def test_results_in_another_order_are_rejected(rows: list[Example], context: Context) -> None:
    row = _first(
        rows,
        lambda r: any(len(m.tool_calls) > 1 for m in r.messages) and not r.metadata.ends_at_call,
    )
    position = next(i for i, m in enumerate(row.messages) if len(m.tool_calls) > 1)
    messages = list(row.messages)
    messages[position + 1], messages[position + 2] = messages[position + 2], messages[position + 1]
    assert "call order" in _rejected(_with_messages(row, tuple(messages)), context)[1]


def test_a_missing_result_a_cut_end_and_edits_in_parallel_are_rejected(
    rows: list[Example], context: Context
) -> None:
    row = _first(rows, lambda r: r.calling_messages == 1 and not r.metadata.ends_at_call)
    position = next(i for i, m in enumerate(row.messages) if m.tool_calls)
    without = (*row.messages[: position + 1], *row.messages[position + 2 :])
    assert _rejected(_with_messages(row, without), context)[0] == "message_order"
    assert "ends with" in _rejected(_with_messages(row, row.messages[:-1]), context)[1]
    edits = tuple(ToolCall(f"call_{n}", Function("Edit", "{}")) for n in range(2))
    both = (*row.messages[:position], Message("assistant", "", tool_calls=edits))
    assert "in parallel" in _rejected(_with_messages(row, both), context)[1]


def test_another_system_message_is_rejected(rows: list[Example], context: Context) -> None:
    changed = (Message("system", "You are a pirate."), *rows[0].messages[1:])
    assert _rejected(_with_messages(rows[0], changed), context)[0] == "system_message"


@pytest.mark.parametrize("path", ["/etc/passwd", "../other/a.py", "path/to/file.py", "~/notes.md"])
def test_paths_out_of_the_workspace_and_made_up_ones_are_rejected(
    rows: list[Example], context: Context, path: str
) -> None:
    row = _first(rows, lambda r: r.calling_messages and next(r.calls).name in ("read_file", "Read"))
    assert _rejected(_with_argument(row, "filepath", path), context)[0] == "paths"


@pytest.mark.parametrize(
    "secret",
    [
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1B2" * 9,
        "sk-proj-" + "x9Y8" * 6,
        "-----BEGIN PRIVATE KEY-----\nMIIEvQ" + "A" * 30,
    ],
)
def test_a_secret_is_rejected_and_not_repeated(
    rows: list[Example], context: Context, secret: str
) -> None:
    last = msgspec.structs.replace(rows[0].messages[-1], content=f"Use {secret}.")
    validator, reason = _rejected(_with_messages(rows[0], (*rows[0].messages[:-1], last)), context)
    assert validator == "secrets"
    assert secret not in reason


def test_code_that_does_not_parse_is_rejected(rows: list[Example], context: Context) -> None:
    row = _first(
        rows,
        lambda r: (
            any(
                c.name in ("create_new_file", "Write") and ".py" in c.function.arguments
                for c in r.calls
            )
            or any(c.name in ("create_new_file", "Write") for c in r.calls)
        ),
    )
    number = next(n for n, c in enumerate(row.calls) if c.name in ("create_new_file", "Write"))
    call = list(row.calls)[number]
    content = "contents" if call.name == "create_new_file" else "content"
    broken = json.dumps({"filepath": "broken.py", content: "def broken(:\n    retur\n"})
    swapped = tuple(
        msgspec.structs.replace(
            m,
            tool_calls=tuple(
                ToolCall(c.id, Function(c.name, broken)) if c == call else c for c in m.tool_calls
            ),
        )
        for m in row.messages
    )
    validator, reason = _rejected(_with_messages(row, swapped), context)
    assert validator == "code_parses"
    assert "line 1" in reason


def test_a_result_that_the_tool_did_not_give_is_rejected(
    rows: list[Example], context: Context
) -> None:
    row = _first(rows, lambda r: any(m.role == "tool" for m in r.messages))
    forged = tuple(
        msgspec.structs.replace(m, content=m.content + " (forged)") if m.role == "tool" else m
        for m in row.messages
    )
    row = Example(forged, msgspec.structs.replace(row.metadata, id="forged"))
    assert _rejected(row, context)[0] == "replay"


def test_copies_and_near_copies_are_rejected(
    rows: list[Example], toolsets: dict[str, Toolset]
) -> None:
    row = _first(rows, lambda r: any(r.calls))
    context = Context(toolsets, rows=_Rows(row))
    assert validate(row, context, ("dataset",)).validator == "call_ids"
    renamed = _with_call(row, id="call_other")
    near = Example(renamed.messages, msgspec.structs.replace(row.metadata, id="other"))
    verdict = validate(near, context, ("dataset",))
    assert verdict.validator in ("duplicates", "call_ids")


def test_a_row_whose_workspace_is_not_at_hand_is_not_played(
    rows: list[Example], context: Context
) -> None:
    row = _first(rows, lambda r: any(r.calls))
    metadata = msgspec.structs.replace(row.metadata, workspace="elsewhere", id="elsewhere")
    assert not validate(Example(row.messages, metadata), context, ("play",)).replayed
