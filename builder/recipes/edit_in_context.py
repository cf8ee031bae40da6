"""A change to code that the developer has highlighted: it stands in the request, so nothing has to be read first.

Only where the client has no rule that a file be read before it is edited, and only for changes in one file whose
reasons stand in that file: what the assistant says must follow from what it has seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.actions import Create, Edit
from builder.recipes.change_scenario import change_scenario, looks, merged_edits, verifying
from builder.recipes.scenario import Beat, Scenario
from builder.tool_spec import Toolset
from builder.workspaces.catalog import Workspace
from builder.workspaces.tasks import Change

_CONTEXT_LINES = 4
_MAX_LINES = 70
_FENCES = {
    "cs": "csharp", "ex": "elixir", "exs": "elixir", "js": "javascript", "kt": "kotlin", "md": "markdown",
    "py": "python", "rb": "ruby", "rs": "rust", "ts": "typescript", "yml": "yaml",
}  # fmt: skip


class EditInContext:
    """tasks/changes.toml, edit → verify, for edits of one file that lie close together."""

    def scenarios(self, workspace: Workspace, toolset: Toolset) -> Iterator[Scenario]:
        if toolset.surface != "ide":
            return
        for change in workspace.tasks.changes:
            snippet = highlighted(workspace, change)
            if snippet is None or len(looks(change)) > 1:
                continue
            edit = Beat(change.say.edit, merged_edits(change.edits))
            requests = tuple(f"{snippet}\n\n{request}" for request in change.requests)
            beats = (edit, *verifying(change))
            yield change_scenario("edit_in_context", workspace, change, beats, requests=requests)


def highlighted(workspace: Workspace, change: Change) -> str | None:
    """The code around the edits as the editor attaches it; None where that is not one short piece of one file."""
    edits = [edit for edit in change.edits if isinstance(edit, Edit)]
    paths = {edit.path for edit in edits}
    if len(paths) != 1 or any(isinstance(edit, Create) or edit.all for edit in change.edits):
        return None
    path = paths.pop()
    text = workspace.tree(change.pending).read(path).decode("utf-8", errors="replace")
    starts = [text.find(edit.old) for edit in edits]
    if min(starts) < 0:
        return None
    ends = [start + len(edit.old) for start, edit in zip(starts, edits, strict=True)]
    return _piece(path, text, min(starts), max(ends))


def _piece(path: str, text: str, start: int, end: int) -> str | None:
    lines = text.split("\n")
    first = max(0, text.count("\n", 0, start) - _CONTEXT_LINES)
    last = min(len(lines), text.count("\n", 0, end) + 1 + _CONTEXT_LINES)
    if last - first > _MAX_LINES:
        return None
    suffix = path.rsplit(".", 1)[-1]
    piece = "\n".join(lines[first:last])
    fence = "````" if "```" in piece else "```"
    return f"{fence}{_FENCES.get(suffix, suffix)} {path} ({first + 1}-{last})\n{piece}\n{fence}"


RECIPE = EditInContext()
