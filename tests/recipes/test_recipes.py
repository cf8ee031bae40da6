"""Recipes: each makes something, tools that nobody knows get calls from their schema, projects without tasks get questions."""

from __future__ import annotations

import json

import msgspec
import pytest
from jsonschema import Draft202012Validator

from builder.actions import SAMPLES, Edit, Edits, Plan, Read
from builder.generation import generate
from builder.pool import Pool, telling_of
from builder.recipes.registry import bound_scenarios, load_recipes
from builder.recipes.scenario import Beat, Part, Scenario, bind
from builder.shape import shape_of
from builder.tool_spec import JsonSchema, Toolset, ToolSpec
from builder.toolkits.loading import load_toolkit
from builder.workspaces.catalog import Workspace, load_workspaces, packaged_workspace


@pytest.fixture(scope="module")
def workspaces() -> list[Workspace]:
    return load_workspaces()


def test_every_recipe_makes_scenarios_that_some_toolset_can_play(
    workspaces: list[Workspace], toolsets: dict[str, Toolset]
) -> None:
    made = {bound.scenario.recipe for bound in bound_scenarios(workspaces, list(toolsets.values()))}
    elsewhere = {
        "own_project",
        "from_schema",
    }  # for projects without tasks, for tools that nobody knows
    assert made == load_recipes().keys() - elsewhere


def test_every_offered_tool_has_examples(
    workspaces: list[Workspace], toolsets: dict[str, Toolset]
) -> None:
    pool = Pool(workspaces, list(toolsets.values()))
    without = [
        name
        for name in pool.tool_names
        if len({c.telling for c in pool.with_feature(("tool", name))}) < 15
    ]
    assert without == []


