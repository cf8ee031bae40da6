"""The report that answers the guide's checklist, from a source and from the snapshot."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from builder.sources.continue_source import discover
from builder.sources.continue_source.checklist import discovery_report, guide_tools
from builder.sources.continue_source.findings import examine
from builder.sources.snapshot import read_snapshot

Make = Callable[[Mapping[str, str]], Path]

FILES = {
    "core/tools/definitions/sample.ts": (
        "export const sample: Tool = { readonly: true, function: { name: 'ls', description:"
        " 'See the `other` tool.', parameters: { type: 'object', required: ['gone'], properties: {"
        " list: { type: 'array', items: { type: 'string' } } } } } };\n"
        "export const other: Tool = { function: { name: 'other', description: 'Never in parallel.',"
        " parameters: { type: 'object' } } };"
    ),
    "core/llm/defaultSystemMessages.ts": (
        'export const DEFAULT_AGENT_SYSTEM_MESSAGE = "Call tools simultaneously. Be brief.";'
    ),
    "core/util/errors.ts": 'export enum ContinueErrorReason { A = "a", B = "b" }',
    "core/tools/run.ts": (
        "throw new ContinueError(ContinueErrorReason.A);\nthrow new ContinueError(ContinueErrorReason.A);"
    ),
    "core/util/retry.ts": "export async function withRetry<T>(f: F) {}\nexport const maxRetry = 3;",
    "core/llm/call.ts": "await withRetry(() => send());",
    "core/llm/call.test.ts": 'const m = [{ role: "assistant", toolCalls: [{ id: "1" }] }];',
}


@pytest.fixture
def report(continue_repository: Make) -> str:
    folder = str(continue_repository(FILES))
    return discovery_report(discover(folder), examine(folder))


def test_findings_are_counted_in_the_source(continue_repository: Make) -> None:
    findings = examine(str(continue_repository(FILES)))
    assert findings.error_reasons == {"A": 2, "B": 0}
    assert findings.throwing_files == {"core/tools/run.ts": 2}
    assert findings.retry_functions == {"core/util/retry.ts: withRetry": 1}
    assert findings.conversations == {"core/llm/call.test.ts": 1}


@pytest.mark.parametrize(
    "line",
    [
        "2 defined, 1 of them offered.",
        "| `ls` | always | yes | `list` array of string, `gone`* (required, not described) | nothing |",
        "| `other` | never | no | none | nothing | `core/tools/definitions/sample.ts` |",
        "| `list_files` | ide `ls` |",
        "| `update_plan` | **absent** |",
        "  - `create_checkpoint`: absent; no example may call it",
        "  - ide: `ls` refers to `other`",
        "  - 2 reasons for a failure (ContinueErrorReason), 1 of them in use: A",
        "  - 1 functions retry: `core/util/retry.ts: withRetry` (1 other files)",
        "  - ide, agent message: “Call tools simultaneously”",
        "  - 1 assistant messages with tool calls in 1 test files",
        "- ide: `other`",
    ],
)
def test_the_report_says(report: str, line: str) -> None:
    assert line in report


def test_every_question_of_the_checklist_is_answered_from_a_source(report: str) -> None:
    assert (report.count("- [x] "), report.count("- [ ] ")) == (6, 0)


def test_the_report_of_the_snapshot_says_what_it_is_and_leaves_the_source_open() -> None:
    report = discovery_report(read_snapshot())
    assert "Taken from the snapshot in `tool_specs/`" in report
    assert (report.count("- [x] "), report.count("- [ ] ")) == (4, 2)
    assert report.count("not examined: no source at hand") == 2


def test_a_source_that_was_not_searched_is_not_called_absent(continue_repository: Make) -> None:
    report = discovery_report(discover(str(continue_repository(FILES))))
    assert report.count("not examined: the source was not searched for it") == 2


def test_names_that_are_nowhere_are_reported_as_absent_and_never_made_up() -> None:
    report = discovery_report(read_snapshot())
    absent = [tool.name for tool in guide_tools() if f"| `{tool.name}` | **absent** |" in report]
    assert absent == ["update_plan", "create_checkpoint", "write_notes"]
    assert "| `write_checklist` | cli `Checklist` |" in report
    assert "| `status` | cli `Status` (defined, never offered) |" in report


def test_every_real_name_in_the_guides_table_exists_in_the_snapshot_or_an_older_release() -> None:
    names = {tool.name for surface in read_snapshot().values() for tool in surface.tools}
    older = {"exact_search", "search_and_replace_in_file"}
    known = {name for tool in guide_tools() for name in tool.known_as}
    assert known <= names | older
