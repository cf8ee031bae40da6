"""Which tools are offered, in which order, under which gates."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from builder.errors import DiscoveryError
from builder.sources.continue_source import discover
from builder.tool_spec import Surface

Make = Callable[[Mapping[str, str]], Path]
NAMES = "abcdef"


def _ide(make: Make, lists: str) -> Surface:
    tools = "\n".join(
        f'export const {n}: Tool = {{ function: {{ name: "{n}", description: "", parameters: {{ type: "object" }} }} }};'
        for n in NAMES
    )
    maker = (
        'export const made: GetTool = async (params) => ({ function: { name: "made", description: "",'
        ' parameters: { type: "object" } } });'
    )
    folder = make(
        {
            "core/tools/index.ts": 'import * as t from "./definitions";\nimport { a, b } from "./definitions/all";\n'
            + lists,
            "core/tools/definitions/index.ts": 'export * from "./all";',
            "core/tools/definitions/all.ts": f"{tools}\n{maker}",
        }
    )
    return discover(str(folder))["ide"]


def _offered(surface: Surface) -> list[tuple[str, ...]]:
    return [(tool.name, *tool.gates) for tool in surface.tools if tool.offered]


BASE = "export const getBaseToolDefinitions = () => [t.b, t.a];\n"
DEPENDENT = (
    "export const getConfigDependentToolDefinitions = async (params: P): Promise<Tool[]> => {\n"
)

LISTS = [
    ("export const allTools = [t.b, a /* , t.c */];", [("b",), ("a",)]),
    ("export const baseToolDefinitions = [a, ...[t.c, t.b]];", [("a",), ("c",), ("b",)]),
    (
        "const local = () => [t.c];\nconst base = () => [t.a, t.b];\n"
        "export const getToolsForIde = async (ide: IDE): Promise<Tool[]> =>\n"
        "  (await ide.isWorkspaceRemote()) ? base() : [...base(), ...local()];",
        [("a",), ("b",), ("c", "local")],
    ),
    (
        BASE
        + "export const getConfigDependentToolDefinitions = (params: P): Tool[] => [\n"
        + "  t.made(params), ...(params.enableExperimentalTools ? [t.c, t.d] : [t.e]),\n"
        + "  ...(params.isSignedIn ? [t.f] : [])];",
        [
            ("b",),
            ("a",),
            ("made",),
            ("c", "experimental"),
            ("d", "experimental"),
            ("e", "not_experimental"),
            ("f", "signed_in"),
        ],
    ),
    (
        BASE
        + DEPENDENT
        + "  const { modelName, enableExperimentalTools, isRemote } = params;\n"
        + "  const tools: Tool[] = [];\n  tools.push(await t.made(params));\n"
        + "  if (enableExperimentalTools) { tools.push(t.c, t.d); }\n"
        + "  if (modelName && isRecommendedAgentModel(modelName)) { tools.push(t.e); }\n"
        + "  else { tools.push(t.f); }\n  if (!isRemote) tools.push(t.a);\n  return tools;\n};",
        [
            ("b",),
            ("a",),
            ("made",),
            ("c", "experimental"),
            ("d", "experimental"),
            ("e", "recommended_model"),
            ("f", "other_model"),
        ],
    ),
    (
        BASE
        + DEPENDENT
        + '  const tools = [];\n  if (modelName?.includes("x") || modelName?.includes("y"))'
        + " tools.push(t.c); else tools.push(t.d);\n  return tools;\n};",
        [("b",), ("a",), ("c", "recommended_model"), ("d", "other_model")],
    ),
    (
        BASE
        + DEPENDENT
        + "  const tools = [];\n  if (params.isRemote && !params.isSignedIn) { tools.push(t.c); }\n"
        + "  if (newFlag(params)) { if (!isRemote) { tools.push(t.d); } }\n"
        + "  if (!(x   ||\n y)) { tools.push(t.e); }\n  return tools;\n};",
        [
            ("b",),
            ("a",),
            ("c", "remote", "signed_out"),
            ("d", "newFlag(params)", "local"),
            ("e", "!(x || y)"),
        ],
    ),
    (
        BASE
        + DEPENDENT
        + "  if (isRemote) { return []; }\n  if (!ready) { throw new Error(); }\n"
        + "  const flags = ['x'];\n  log('x');\n  return [t.c];\n};",
        [("b",), ("a",), ("c", "local")],
    ),
    (
        BASE
        + DEPENDENT
        + "  const tools = [];\n  if (isRemote) { tools.push(t.c); } else { tools.push(t.c, t.d); }\n"
        + "  if (one) tools.push(t.e);\n  if (two) tools.push(t.e);\n  return tools;\n};",
        [("b",), ("a",), ("c",), ("d", "local"), ("e", "one || two")],
    ),
]


@pytest.mark.parametrize(("lists", "expected"), LISTS)
def test_the_lists_of_the_editor_give_order_and_gates(
    continue_repository: Make, lists: str, expected: list[tuple[str, ...]]
) -> None:
    assert _offered(_ide(continue_repository, lists)) == expected


def test_what_no_list_has_comes_last_and_is_not_offered(continue_repository: Make) -> None:
    surface = _ide(continue_repository, BASE)
    assert [tool.name for tool in surface.tools if not tool.offered] == ["c", "d", "e", "f", "made"]


def _cli(make: Make, lists: str) -> Surface:
    tools = "\n".join(
        f'export const {n}: Tool = {{ name: "{n}", description: "", parameters: {{ type: "object" }} }};'
        for n in NAMES
    )
    folder = make(
        {
            "core/tools/definitions/sample.ts": 'export const sample: Tool = { function: { name: "s",'
            ' description: "", parameters: { type: "object" } } };',
            "extensions/cli/src/tools/index.tsx": 'import { a, b, c, d, e, f } from "./all.js";\n'
            "const BASE: Tool[] = [a, b];\nexport const BUILTIN: Tool[] = BASE;\n" + lists,
            "extensions/cli/src/tools/all.ts": tools,
        }
    )
    return discover(str(folder))["cli"]


CLI_LISTS = [
    (
        "export async function getAllAvailableTools(isHeadless: boolean): Promise<Tool[]> {\n"
        "  const tools = [...BASE];\n  const installed = await checkIfRipgrepIsInstalled();\n"
        "  if (installed) { tools.push(...[c]); }\n  const agentId = getAgentIdFromArgs();\n"
        "  if (agentId) { tools.push(d); if (isBetaUploadArtifactToolEnabled()) { tools.push(e); } }\n"
        "  const { provider, name } = state.model;\n  const isCapable = isModelCapable(provider, name);\n"
        "  if (isCapable) { tools.push(f); } else { logger.debug('x'); }\n"
        "  if (isHeadless) { tools.push(e); }\n"
        "  const mcpState = await get();\n  tools.push(...mcpState.tools.map(convert));\n"
        "  return tools;\n}",
        [
            ("a",),
            ("b",),
            ("c", "ripgrep"),
            ("d", "agent_id"),
            ("e", "agentId && isBetaUploadArtifactToolEnabled() || isHeadless"),
            ("f", "capable_model"),
        ],
    ),
    (
        "function dynamic(): Tool[] {\n  const more: Tool[] = [];\n  try {\n"
        "    const serviceResult = getServiceSync<S>(N.P);\n"
        "    const isHeadless = serviceResult.value?.isHeadless ?? false;\n"
        "    if (isHeadless) { more.push(c); }\n  } catch { /* not ready */ }\n"
        '  if (process.argv.includes("--beta-status-tool")) { more.push(d); }\n  return more;\n}\n'
        "export function getAllBuiltinTools(): Tool[] {\n  let list = [...BUILTIN];\n"
        "  if (shouldExcludeEditTool()) { list = list.filter((tool) => tool.name !== a.name); }\n"
        "  return [...list, ...dynamic()];\n}",
        [("a", "less_capable_model"), ("b",), ("c", "headless"), ("d", "beta_status")],
    ),
]


@pytest.mark.parametrize(("lists", "expected"), CLI_LISTS)
def test_the_lists_of_the_terminal_program_give_order_and_gates(
    continue_repository: Make, lists: str, expected: list[tuple[str, ...]]
) -> None:
    assert _offered(_cli(continue_repository, lists)) == expected


NOT_UNDERSTOOD = [
    ("export const somethingElse = [t.a];", "exports none of the known lists"),
    (BASE.replace("t.a", "t.missing"), "'t.missing' is no tool and no list of tools"),
    (BASE.replace("t.a", "...fromSomewhere()"), "is no tool and no list of tools"),
    ("const x = () => [...x()];\nexport const allTools = x();", "contains itself"),
    (
        BASE + DEPENDENT + "const l = [t.a];\nfor (const q of z) { l.push(t.c); }\nreturn l; };",
        "changes a list of tools",
    ),
    (BASE + DEPENDENT + "const l = [t.a];\nl.splice(0, 1);\nreturn l; };", "splice on a list"),
    (
        BASE + DEPENDENT + "let l = [t.a];\nif (x) { l = [t.c]; }\nreturn l; };",
        "replaced on a condition",
    ),
    (
        BASE + DEPENDENT + "let l = [t.a];\nl = l.filter((q) => keep(q));\nreturn l; };",
        "is not understood",
    ),
    (
        BASE + "export function getMoreTools(): Tool[] { return [t.c]; }",
        "the list getMoreTools has c",
    ),
]


@pytest.mark.parametrize(("lists", "message"), NOT_UNDERSTOOD)
def test_a_list_that_is_not_understood_is_an_error_and_no_guess(
    continue_repository: Make, lists: str, message: str
) -> None:
    with pytest.raises(DiscoveryError, match=r"^core/tools/index\.ts:\d+: ") as caught:
        _ide(continue_repository, lists)
    assert message in str(caught.value)


def test_a_surface_that_the_release_lacks_is_left_out(continue_repository: Make) -> None:
    folder = continue_repository(
        {
            "core/tools/definitions/sample.ts": 'export const sample: Tool = { function: { name: "s",'
            ' description: "", parameters: { type: "object" } } };'
        }
    )
    assert list(discover(str(folder))) == ["ide"]


def test_system_messages_are_read_for_the_modes_that_the_release_has(
    continue_repository: Make,
) -> None:
    folder = continue_repository(
        {
            "core/tools/definitions/sample.ts": 'export const sample: Tool = { function: { name: "s",'
            ' description: "", parameters: { type: "object" } } };',
            "core/llm/defaultSystemMessages.ts": "const SHARED = `shared\n`;\n"
            "export const DEFAULT_CHAT_SYSTEM_MESSAGE = `\\\nchat ${SHARED}`;\n"
            'export const DEFAULT_AGENT_SYSTEM_MESSAGE = "agent";',
        }
    )
    assert discover(str(folder))["ide"].system_messages == {
        "chat": "chat shared\n",
        "agent": "agent",
    }
