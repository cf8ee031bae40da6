"""Snippets that recipes write: merged for certain nearly always, and then into exactly the file that was meant."""

from __future__ import annotations

from urllib.parse import unquote

import msgspec
import pytest

from builder.actions import Edit, LazyEdit
from builder.conversation import Example
from builder.generation import generate
from builder.pool import skeleton
from builder.recipes.lazy_edit import lazy_edit, snippet
from builder.recipes.registry import bound_scenarios
from builder.recipes.scenario import Bound
from builder.replay import Replayer
from builder.sandbox.isolation import best_isolation
from builder.tool_spec import Toolset
from builder.toolkits.continue_core.find_and_replace import Edit as Replacement
from builder.toolkits.continue_core.find_and_replace import replace_each
from builder.toolkits.continue_ide.lazy_merge import apply_snippet
from builder.workspaces.catalog import Workspace, load_workspaces
from builder.workspaces.tasks import Change


@pytest.fixture(scope="module")
def workspaces() -> list[Workspace]:
    return load_workspaces()


@pytest.fixture(scope="module")
def bounds(workspaces: list[Workspace], toolsets: dict[str, Toolset]) -> list[Bound]:
    made = bound_scenarios(workspaces, [toolsets["continue-ide/open"]])
    return [bound for bound in made if bound.scenario.recipe == "lazy_edit"]


def _texts(workspace: Workspace, change: Change, path: str) -> tuple[str, str]:
    """The file before a change and as its edits leave it."""
    before = workspace.tree(change.pending).read(path).decode()
    edits = [Replacement(e.old, e.new, e.all) for e in change.edits if isinstance(e, Edit)]
    return before, replace_each(before, edits)


def _actions(workspaces: list[Workspace]) -> list[tuple[Workspace, Change, LazyEdit]]:
    made = [(w, c, lazy_edit(w, c)) for w in workspaces for c in w.tasks.changes]
    return [(w, c, action) for w, c, action in made if action is not None]


def test_nearly_all_snippets_are_merged_and_into_the_file_that_was_meant(
    workspaces: list[Workspace],
) -> None:
    actions = _actions(workspaces)
    for workspace, change, action in actions:
        before, after = _texts(workspace, change, action.path)
        assert (apply_snippet(action.path, before, action.changes) == after) == action.plays
    certain = [action for _, _, action in actions if action.plays]
    assert len(certain) >= 0.9 * len(actions) >= 40


@pytest.mark.parametrize("context", [1, 2, 4, 7])
def test_a_snippet_with_less_context_is_merged_into_nothing_else(
    context: int, workspaces: list[Workspace]
) -> None:
    for workspace, change, action in _actions(workspaces):
        before, after = _texts(workspace, change, action.path)
        for comment in ("//", "#"):
            written = snippet(before, after, comment, context)
            assert apply_snippet(action.path, before, written) in (None, after), change.id


def _played(bound: Bound) -> Example:
    example = generate(bound, bound.scenario.requests[0], "s", 1).example
    assert example is not None
    return example


def _action(bound: Bound) -> LazyEdit:
    actions = [a for part in bound.scenario.parts for beat in part.beats for a in beat.actions]
    return next(action for action in actions if isinstance(action, LazyEdit))


def test_a_certain_snippet_is_played_and_a_doubtful_one_ends_the_row(bounds: list[Bound]) -> None:
    played = set()
    for bound in bounds:
        example, planned, action = _played(bound), skeleton(bound), _action(bound)
        assert [call.name for call in planned.calls] == [call.name for call in example.calls]
        assert planned.metadata.reasoned != example.metadata.ends_at_call
        calls = [call for call in example.calls if call.name == "edit_existing_file"]
        told = [m.content for m in example.messages if m.tool_call_id == calls[0].id]
        address = f"file://{bound.scenario.workspace.root}/{action.path}"
        shown = [unquote(text) for text in told]
        assert shown == ([f"Successfully edited {address}"] if action.plays else [])
        assert action.plays or example.metadata.ends_at_call
        played.add(action.plays)
    assert played == {True, False}


def test_a_row_says_that_its_edit_was_merged_without_a_model_and_plays_again(
    bounds: list[Bound], workspaces: list[Workspace]
) -> None:
    bound = next(b for b in bounds if "existing code" in str([*b.calls]) and b.scenario.reasoned)
    example = _played(bound)
    assert "lazy_merge" in example.metadata.fixtures
    surfaces = {bound.toolset.id: bound.toolset.surface}
    known = {workspace.name: workspace for workspace in workspaces}
    replayed = Replayer(known, surfaces, best_isolation()).replay(example)
    assert not replayed.difference
    assert list(replayed.changed_files)


def test_releases_whose_snippets_are_not_known_get_the_call_alone(
    workspaces: list[Workspace], toolsets: dict[str, Toolset]
) -> None:
    early = msgspec.structs.replace(toolsets["continue-ide/open"], release="v1.1.20-vscode")
    bound = next(
        b for b in bound_scenarios(workspaces[:4], [early]) if b.scenario.recipe == "lazy_edit"
    )
    assert _played(bound).metadata.ends_at_call
