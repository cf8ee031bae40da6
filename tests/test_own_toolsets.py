"""The commands over tools that are not Continue's: as a person uses them who brings tools of their own."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from builder.config import RunConfig
from builder.dataset import read_examples
from builder.errors import UsageError
from builder.running import check_isolation
from builder.sandbox.isolation import best_isolation
from tests.conftest import builder

TOOLS = '''
def word_count(path: str) -> int:
    """Count the words of a file.

    Args:
        path: A file of the workspace.
    """
    return len(open(path, encoding="utf-8", errors="replace").read().split())
'''
DEFINITIONS = [
    {
        "name": "create_ticket",
        "description": "Create a ticket.",
        "input_schema": {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]},
    }
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("own")
    (made / "my_tools.py").write_text(TOOLS)
    (made / "tools.json").write_text(json.dumps(DEFINITIONS))
    return made


def test_a_function_in_five_lines_becomes_rows_that_are_played(folder: Path) -> None:
    dataset = folder / "rows.jsonl"
    run = builder("run", "--toolset", "python:my_tools.py", "--dataset", str(dataset), cwd=folder)
    assert run.code == 0, run.err
    rows = list(read_examples(dataset))
    played = [row for row in rows if any(True for _ in row.calls)]
    assert len(played) >= 15
    assert all(row.messages[-2].content.isdigit() for row in played)
    assert {row.metadata.toolset for row in rows} == {"python:my_tools.py"}
    again = builder("validate", str(dataset), "--toolset", "python:my_tools.py", cwd=folder)
    assert again.code == 0, again.out
    assert f"{len(played)} played again" in again.out


def test_a_dataset_names_no_program_that_validating_it_starts(folder: Path) -> None:
    """Only a toolset that is given by name is loaded: what a row names is data."""
    rows = folder / "foreign.jsonl"
    trap = folder / "trap"
    message = {"role": "user", "content": "hello there, what is this?"}
    row = {
        "messages": [{"role": "system", "content": "x"}, message, {"role": "assistant", "content": "a row"}],
        "metadata": {"id": "1", "toolset": f"mcp:touch {trap}", "workspace": "tidepool"},
    }  # fmt: skip
    rows.write_text(json.dumps(row) + "\n")
    done = builder("validate", str(rows), cwd=folder)
    assert done.code == 1
    assert not trap.exists()


def test_definitions_alone_give_rows_that_end_at_the_call(folder: Path) -> None:
    dataset = folder / "defined.jsonl"
    run = builder("run", "--toolset", "file:tools.json", "--dataset", str(dataset), cwd=folder)
    assert run.code == 0, run.err
    called = [row for row in read_examples(dataset) if any(True for _ in row.calls)]
    assert len(called) >= 15
    assert all(row.metadata.ends_at_call for row in called)


def test_a_call_is_played_by_hand(folder: Path) -> None:
    done = builder("play", "python:my_tools.py", "word_count", '{"path": "README.md"}', "--workspace", "tidepool", cwd=folder)  # fmt: skip
    assert done.code == 0, done.err
    assert int(done.out) > 0
    assert "isolation: " in done.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("play", "python:my_tools.py", "word_count", '{"path": "none"}'), 1, "FileNotFoundError"),
        (("play", "python:my_tools.py", "nothing"), 2, "There are: word_count"),
        (("play", "python:my_tools.py", "word_count", "[1]"), 2, "JSON object"),
        (("play", "python:none.py", "word_count"), 2, "there is no such file"),
        (("play", "file:tools.json", "create_ticket", '{"title": "a"}'), 1, "cannot be played"),
        (("play", "continue-ide/open", "ls", "--workspace", "nowhere"), 2, "unknown workspace"),
        (("run", "--toolset", "file:none.json"), 2, "cannot be read"),
        (("run", "--toolset", "mcp:no-such-server"), 2, "does not start"),
        (("coverage", "rows.jsonl", "--toolset", "what"), 2, "unknown toolset 'what'"),
    ],
)
def test_a_mistake_is_named(folder: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    (folder / "rows.jsonl").touch()
    done = builder(*arguments, cwd=folder)
    assert done.code == code
    assert said in done.out + done.err
    assert "Traceback" not in done.err


def test_an_edit_by_hand_names_what_it_changed(folder: Path) -> None:
    arguments = json.dumps({"filepath": "notes.txt", "contents": "one"})
    done = builder("play", "continue-ide/open", "create_new_file", arguments, cwd=folder)
    assert (done.code, done.out) == (0, "File created successfuly\n")
    assert "changed: notes.txt" in done.err


def test_a_model_needs_the_strong_sandbox_or_leave() -> None:
    config = RunConfig(provider="anthropic")
    if best_isolation().is_strong:
        check_isolation(config)
    else:
        with pytest.raises(UsageError, match=r"install bubblewrap.*--allow-weak-sandbox"):
            check_isolation(config)
    check_isolation(config.model_copy(update={"allow_weak_sandbox": True}))


def test_a_model_may_not_call_a_server_outside_of_the_sandbox_unless_that_is_allowed() -> None:
    config = RunConfig(provider="anthropic", toolsets=("mcp:server",))
    with pytest.raises(UsageError, match="--allow-weak-sandbox"):
        check_isolation(config)
    check_isolation(config.model_copy(update={"allow_weak_sandbox": True}))
    check_isolation(config.model_copy(update={"provider": "embedded"}))


def test_without_bubblewrap_commands_of_unknown_origin_are_not_run(
    small_run: Path, dataset: Path
) -> None:
    """`bwrap` is hidden from the path, as on a machine that has none."""
    programs = small_run.parent / "programs"
    programs.mkdir(exist_ok=True)
    for place in ("/usr/bin/git", "/bin/bash"):
        link = programs / Path(place).name
        if not link.exists() and Path(place).exists():
            link.symlink_to(place)
    env = {"PATH": str(programs), "HOME": os.environ.get("HOME", "/")}
    weak = builder("validate", str(dataset), "--json", cwd=small_run, env=env)
    allowed = builder(
        "validate", str(dataset), "--json", "--allow-weak-sandbox", cwd=small_run, env=env
    )
    found, all_played = json.loads(weak.out), json.loads(allowed.out)
    assert found["failures"] == []
    assert found["replayed"] < all_played["replayed"]
