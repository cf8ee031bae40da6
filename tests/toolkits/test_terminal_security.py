"""A command that Continue never runs is not run here either, and both clients say so in Continue's words."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from builder.pool import Pool, skeleton
from builder.tool_spec import Toolset
from builder.toolkits.continue_core.terminal_security import evaluate_command, is_disabled
from builder.toolkits.playing import Result
from builder.toolkits.session import Session
from builder.workspaces.catalog import load_workspaces

Call = Callable[..., Result | None]
REFUSED = ["sudo touch made.txt", "touch made.txt; eval x", "echo $(touch made.txt; su)"]


@pytest.mark.parametrize("command", REFUSED)
def test_the_editor_does_not_run_a_refused_command(
    ide: Call, session: Session, command: str
) -> None:
    assert ide("run_terminal_command", command=command) == Result(
        "This command has been disabled by security policy:\n\nrun_terminal_command\n\n"
        "This command cannot be executed as it may pose a security risk.",
        ok=False,
    )
    assert not session.copy.is_file("made.txt")
    assert not session.ran_command


@pytest.mark.parametrize("command", REFUSED)
def test_the_terminal_program_does_not_run_a_refused_command(
    cli: Call, session: Session, command: str
) -> None:
    assert cli("Bash", command=command) == Result("Command blocked by security policy", ok=False)
    assert not session.copy.is_file("made.txt")
    assert not session.ran_command


def test_a_refused_command_is_not_started_in_the_background_either(
    ide: Call, session: Session
) -> None:
    found = ide("run_terminal_command", command="sudo ls", waitForCompletion=False)
    assert found is not None
    assert not found.ok
    assert not session.ran_command


@pytest.mark.parametrize(
    "command",
    [
        "$(" * 20 + "ls" + ")" * 20,
        "$(" * 3_000 + "ls" + ")" * 3_000,
        ("$(" * 35 + "ls" + ")" * 35) * 50,
        "$(" * 20_000,
        '"\\"' * 10_000,
        "`" * 50_000,
        "a\n" * 20_000,
        "echo " * 20_000 + "\\",
    ],
)
def test_a_hostile_command_is_judged_in_time(command: str) -> None:
    begun = time.perf_counter()
    assert evaluate_command("allowedWithoutPermission", command) == "allowedWithPermission"
    assert time.perf_counter() - begun < 10


def test_no_packaged_task_has_a_command_that_continue_refuses(
    toolsets: dict[str, Toolset],
) -> None:
    pool = Pool(load_workspaces(), list(toolsets.values()))
    calls = [call for one in pool.candidates for call in skeleton(one.bound).calls]
    commands = {call.arguments["command"] for call in calls if "command" in call.arguments}
    assert len(commands) > 100
    assert [command for command in commands if is_disabled(command)] == []
