"""One call of one tool, played by hand: what the `play` command does. The workspace's copy is thrown away afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

from builder.conversation import Function, ToolCall
from builder.errors import UsageError, choose
from builder.recipes.registry import fits
from builder.sandbox.isolation import best_isolation
from builder.sandbox.workcopy import WorkCopy
from builder.tool_spec import CONTINUE_TOOLSETS, Toolset
from builder.toolkits.loading import load_toolkit
from builder.toolkits.playing import play
from builder.toolkits.session import Session
from builder.toolsets import known_toolsets
from builder.workspaces.catalog import Workspace, load_workspaces


class Called(NamedTuple):
    """What a call gave; `text` None where it cannot be played. `changed`: files that it wrote or removed."""

    text: str | None
    ok: bool
    changed: tuple[str, ...]
    isolation: str


def call_tool(
    toolset_id: str, tool: str, arguments: str, workspace: str, confirm: Callable[[str], bool]
) -> Called:
    """Play one call. Raises UsageError.

    `arguments`: a JSON object. `confirm`: asked by tools that ask before they run code.
    """
    toolset = _toolset(toolset_id)
    if toolset.find(tool) is None:
        raise UsageError(choose(f"tool of {toolset_id}", tool, [one.name for one in toolset.tools]))
    _must_be_object(arguments)
    toolkit = load_toolkit(toolset.surface)
    with WorkCopy(_workspace(workspace, toolset).tree()) as copy:
        # Where Continue would ask first, whoever types the call has answered already.
        asked = None if toolset.id in CONTINUE_TOOLSETS else confirm
        session = Session(copy, best_isolation(), release=toolset.release, confirm=asked)
        with session:
            results = play(toolkit, session, [ToolCall("call_1", Function(tool, arguments))])
            changed = tuple(sorted(copy.changes))
        level = session.isolation.name if session.ran_command else ""
    if results is None:
        return Called(None, ok=False, changed=changed, isolation=level)
    return Called(results[0].text, results[0].ok, changed, level)


def _toolset(toolset_id: str) -> Toolset:
    return next(one for one in known_toolsets([toolset_id]) if one.id == toolset_id)


def _must_be_object(arguments: str) -> None:
    try:
        is_object = isinstance(json.loads(arguments), dict)
    except (ValueError, RecursionError):
        is_object = False
    if not is_object:
        raise UsageError(
            f'arguments must be a JSON object such as \'{{"path": "a.py"}}\', not {arguments!r}'
        )


def _workspace(chosen: str, toolset: Toolset) -> Workspace:
    """The workspace of that name or directory; without one, the first that the toolset's tasks are told in."""
    found = load_workspaces((chosen,) if chosen else ())
    fitting = [one for one in found if chosen or fits(one, toolset)]
    if not fitting:
        raise UsageError(f"no workspace is made for {toolset.id}: name one with --workspace")
    return fitting[-1] if chosen else fitting[0]
