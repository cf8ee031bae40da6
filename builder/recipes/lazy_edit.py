"""A change in one call with the changed parts of a file and comments for the rest: look at the code, edit, verify, answer.

The snippet gets as much context as it needs to be merged in one way only. Where no context does that, a model would have
to apply it, and the example ends at the call. For files whose language has line comments.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from builder.actions import Edit, LazyEdit
from builder.errors import ToolError
from builder.recipes.change_scenario import change_scenario, looks, verifying
from builder.recipes.scenario import Beat, Scenario
from builder.tool_spec import Toolset
from builder.toolkits.continue_core.edit_behaviour import behaviour_of
from builder.toolkits.continue_core.find_and_replace import Edit as Replacement
from builder.toolkits.continue_core.find_and_replace import replace_each
from builder.toolkits.continue_core.line_changes import line_changes
from builder.toolkits.continue_ide.lazy_merge import apply_snippet
from builder.workspaces.catalog import Workspace
from builder.workspaces.tasks import Change

_COMMENTS = {
    "cs": "//", "cpp": "//", "ex": "#", "exs": "#", "go": "//", "h": "//", "hpp": "//", "java": "//", "js": "//",
    "jsx": "//", "kt": "//", "kts": "//", "php": "//", "py": "#", "rb": "#", "rs": "//", "swift": "//", "ts": "//",
    "tsx": "//", "yaml": "#", "yml": "#",
}  # fmt: skip
_USUAL_CONTEXT = 3
_CONTEXT_LINES = (2, 3, 4, 5, 6, 8)
"""How many lines that are not empty are shown around a change; the first number that leaves no doubt is taken."""


class LazyEditRecipe:
    """tasks/changes.toml with edits in one file."""

    def scenarios(self, workspace: Workspace, toolset: Toolset) -> Iterator[Scenario]:
        if toolset.find("edit_existing_file") is None:
            return
        for change in workspace.tasks.changes:
            action = lazy_edit(workspace, change)
            if action is not None:
                if not behaviour_of(toolset.release).plays_snippets:
                    action = msgspec.structs.replace(action, plays=False)
                beats = (Beat(change.say.look, looks(change)), Beat(change.say.edit, (action,)))
                yield change_scenario(
                    "lazy_edit",
                    workspace,
                    change,
                    (*beats, *verifying(change)) if action.plays else beats,
                    ends_at_call=not action.plays,
                )


def lazy_edit(workspace: Workspace, change: Change) -> LazyEdit | None:
    """A change as one snippet; None where it is not in one file that has line comments."""
    edits = [edit for edit in change.edits if isinstance(edit, Edit)]
    paths = {edit.path for edit in change.edits}
    comment = _COMMENTS.get(min(paths).rsplit(".", 1)[-1])
    if comment is None or len(paths) > 1 or len(edits) < len(change.edits):
        return None
    path = edits[0].path
    before = workspace.tree(change.pending).read(path).decode("utf-8", errors="replace")
    try:
        after = replace_each(before, [Replacement(e.old, e.new, e.all) for e in edits])
    except (
        ToolError
    ):  # a change whose edits rest on one another's failures is told by other recipes
        return None
    for context in _CONTEXT_LINES:
        shown = snippet(before, after, comment, context)
        if apply_snippet(path, before, shown) == after:
            return LazyEdit(path, shown, plays=True)
    return LazyEdit(path, snippet(before, after, comment, _USUAL_CONTEXT))


def snippet(before: str, after: str, comment: str, context: int) -> str:
    """The lines of `after` within `context` lines of a change, the rest as comments in the style that Continue asks for."""
    marked: list[tuple[str, bool]] = []
    removed = False
    for mark, block in line_changes(before.split("\n"), after.split("\n")):
        if mark == "-":
            removed = True
            continue
        for line in block:
            marked.append((line, mark == "+" or removed))
            removed = False
    if removed and marked:
        marked[-1] = (marked[-1][0], True)
    lines = [line for line, _ in marked]
    shown: set[int] = set()
    for number, (_, is_new) in enumerate(marked):
        if is_new:
            shown |= {number, *_near(lines, number, -1, context), *_near(lines, number, 1, context)}
    return _with_gaps(lines, shown, comment)


def _near(lines: list[str], number: int, step: int, context: int) -> Iterator[int]:
    """The next lines in one direction: as many as are wanted, empty ones not counted and none at the end."""
    passed = []
    while context and 0 <= number + step < len(lines):
        number += step
        passed.append(number)
        if lines[number].strip():
            context -= 1
            yield from passed
            passed = []


def _with_gaps(lines: list[str], shown: set[int], comment: str) -> str:
    """Whatever is not shown becomes one comment; what is too short for one is shown."""
    out: list[str] = []
    gap: list[str] = []
    for number, line in enumerate(lines):
        if number not in shown:
            gap.append(line)
            continue
        out += gap if len(gap) < 2 else [f"{comment} ... existing code ..."]
        gap = []
        out.append(line)
    if any(line.strip() for line in gap):
        out += gap if len(gap) < 2 else [f"{comment} ... rest of file ..."]
    return "\n".join(out)


RECIPE = LazyEditRecipe()
