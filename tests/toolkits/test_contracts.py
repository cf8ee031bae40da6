"""What holds for every toolkit: its tools exist, its wordings fit the tools' own schemas, no action is forgotten."""

from __future__ import annotations

from typing import get_args

import pytest
from jsonschema import Draft202012Validator

from builder import actions as do
from builder.errors import RefusedCallError, ToolError, UsageError
from builder.tool_spec import PACKAGED_TOOLSETS, SPECS_DIR, ToolSpec, read_surface
from builder.toolkits.loading import known_tools, load_toolkit

SURFACES = ("ide", "cli")
EVERY_SURFACE = (*SURFACES, *PACKAGED_TOOLSETS)
MORE_SAMPLES: tuple[do.Action, ...] = (
    do.Search("a", "src", "*.py"),
    do.List("src", recursive=True),
    do.Glob("src/**/*.{ts,tsx}"),
    do.Edit("a", "b", "c", all=True),
    do.Edits("a", (do.Edit("a", "b", "c"), do.Edit("d", "e", "f", all=True))),
    do.NewRule("a", "b", "c", "**/*.py", always=True),
    do.Ask("a", ("b", "c"), "c"),
    do.Plan((("a", True), ("b", False))),
)


EARLIER: dict[str, set[str]] = {"ide": {"search_and_replace_in_file"}}
"""Tools that only early releases have; tests/toolkits/test_releases.py plays them."""


def _specs(surface: str) -> dict[str, ToolSpec]:
    name = f"continue-{surface}" if surface in SURFACES else surface
    tools = read_surface(SPECS_DIR / f"{name}.json").tools
    return {tool.name: tool for tool in tools if tool.offered}


def test_there_is_a_sample_of_every_action() -> None:
    sampled = {type(action) for action in do.SAMPLES}
    assert sampled | {do.RawCall} == set(get_args(do.Action))


@pytest.mark.parametrize("action", do.SAMPLES, ids=lambda action: type(action).__name__)
def test_some_client_can_do_every_action(action: do.Action) -> None:
    assert any(load_toolkit(surface).wordings(action, "/workspace") for surface in SURFACES)


@pytest.mark.parametrize("surface", EVERY_SURFACE)
@pytest.mark.parametrize(
    "action", [*do.SAMPLES, *MORE_SAMPLES], ids=lambda action: type(action).__name__
)
def test_a_wording_fits_the_schema_of_its_tool(surface: str, action: do.Action) -> None:
    specs = _specs(surface)
    for tool, arguments in load_toolkit(surface).wordings(action, "/workspace"):
        if tool in EARLIER.get(surface, set()):
            continue
        schema = {**specs[tool].parameters, "additionalProperties": False}
        Draft202012Validator.check_schema(schema)
        assert [e.message for e in Draft202012Validator(schema).iter_errors(arguments)] == []


@pytest.mark.parametrize("surface", EVERY_SURFACE)
def test_a_call_without_an_action_is_worded_as_it_is(surface: str) -> None:
    call = do.RawCall("anything", {"a": 1})
    assert load_toolkit(surface).wordings(call, "/workspace") == [("anything", {"a": 1})]


@pytest.mark.parametrize("surface", EVERY_SURFACE)
def test_every_tool_that_is_played_exists(surface: str) -> None:
    assert load_toolkit(surface).tools.keys() <= _specs(surface).keys() | EARLIER.get(
        surface, set()
    )


@pytest.mark.parametrize("surface", EVERY_SURFACE)
def test_every_tool_that_exists_is_known(surface: str) -> None:
    assert known_tools(load_toolkit(surface)) == _specs(surface).keys() | EARLIER.get(
        surface, set()
    )


@pytest.mark.parametrize("surface", EVERY_SURFACE)
def test_a_toolkit_is_found_by_its_surface(surface: str) -> None:
    assert load_toolkit(surface).surface == surface


def test_an_unknown_toolkit_lists_the_ones_there_are() -> None:
    with pytest.raises(
        UsageError, match=r"'nothing'.*cli, codetether, coding, file, ide, mcp, python"
    ):
        load_toolkit("nothing")


@pytest.mark.parametrize("surface", EVERY_SURFACE)
@pytest.mark.parametrize("error", [ToolError("kind", "why"), RefusedCallError("kind", "why")])
def test_a_failure_says_why(surface: str, error: ToolError) -> None:
    assert "why" in load_toolkit(surface).failure_text("tool", error)


@pytest.mark.parametrize(
    ("pattern", "command"),
    [
        ("*.py", "git ls-files ':(glob)**/*.py'"),
        ("src/**/*.{ts,tsx}", "git ls-files ':(glob)src/**/*.ts' ':(glob)src/**/*.tsx'"),
        ("{a,b}/{c,d}", "git ls-files ':(glob)a/c' ':(glob)a/d' ':(glob)b/c' ':(glob)b/d'"),
        ("it's", "git ls-files ':(glob)**/it'\"'\"'s'"),
    ],
)
def test_the_terminal_lists_files_with_git(pattern: str, command: str) -> None:
    worded = load_toolkit("cli").wordings(do.Glob(pattern), "/workspace")
    assert worded == [("Bash", {"command": command})]
