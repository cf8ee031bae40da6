"""Names are followed through files: relative imports, aliases, `.js` for `.ts`, and re-exports."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from builder.sources.continue_source import discover
from builder.tool_spec import ToolSpec

Find = Callable[..., ToolSpec]

FOLLOWED = [
    ('import { T } from "./texts";', "T", {"texts.ts": 'export const T = "x";'}),
    ('import { T } from "./texts.js";', "T", {"texts.ts": 'export const T = "x";'}),
    ('import { T } from "./texts";', "T", {"texts.tsx": 'export const T = "x";'}),
    ('import { T } from "./texts";', "T", {"texts/index.ts": 'export const T = "x";'}),
    ('import { T as U } from "./texts";', "U", {"texts.ts": 'const V = "x";\nexport { V as T };'}),
    ('import T from "./texts";', "T", {"texts.ts": 'const V = "x";\nexport default V;'}),
    ('import T from "./texts";', "T", {"texts.ts": 'export default "x";'}),
    (
        'import T, { type U } from "./texts";',
        "T()",
        {"texts.ts": 'export default function f() { return "x"; }'},
    ),
    ('import * as all from "./texts";', "all.T", {"texts.ts": 'export const T = "x";'}),
    (
        'import { T } from "./texts";',
        "T",
        {"texts.ts": 'export { V as T } from "./more";', "more.ts": 'export const V = "x";'},
    ),
    (
        'import { T } from "./texts";',
        "T",
        {
            "texts.ts": 'import { V } from "./more";\nexport { V as T };',
            "more.ts": 'export const V = "x";',
        },
    ),
    (
        'import { T } from "./texts";',
        "T",
        {
            "texts.ts": 'export * from "./a";\nexport * from "./b";',
            "a.ts": "",
            "b.ts": 'export const T = "x";',
        },
    ),
    (
        'import { ns } from "./texts";',
        "ns.T",
        {"texts.ts": 'export * as ns from "./more";', "more.ts": 'export const T = "x";'},
    ),
    (
        'import { other } from "./texts";',
        "other.name",
        {"texts.ts": 'export const other = { name: "x", run: () => missing() };'},
    ),
    (
        # Two files that import each other, as the edit tools of the terminal program do.
        'import { U } from "./texts";\nexport const BASE = "x";',
        "U",
        {"texts.ts": 'import { BASE } from "./sample";\nexport const U = `${BASE}`;'},
    ),
]


@pytest.mark.parametrize(("before", "expression", "files"), FOLLOWED)
def test_a_name_is_followed_to_where_it_is_declared(
    tool_with: Find, before: str, expression: str, files: Mapping[str, str]
) -> None:
    placed = {f"core/tools/definitions/{name}": text for name, text in files.items()}
    assert tool_with(expression, before, placed).description == "x"


def test_the_terminal_program_imports_core_and_its_own_sources_by_alias(
    continue_repository: Callable[[Mapping[str, str]], Path],
) -> None:
    folder = continue_repository(
        {
            "core/tools/definitions/sample.ts": (
                "export const sample: Tool = { function: { name: 'sample', description: 'x',"
                " parameters: { type: 'object', properties: {} } } };"
            ),
            "core/texts.ts": 'export const FROM_CORE = "core";',
            "extensions/cli/src/util/texts.ts": 'export const OWN = "own";',
            "extensions/cli/src/tools/index.tsx": (
                'import { echoTool } from "./echo.js";\n'
                "const BASE: Tool[] = [echoTool];\n"
                "export async function getAllAvailableTools(): Promise<Tool[]> { return [...BASE]; }\n"
            ),
            "extensions/cli/src/tools/echo.ts": (
                'import { FROM_CORE } from "core/texts.js";\nimport { OWN } from "src/util/texts.js";\n'
                "export const echoTool: Tool = { name: 'Echo', displayName: 'Echo',"
                " description: `${FROM_CORE} ${OWN}`, parameters: { type: 'object', properties: {} },"
                " readonly: true, isBuiltIn: true, run: async () => '' };"
            ),
        }
    )
    cli = discover(str(folder))["cli"]
    assert [(t.name, t.description, t.title) for t in cli.tools] == [("Echo", "core own", "Echo")]
