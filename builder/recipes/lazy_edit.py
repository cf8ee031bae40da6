"""A change handed to the editor's apply model: look at the code, then give its changed parts with comments for the rest.

A model applies such a snippet, so the example ends at the call. For files whose language has line comments.
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.actions import Edit, LazyEdit
from builder.recipes.change_scenario import change_scenario, looks
from builder.recipes.scenario import Beat, Scenario
from builder.tool_spec import Toolset
from builder.workspaces.catalog import Workspace
from builder.workspaces.tasks import Change

_COMMENTS = {
    "cs": "//", "cpp": "//", "ex": "#", "exs": "#", "go": "//", "h": "//", "hpp": "//", "java": "//", "js": "//",
    "jsx": "//", "kt": "//", "kts": "//", "php": "//", "py": "#", "rb": "#", "rs": "//", "swift": "//", "ts": "//",
    "tsx": "//", "yaml": "#", "yml": "#",
}  # fmt: skip
_CONTEXT_LINES = 3


class LazyEditRecipe:
    """tasks/changes.toml with edits in one file."""

    def scenarios(self, workspace: Workspace, toolset: Toolset) -> Iterator[Scenario]:
        if toolset.find("edit_existing_file") is None:
            return
        for change in workspace.tasks.changes:
            action = _lazy(workspace, change)
            if action is not None:
                beats = (Beat(change.say.look, looks(change)), Beat(change.say.edit, (action,)))
                yield change_scenario("lazy_edit", workspace, change, beats, ends_at_call=True)


def _lazy(workspace: Workspace, change: Change) -> LazyEdit | None:
    edits = [edit for edit in change.edits if isinstance(edit, Edit)]
    paths = {edit.path for edit in change.edits}
    comment = _COMMENTS.get(min(paths).rsplit(".", 1)[-1])
    if (
        comment is None
        or len(paths) > 1
        or len(edits) < len(change.edits)
        or any(e.all for e in edits)
    ):
        return None
    path = edits[0].path
    text = workspace.tree(change.pending).read(path).decode("utf-8", errors="replace")
    pieces = sorted((text.find(edit.old), edit) for edit in edits)
    return LazyEdit(path, _snippet(text, pieces, comment))


def _snippet(text: str, pieces: list[tuple[int, Edit]], comment: str) -> str:
    """Each changed piece with a few whole lines around it, the rest a comment in the style that Continue asks for."""
    after, spans, shift = text, [], 0
    for start, edit in pieces:
        after = after[: start + shift] + edit.new + after[start + shift + len(edit.old) :]
        spans.append((start + shift, start + shift + len(edit.new)))
        shift += len(edit.new) - len(edit.old)
    lines = after.split("\n")
    kept: set[int] = set()
    for start, end in spans:
        first, last = after.count("\n", 0, start), after.count("\n", 0, end)
        kept.update(
            range(max(0, first - _CONTEXT_LINES), min(len(lines), last + 1 + _CONTEXT_LINES))
        )
    return _with_gaps(lines, kept, comment)


def _with_gaps(lines: list[str], kept: set[int], comment: str) -> str:
    out: list[str] = []
    for number, line in enumerate(lines):
        if number in kept:
            out.append(line)
        elif not out or not out[-1].lstrip().startswith(f"{comment} ..."):
            rest = all(later not in kept for later in range(number, len(lines)))
            if any(
                lines[later].strip() for later in range(number, len(lines)) if later not in kept
            ):
                out.append(f"{comment} ... {'rest of file' if rest else 'existing code'} ...")
    return "\n".join(out)


RECIPE = LazyEditRecipe()
