"""What else the source shows of tool use: errors and their reasons, retries, recorded conversations.

Counts in the TypeScript of core/ and of the terminal program. Finds by name and form, not by meaning:
the counts say where to look. checklist.py reports them; discovery.py finds the tools.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from builder.sources.continue_source.evaluator import Evaluator
from builder.sources.continue_source.layout import ERROR_REASONS, SOURCE_ENDINGS, TEST_ENDINGS
from builder.sources.continue_source.modules import Modules, Site
from builder.sources.continue_source.remote import READ_FOLDERS
from builder.sources.continue_source.repository import SourceTree, open_tree
from builder.sources.continue_source.values import JsObject

_THROWN = re.compile(rb"\bnew ContinueError\(")
_REASON = re.compile(rb"\bContinueErrorReason\.(\w+)")
_RETRYING = re.compile(
    rb"^(?:export )?(?:async )?(?:function\*? (\w*(?:[Rr]etry|[Bb]ackoff)\w*)"
    rb"|const (\w*(?:[Rr]etry|[Bb]ackoff)\w*) = (?:async )?[(<])",
    re.MULTILINE,
)
_TOOL_CALLS = re.compile(rb"\btoolCalls: \[\s*\{")


class Findings(NamedTuple):
    """Counts from one commit.

    `error_reasons`: every reason, and how often code names it. `throwing_files`: file and how many errors
    with a reason it makes. `retry_functions`: `file: function` and the other files that call it.
    `conversations`: test files that hold assistant messages with tool calls, and how many.
    """

    commit: str
    error_reasons: dict[str, int]
    throwing_files: dict[str, int]
    retry_functions: dict[str, int]
    conversations: dict[str, int]


def examine(source: str, ref: str | None = None) -> Findings:
    """Read a source once more for what is not a tool. Raises SourceError as `discover` does."""
    with open_tree(source, ref) as tree:
        return findings_of(tree)


def findings_of(tree: SourceTree) -> Findings:
    """The findings in an opened source."""
    code: dict[str, bytes] = {}
    tests: dict[str, bytes] = {}
    for path, text in _sources(tree):
        (tests if path.endswith(TEST_ENDINGS) or "__tests__" in path else code)[path] = text
    return Findings(
        commit=tree.commit,
        error_reasons=_error_reasons(tree, code),
        throwing_files=_counts(_THROWN, code),
        retry_functions=_retry_functions(code),
        conversations=_counts(_TOOL_CALLS, tests),
    )


def _sources(tree: SourceTree) -> Iterator[tuple[str, bytes]]:
    for folder in READ_FOLDERS:
        for path in tree.under(folder, SOURCE_ENDINGS):
            yield path, tree.read(path)


def _counts(pattern: re.Pattern[bytes], files: dict[str, bytes]) -> dict[str, int]:
    """Files with a match, the most frequent first."""
    found = {path: len(pattern.findall(text)) for path, text in files.items()}
    return dict(sorted(((p, n) for p, n in found.items() if n), key=lambda item: -item[1]))


def _error_reasons(tree: SourceTree, code: dict[str, bytes]) -> dict[str, int]:
    path, name = ERROR_REASONS
    evaluator = Evaluator(Modules(tree))
    if not tree.exists(path) or name not in evaluator.modules.load(path).declarations:
        return {}
    reasons = evaluator.site(Site(path, name))
    named = Counter(
        match.decode()
        for file, text in code.items()
        if file != path
        for match in _REASON.findall(text)
    )
    members = reasons.members if isinstance(reasons, JsObject) else {}
    return {member: named[member] for member in members}


def _retry_functions(code: dict[str, bytes]) -> dict[str, int]:
    found = {}
    for path, text in code.items():
        for match in _RETRYING.finditer(text):
            name = match[1] or match[2]
            call = re.compile(rb"\b" + name + rb"\b(?:<[^>(]*>)?\(")
            users = sum(1 for file, other in code.items() if file != path and call.search(other))
            found[f"{path}: {name.decode()}"] = users
    return found
