"""Tools as objects and as functions, schemas of both surfaces, and the traps in them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from builder.errors import DiscoveryError
from builder.sources.continue_source import discover
from builder.tool_spec import Surface, ToolSpec

Make = Callable[[Mapping[str, str]], Path]

BODY = """{
  displayTitle: "Sample", group: GROUP, readonly: true, defaultToolPolicy: "allowedWithPermission",
  function: {
    name: Names.Sample,
    description: TEXT,
    parameters: { type: "object", required: ["a"], properties: { a: { type: "string" } } },
  },
  run: async () => somethingUnknown(),
}"""
BEFORE = 'import { GROUP, Names } from "../builtIn";\n'


def _ide_tool(make: Make, source: str, files: Mapping[str, str] | None = None) -> ToolSpec:
    folder = make({"core/tools/definitions/sample.ts": BEFORE + source} | dict(files or {}))
    return discover(str(folder))["ide"].tools[0]


FORMS = [
    "export const sample: Tool = " + BODY.replace("TEXT", '"x"'),
    "export const sample = " + BODY.replace("TEXT", '"x"') + " as Tool",
    "export const sample = " + BODY.replace("TEXT", '"x"') + " satisfies Tool",
    "const sample: Tool = " + BODY.replace("TEXT", '"x"') + ";\nexport { sample };",
    "export const sample: GetTool = (params) => (" + BODY.replace("TEXT", '"x"') + ")",
    "export const sample: GetTool = async ({ rules }) => (" + BODY.replace("TEXT", '"x"') + ")",
    "export const sample = async (params: P): Promise<Tool> => { return "
    + BODY.replace("TEXT", '"x"')
    + "; }",
    "export function sample(params: P): Tool { return " + BODY.replace("TEXT", '"x"') + "; }",
    "export async function sample(params: P): Promise<Tool> { return "
    + BODY.replace("TEXT", '"x"')
    + "; }",
]


@pytest.mark.parametrize("source", FORMS)
def test_a_tool_is_found_in_every_form_in_which_it_is_written(
    continue_repository: Make, source: str
) -> None:
    tool = _ide_tool(continue_repository, source)
    assert tool == ToolSpec(
        name="sample",
        description="x",
        parameters={
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"type": "string"}},
        },
        readonly=True,
        policy="allowedWithPermission",
        group="Built-In",
        title="Sample",
        source="core/tools/definitions/sample.ts",
    )


def test_a_tool_of_rules_is_made_without_rules_and_says_that_it_depends_on_them(
    continue_repository: Make,
) -> None:
    source = (
        """