STRANGE = ToolSpec(
    name="rank_symbols",
    description="Ranks the symbols of a file.",
    readonly=True,
    parameters={
        "type": "object",
        "required": ["filepath", "limit", "order"],
        "properties": {
            "filepath": {"type": "string"},
            "limit": {"type": "integer", "minimum": 1, "maximum": 9},
            "order": {"enum": ["name", "uses"]},
            "deep": {"type": "boolean"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "range": {
                "type": "object",
                "properties": {"start": {"type": "integer"}, "end": {"type": "integer"}},
            },
        },
    },
)


def test_a_tool_that_nobody_knows_gets_calls_that_its_schema_allows(
    workspaces: list[Workspace], toolsets: dict[str, Toolset]
) -> None:
    toolset = toolsets["continue-ide/open"]
    strange = msgspec.structs.replace(toolset, tools=(*toolset.tools, STRANGE))
    bounds = [
        b for b in bound_scenarios(workspaces[:3], [strange]) if b.scenario.recipe == "from_schema"
    ]
    assert len(bounds) == 6
    validator = Draft202012Validator({**STRANGE.parameters, "additionalProperties": False})
    for bound in bounds:
        example = generate(bound, bound.scenario.requests[0], "s", 1).example
        assert example is not None
        assert example.metadata.ends_at_call
        (call,) = example.calls
        validator.validate(call.arguments)
        assert call.arguments["filepath"] in bound.scenario.workspace.tree().entries


def _scenario(
    workspace: Workspace, *beats: Beat, answer: str = "Done.", **changes: object
) -> Scenario:
    scenario = Scenario("test", workspace, "t", "c", ("Do it.",), (Part("", beats, answer),))
    return msgspec_replace(scenario, **changes)


def msgspec_replace(scenario: Scenario, **changes: object) -> Scenario:
    fields = {name: getattr(scenario, name) for name in scenario.__slots__}
    return Scenario(**{**fields, **changes})


EDITS = Edits("README.md", (Edit("README.md", "# ", "## "), Edit("README.md", "tide", "TIDE")))


def test_several_edits_are_one_call_where_the_toolset_has_one_and_messages_of_their_own_where_not(
    toolsets: dict[str, Toolset],
) -> None:
    workspace = packaged_workspace("tidepool")
    scenario = _scenario(workspace, Beat("Now.", (Plan((("a", False),)), EDITS)))
    capable = bind(scenario, toolsets["continue-cli/capable"], load_toolkit("cli"))
    less = bind(scenario, toolsets["continue-cli/open"], load_toolkit("cli"))
    assert capable is not None
    assert less is not None
    assert [[name for name, _ in m.calls] for m in capable.parts[0].messages] == [
        ["Checklist", "MultiEdit"]
    ]
    assert [[name for name, _ in m.calls] for m in less.parts[0].messages] == [
        ["Checklist", "Edit"],
        ["Edit"],
    ]
    assert [m.say for m in less.parts[0].messages] == ["Now.", ""]


def _blocks_tool(**schema: JsonSchema) -> ToolSpec:
    """The edit tool of early releases, which took one text or a list of them."""
    properties: JsonSchema = {"filepath": {"type": "string"}, **schema}
    return ToolSpec(
        name="search_and_replace_in_file",
        description="Edits.",
        parameters={"type": "object", "required": [*properties], "properties": properties},
        readonly=False,
    )


@pytest.mark.parametrize(
    ("release", "spec"),
    [
        ("v1.1.58-vscode", _blocks_tool(diff={"type": "string"})),
        ("v1.0.25-vscode", _blocks_tool(diffs={"type": "array", "items": {"type": "string"}})),
    ],
)
def test_early_releases_edit_with_blocks(
    release: str, spec: ToolSpec, toolsets: dict[str, Toolset]
) -> None:
    toolset = msgspec.structs.replace(toolsets["continue-ide/open"], release=release, tools=(spec,))
    edits = Edits(
        "README.md", (Edit("README.md", "# Tidepool", "# Pool"), Edit("README.md", "## ", ""))
    )
    kept = Edits("README.md", (Edit("README.md", "# Tidepool", "# Pool"),))
    spaced, scenario = (
        _scenario(packaged_workspace("tidepool"), Beat("", (e,))) for e in (edits, kept)
    )
    assert bind(spaced, toolset, load_toolkit("ide")) is None
    bound = bind(scenario, toolset, load_toolkit("ide"))
    assert bound is not None
    example = generate(bound, "x", "s", 1).example
    assert example is not None
    assert [m.content for m in example.messages if m.role == "tool"] == ["No tool output"]


def test_a_scenario_that_a_toolset_has_no_tool_for_is_impossible_there(
    toolsets: dict[str, Toolset],
) -> None:
    scenario = _scenario(packaged_workspace("tidepool"), Beat("", (Plan((("a", False),)),)))
    assert bind(scenario, toolsets["continue-ide/open"], load_toolkit("ide")) is None


def test_a_result_that_does_not_show_what_the_answer_rests_on_makes_no_example(
    toolsets: dict[str, Toolset],
) -> None:
    scenario = _scenario(
        packaged_workspace("tidepool"), Beat("", (Read("README.md"),)), expects=("no such words",)
    )
    bound = bind(scenario, toolsets["continue-ide/open"], load_toolkit("ide"))
    assert bound is not None
    played = generate(bound, "Do it.", "s", 1)
    assert played.example is None
    assert "no such words" in played.problem


def test_a_call_that_fails_unexpectedly_makes_no_example_and_one_that_must_fail_has_to(
    toolsets: dict[str, Toolset],
) -> None:
    workspace = packaged_workspace("tidepool")
    toolset, toolkit = toolsets["continue-ide/open"], load_toolkit("ide")
    missing = bind(_scenario(workspace, Beat("", (Read("missing.ts"),))), toolset, toolkit)
    present = bind(
        _scenario(workspace, Beat("", (Read("README.md"),)), fails=True), toolset, toolkit
    )
    assert missing is not None
    assert present is not None
    assert "a call failed" in generate(missing, "x", "s", 1).problem
    assert "no call failed" in generate(present, "x", "s", 1).problem


def test_a_failure_that_the_scenario_expects_to_see_is_no_problem(
    toolsets: dict[str, Toolset],
) -> None:
    workspace = packaged_workspace("tidepool")
    scenario = _scenario(workspace, Beat("", (Read("missing.ts"),)), expects=("missing.ts",))
    bound = bind(scenario, toolsets["continue-ide/open"], load_toolkit("ide"))
    assert bound is not None
    assert generate(bound, "x", "s", 1).example is not None


def test_planning_workflows_are_what_the_guide_calls_them(toolsets: dict[str, Toolset]) -> None:
    workspace = packaged_workspace("greenhouse")
    bounds = [
        b
        for b in bound_scenarios([workspace], [toolsets["continue-cli/open"]])
        if b.scenario.recipe.startswith("planned")
    ]
    for bound in bounds:
        example = generate(bound, bound.scenario.requests[0], "s", 1).example
        assert example is not None
        if example.metadata.ends_at_call:
            continue
        assert "planning" in shape_of(example).labels, bound.id
        lists = [
            json.loads(call.function.arguments)["checklist"]
            for call in example.calls
            if call.name == "Checklist"
        ]
        assert lists[0].count("- [x]") == 0
        assert lists[-1].count("- [ ]") == 0


def test_variants_and_edit_tools_count_as_one_telling() -> None:
    assert telling_of("continue-cli/open|planned_change/w/t:apart") == telling_of(
        "continue-cli/capable|planned_change/w/t:closing"
    )
    assert telling_of("continue-ide/open|script/w/t") != telling_of("continue-cli/open|script/w/t")
    assert telling_of("continue-ide/open|explanation/w/t") == telling_of(
        "continue-cli/open|explanation/w/t"
    )


def test_the_samples_hold_one_of_each_action() -> None:
    assert len({type(action) for action in SAMPLES}) == len(SAMPLES) == 28
