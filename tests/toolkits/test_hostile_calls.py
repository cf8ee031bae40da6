"""What no call of any tool can do, whatever its arguments: raise, reach outside of the workspace, change a shared tree.

Every tool of both clients is called with arguments from its own schema and with others, in a workspace where commands
have left links that lead outside. `HYPOTHESIS_FACTOR` multiplies how often.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.conversation import Function, ToolCall
from builder.sandbox.isolation import best_isolation
from builder.sandbox.tree import Tree
from builder.sandbox.web.pages import Page
from builder.sandbox.workcopy import WorkCopy
from builder.tool_spec import SPECS_DIR, ToolSpec, read_surface
from builder.toolkits.loading import load_toolkit
from builder.toolkits.playing import Result, play
from builder.toolkits.session import Session
from tests.toolkits.schema_values import COMMANDS, FACTOR, argument_texts

Call = tuple[str, str]
"""A tool and the text of its arguments."""

SPECS: dict[str, dict[str, ToolSpec]] = {
    surface: {
        tool.name: tool for tool in read_surface(SPECS_DIR / f"continue-{surface}.json").tools
    }
    for surface in ("ide", "cli")
}
PLAYED = [(surface, name) for surface, specs in SPECS.items() for name in specs]
RUNNER = {"ide": "run_terminal_command", "cli": "Bash"}
CHANGING = frozenset({*RUNNER.values(), "create_new_file", "Write"})
"""Tools that are called more often than others, since what one leaves the next can stumble over."""


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _session(copy: WorkCopy) -> Session:
    page = Page("https://hello.example/", "Title", "text")
    return Session(
        copy,
        best_isolation(),
        open_file="src/app.py",
        chosen="hello",
        job="cat README.md",
        pages={page.url: page},
        web_results={"hello": (page.url,)},
    )


def _play_all(surface: str, messages: list[list[Call]], tree: Tree, outside: Path) -> None:
    before = (_contents(outside), _contents(tree.directory))
    with WorkCopy(tree) as copy:
        session = _session(copy)
        for message in messages:
            calls = [
                ToolCall(f"call_{i}", Function(name, text.replace("OUTSIDE", str(outside))))
                for i, (name, text) in enumerate(message)
            ]
            results = play(load_toolkit(surface), session, calls)
            assert results is None or [type(result) for result in results] == [Result] * len(calls)
            json.dumps(results, ensure_ascii=False).encode()
            assert "marker outside" not in json.dumps(results)
    assert (_contents(outside), _contents(tree.directory)) == before


def _calls(surface: str) -> st.SearchStrategy[Call]:
    each = []
    for name, spec in SPECS[surface].items():
        call = st.tuples(st.just(name), argument_texts(spec))
        each += [call] * (6 if name in CHANGING else 1)
    return st.one_of(each)


@pytest.mark.parametrize(("surface", "name"), PLAYED, ids=lambda value: str(value))
def test_a_call_gives_a_result_or_cannot_be_played(
    surface: str, name: str, small_tree: Tree, outside: Path
) -> None:
    @settings(max_examples=200 * FACTOR, deadline=None, database=None)
    @given(text=argument_texts(SPECS[surface][name]))
    def never_raises(text: str) -> None:
        _play_all(surface, [[(name, text)]], small_tree, outside)

    never_raises()


@pytest.mark.parametrize("surface", ["ide", "cli"])
def test_a_conversation_stays_inside(surface: str, small_tree: Tree, outside: Path) -> None:
    message = st.lists(_calls(surface), min_size=1, max_size=2)
    opening = st.sampled_from(COMMANDS).map(
        lambda command: [(RUNNER[surface], json.dumps({"command": command}))]
    )

    @settings(
        max_examples=60 * FACTOR,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(first=opening, rest=st.lists(message, min_size=2, max_size=8))
    def stays_inside(first: list[Call], rest: list[list[Call]]) -> None:
        _play_all(surface, [first, *rest], small_tree, outside)

    stays_inside()