function list(rules: Rule[]) {
  const asked = rules.filter((r) => r.onDemand === true && !r.paths);
  if (asked.length === 0) {
    return "none";
  }
  return asked.map((r) => `- ${r.title}`).join("; ");
}
const describe = (rules: Rule[]) => { const prefix = "Rules:\\n"; return prefix + list(rules); };
export const sample: GetTool = async ({ rules }) => ("""
        + BODY.replace("TEXT", "describe(rules)")
        + ");"
    )
    tool = _ide_tool(continue_repository, source)
    assert (tool.description, tool.dynamic_inputs) == ("Rules:\nnone", ("rules",))


def test_a_tool_of_skills_is_made_without_skills_and_joins_arrays_with_commas(
    continue_repository: Make,
) -> None:
    source = (
        """
import { loadMarkdownSkills } from "../../config/loadMarkdownSkills";
export const sample: GetTool = async (params) => {
  const { skills } = await loadMarkdownSkills(params.ide);
  return """
        + BODY.replace("TEXT", "`Skills: ${skills.map((s) => `${s.name}`)}${['a', 'b']}`")
        + ";\n};"
    )
    loader = {
        "core/config/loadMarkdownSkills.ts": "export async function loadMarkdownSkills() { for (;;) {} }"
    }
    tool = _ide_tool(continue_repository, source, loader)
    assert (tool.description, tool.dynamic_inputs) == ("Skills: a,b", ("skills",))


def test_an_unused_parameter_of_a_function_is_no_input(continue_repository: Make) -> None:
    source = "export const sample: GetTool = ({ rules }) => (" + BODY.replace("TEXT", '"x"') + ")"
    assert _ide_tool(continue_repository, source).dynamic_inputs == ()


SCHEMAS: list[tuple[str, dict[str, object]]] = [
    # A parameter may be called `description`, and its own description stands inside it.
    (
        '{ type: "object", properties: { description: { type: "string", description: "d" } } }',
        {"type": "object", "properties": {"description": {"type": "string", "description": "d"}}},
    ),
    # Some releases require what they do not describe: that is what the model is sent.
    (
        '{ type: "object", required: ["query"], properties: {} }',
        {"type": "object", "required": ["query"], "properties": {}},
    ),
    (
        '{ type: "object", properties: { e: { type: "array", items: { type: "object",'
        ' required: ["o"], properties: { o: { type: "string" } } } } } }',
        {
            "type": "object",
            "properties": {
                "e": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["o"],
                        "properties": {"o": {"type": "string"}},
                    },
                }
            },
        },
    ),
    (
        '{ ...META, properties: { ...META.properties, b: { type: "number", enum: [1, 2] } } }',
        {
            "type": "object",
            "properties": {"a": {"type": "string"}, "b": {"type": "number", "enum": [1, 2]}},
        },
    ),
    (
        '{ type: "object", required: undefined, properties: {} }',
        {"type": "object", "properties": {}},
    ),
]


@pytest.mark.parametrize(("schema", "expected"), SCHEMAS)
def test_a_schema_is_kept_as_it_is_written(
    continue_repository: Make, schema: str, expected: dict[str, object]
) -> None:
    source = (
        'const META = { type: "object", properties: { a: { type: "string" } } };\n'
        f'export const sample: Tool = {{ function: {{ name: "s", description: "d", parameters: {schema} }} }};'
    )
    assert _ide_tool(continue_repository, source).parameters == expected


def test_parameters_keep_the_order_of_the_source(continue_repository: Make) -> None:
    source = (
        'export const sample: Tool = { function: { name: "s", description: "d", parameters:'
        ' { type: "object", properties: { z: {}, a: {}, m: {} } } } };'
    )
    assert list(_ide_tool(continue_repository, source).properties) == ["z", "a", "m"]


def _cli(make: Make, files: Mapping[str, str], list_file: str) -> Surface:
    base = {
        "core/tools/definitions/sample.ts": "export const sample: Tool = "
        + '{ function: { name: "s", description: "d", parameters: { type: "object" } } };',
        "extensions/cli/src/tools/index.ts": list_file,
    }
    placed = {f"extensions/cli/src/{name}": text for name, text in files.items()}
    return discover(str(make(base | placed)))["cli"]


def _flat(name: str, parameters: str, const: str) -> str:
    return (
        f'export const {const}: Tool = {{ name: "{name}", displayName: "{name}", description: "d",'
        f" parameters: {parameters}, readonly: false, isBuiltIn: true, run: async () => '' }};"
    )


def test_flat_parameters_of_older_releases_become_the_schema_that_was_sent(
    continue_repository: Make,
) -> None:
    parameters = (
        '{ p: { type: "string", description: "P", required: true },'
        ' q: { type: "array", items: { type: "string" }, required: false } }'
    )
    cli = _cli(
        continue_repository,
        {"tools/a.ts": _flat("A", parameters, "a"), "tools/b.ts": _flat("B", "{}", "b")},
        'import { a } from "./a.js";\nimport { b } from "./b.js";\n'
        "export function getAllBuiltinTools(): Tool[] { return [a, b]; }",
    )
    assert [tool.parameters for tool in cli.tools] == [
        {
            "type": "object",
            "required": ["p"],
            "properties": {
                "p": {"type": "string", "description": "P"},
                "q": {"type": "array", "items": {"type": "string"}},
            },
        },
        {"type": "object", "required": [], "properties": {}},
    ]


def test_tools_that_are_defined_but_in_no_list_are_kept_as_not_offered(
    continue_repository: Make,
) -> None:
    # One release line defines two tools named Edit; a static object stands beside the function that is sent.
    agent = (
        'import { META } from "../subagent/index.js";\n'
        "export const agentTool = async (): Promise<Tool> => { const state = await"
        " serviceContainer.get<S>(NAMES.MODEL);\n return { ...META, description: `agents: ${"
        'ModelService.getSubagentModels(state).map((m) => m.name).join(", ")}` }; };'
    )
    cli = _cli(
        continue_repository,
        {
            "tools/edit.ts": _flat("Edit", "{}", "editTool"),
            "tools/searchAndReplace/index.ts": _flat("Edit", "{}", "oldEditTool"),
            "tools/agent.ts": agent,
            "tools/agent.test.ts": _flat("InATest", "{}", "testTool"),
            "subagent/index.ts": _flat("Subagent", "{}", "META"),
        },
        'import { editTool } from "./edit.js";\nimport { agentTool } from "./agent.js";\n'
        "export async function getAllBuiltinTools() { const tools: Tool[] = [editTool];\n"
        " tools.push(await agentTool()); return tools; }",
    )
    assert [
        (t.name, t.offered, t.dynamic_inputs, t.source.split("/src/")[1]) for t in cli.tools
    ] == [
        ("Edit", True, (), "tools/edit.ts"),
        ("Subagent", True, ("subagents",), "tools/agent.ts"),
        ("Edit", False, (), "tools/searchAndReplace/index.ts"),
        ("Subagent", False, (), "subagent/index.ts"),
    ]
    assert cli.tools[1].description == "agents: "


def test_a_disabled_tool_waits_for_the_user(continue_repository: Make) -> None:
    source = "export const sample: Tool = " + BODY.replace("TEXT", '"x"').replace(
        "allowedWithPermission", "disabled"
    )
    assert _ide_tool(continue_repository, source).gates == ("enabled_by_user",)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("export const sample: Tool = make();\nlet make;", "make has no value"),
        ("export const sample: Tool = { function: { name: 'x' } };", "its description is no text"),
        (
            "export const sample: Tool = { function: { name: 'x', description: 'd' } };",
            "its parameters",
        ),
        ("export const sample: GetTool = () => 'text';", "it is no object"),
    ],
)
def test_a_tool_that_is_not_understood_is_an_error(
    continue_repository: Make, source: str, message: str
) -> None:
    with pytest.raises(DiscoveryError, match=r"sample\.ts:\d+: .*" + message):
        _ide_tool(continue_repository, source)
