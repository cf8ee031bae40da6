"""A user's own tools, in every form in which they may be given, and what is said of a form that is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from builder.errors import SourceError, UsageError
from builder.sources import file as from_file
from builder.sources.functiongemma import declared_tools
from builder.toolsets import surface_of

SCHEMA = {
    "type": "object",
    "properties": {
        "path": {"type": "string", "description": "Which file."},
        "n": {"type": "integer"},
    },
    "required": ["path", "n"],
}
PLAIN = {"name": "read_lines", "description": "Read lines."}
OPENAI = {"type": "function", "function": {**PLAIN, "parameters": SCHEMA}}
RESPONSES = {"type": "function", **PLAIN, "parameters": SCHEMA, "strict": True}
ANTHROPIC = {**PLAIN, "input_schema": SCHEMA}
MCP = {"tools": [{**PLAIN, "inputSchema": SCHEMA, "annotations": {"readOnlyHint": True}}]}
CAPITALS = json.loads(
    json.dumps(SCHEMA).replace('"object"', '"OBJECT"').replace('"string"', '"STRING"').replace('"integer"', '"INTEGER"')
)  # fmt: skip
GOOGLE = {"function_declarations": [{**PLAIN, "parameters": CAPITALS}]}
DECLARED = (
    "<start_function_declaration>declaration:read_lines{description:<escape>Read lines.<escape>,parameters:{properties:"
    "{path:{description:<escape>Which file.<escape>,type:<escape>STRING<escape>},n:{type:<escape>INTEGER<escape>}},"
    "required:[<escape>path<escape>,<escape>n<escape>],type:<escape>OBJECT<escape>}}<end_function_declaration>"
)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([OPENAI]),
        json.dumps(OPENAI),
        json.dumps({"tools": [OPENAI]}),
        json.dumps([RESPONSES]),
        json.dumps([ANTHROPIC]),
        json.dumps(MCP),
        json.dumps({"jsonrpc": "2.0", "id": 1, "result": MCP}),
        json.dumps([GOOGLE]),
        json.dumps([{"type": "function", "function": {**PLAIN, "parameters": CAPITALS}}]),
        DECLARED,
        f"<start_of_turn>developer\nYou can call functions{DECLARED}<end_of_turn>\n",
        json.dumps(OPENAI) + "\n\n",
    ],
    ids=[
        "openai", "one", "wrapped", "responses", "anthropic", "mcp", "json-rpc", "google", "functiongemma-json",
        "functiongemma", "functiongemma-turn", "json-lines",
    ],
)  # fmt: skip
def test_every_form_gives_the_same_tool(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tools.json"
    path.write_text(text)
    surface = from_file.surface(str(path))
    (tool,) = surface.tools
    assert (tool.name, tool.description) == ("read_lines", "Read lines.")
    assert tool.parameters == SCHEMA
    assert list(tool.properties) == ["path", "n"]
    Draft202012Validator.check_schema(tool.parameters)


def test_hints_of_a_server_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "tools.json"
    path.write_text(json.dumps(MCP))
    assert from_file.surface(str(path)).tools[0].readonly


def test_two_lines_are_two_tools_and_a_change_is_another_release(tmp_path: Path) -> None:
    path = tmp_path / "tools.jsonl"
    path.write_text(f"{json.dumps(OPENAI)}\n{json.dumps({**ANTHROPIC, 'name': 'other'})}\n")
    before = from_file.surface(str(path))
    assert [tool.name for tool in before.tools] == ["read_lines", "other"]
    path.write_text(path.read_text().replace("Read lines.", "Read some lines."))
    assert from_file.surface(str(path)).ref != before.ref


def test_a_property_may_be_called_type(tmp_path: Path) -> None:
    schema = {"type": "OBJECT", "properties": {"type": {"type": "STRING", "enum": ["A"]}}}
    path = tmp_path / "tools.json"
    path.write_text(json.dumps([{**PLAIN, "parameters": schema}]))
    assert from_file.surface(str(path)).tools[0].properties == {
        "type": {"type": "string", "enum": ["A"]}
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there are no tools"),
        ("[]", "there are no tools"),
        ("not json", "neither JSON nor JSON Lines"),
        ("[1]", "tool 1: expected an object"),
        ('[{"description": "x"}]', "name"),
        ('[{"name": "two words", "description": "x"}]', "'two words'"),
        ('[{"name": "a"}]', "needs a description"),
        ('[{"name": "a", "description": "x", "parameters": []}]', "JSON Schema of type object"),
        ('[{"name": "a", "description": "x", "parameters": {"type": "array"}}]', "type object"),
        ('[{"name": "a", "description": "x", "parameters": {"properties": {"p": {"type": "strin"}}}}]', "properties.p"),
        (json.dumps([ANTHROPIC, OPENAI]), "two tools are named 'read_lines'"),
        ('{"result": ' * 9 + "{}" + "}" * 9, "expected an object"),
        ("[" * 100_000, "neither JSON"),
        ("<start_function_declaration>declaration:a{b<end_function_declaration>", "'a' is not in FunctionGemma's form"),
        ("<start_function_declaration>declaration:a{b:{{<end_function_declaration>", "'a' is not"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "tools.json"
    path.write_text(text)
    with pytest.raises(SourceError, match=message):
        from_file.surface(str(path))


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nothing\.json"):
        from_file.surface(str(tmp_path / "nothing.json"))
    (tmp_path / "raw").write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match="raw"):
        from_file.surface(str(tmp_path / "raw"))


@given(st.text("abc{}[]:,<>/ \n", max_size=60))
def test_a_broken_declaration_raises_nothing_else(body: str) -> None:
    text = f"<start_function_declaration>declaration:a{{{body}}}<end_function_declaration>"
    try:
        found = declared_tools(text)
    except SourceError:
        return
    assert all(isinstance(tool, dict) for tool in found)


def test_an_unknown_kind_lists_the_ones_there_are() -> None:
    with pytest.raises(UsageError, match=r"'web:x'.*file:PATH.*mcp:COMMAND.*python:MODULE"):
        surface_of("web:x")


@pytest.mark.parametrize(
    "command",
    ["server --api-key abc", "server --token=abc", "env SECRET=x server", "s password: x"],
)
def test_a_command_with_a_key_in_it_is_refused_before_it_is_run(command: str) -> None:
    with pytest.raises(UsageError, match="would stand in every row"):
        surface_of(f"mcp:{command}")
