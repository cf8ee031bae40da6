"""A user who refuses: what the model is shown on each surface, what then does not happen, and what happens all the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from builder.tool_spec import SPECS_DIR, read_surface
from builder.toolkits.loading import load_toolkit
from builder.toolkits.playing import Result
from builder.toolkits.session import Session

Call = tuple[str, dict[str, object]]
Calls = list[Call]
Message = Callable[[str, Calls], list[Result] | None]

REFUSED = {
    "ide": Result("The user cancelled this tool call.", ok=False),
    "cli": Result("Permission denied by user", ok=False),
}
UTIL = "src/util.py"
GREETING: dict[str, object] = {"old_string": 'GREETING = "hello"', "new_string": "GREETING = 1"}


@pytest.fixture
def refusing(session: Session) -> Session:
    session.chosen = "no"
    return session


@pytest.mark.parametrize(
    ("surface", "tool", "arguments"),
    [
        ("ide", "run_terminal_command", {"command": "touch made.txt"}),
        ("ide", "run_terminal_command", {"command": "ls"}),
        ("ide", "create_new_file", {"filepath": "made.txt", "contents": "x"}),
        ("ide", "single_find_and_replace", {"filepath": UTIL, **GREETING}),
        ("ide", "multi_edit", {"filepath": UTIL, "edits": [GREETING]}),
        ("ide", "read_currently_open_file", {}),
        ("ide", "fetch_url_content", {"url": "https://example.com/short"}),
        ("ide", "view_subdirectory", {"directory_path": "src"}),
        ("ide", "view_repo_map", {}),
        ("cli", "Bash", {"command": "touch made.txt"}),
        ("cli", "Write", {"filepath": "made.txt", "content": "x"}),
    ],
)
def test_a_refused_call_is_shown_as_refused_and_does_nothing(
    message: Message, refusing: Session, surface: str, tool: str, arguments: dict[str, object]
) -> None:
    assert message(surface, [(tool, arguments)]) == [REFUSED[surface]]
    assert not refusing.copy.changes
    assert not refusing.ran_command
    assert refusing.fixtures == {"user_choice"}


@pytest.mark.parametrize("tool", ["Edit", "MultiEdit"])
def test_a_refused_edit_of_the_terminal_leaves_the_file(
    message: Message, refusing: Session, tool: str
) -> None:
    edit = {"edits": [GREETING]} if tool == "MultiEdit" else GREETING
    message("cli", [("Read", {"filepath": UTIL})])
    assert message("cli", [(tool, {"file_path": UTIL, **edit})]) == [REFUSED["cli"]]
    assert not refusing.copy.changes


@pytest.mark.parametrize(
    ("surface", "calls"),
    [
        (
            "ide",
            [
                ("run_terminal_command", {"command": "ls"}),
                ("read_file", {"filepath": UTIL}),
                ("grep_search", {"query": "GREETING"}),
                ("ls", {"dirPath": "src"}),
            ],
        ),
        (
            "cli",
            [
                ("Bash", {"command": "ls"}),
                ("Read", {"filepath": UTIL}),
                ("Search", {"pattern": "GREETING"}),
                ("List", {"dirpath": "src"}),
            ],
        ),
    ],
)
def test_what_needs_no_leave_runs_beside_a_refused_call(
    message: Message, refusing: Session, surface: str, calls: Calls
) -> None:
    results = message(surface, calls)
    assert results is not None
    assert [one.ok for one in results] == [False, True, True, True]
    assert refusing.fixtures == {"user_choice"}


@pytest.mark.parametrize(
    ("surface", "tool", "shown"),
    [
        ("ide", "run_terminal_command", "This command has been disabled by security policy"),
        ("cli", "Bash", "Command blocked by security policy"),
    ],
)
def test_about_a_command_that_is_never_run_nobody_is_asked(
    message: Message, refusing: Session, surface: str, tool: str, shown: str
) -> None:
    results = message(surface, [(tool, {"command": "sudo ls"})])
    assert results is not None
    assert results[0].text.startswith(shown)
    assert not refusing.fixtures


def test_about_a_call_that_cannot_be_made_nobody_is_asked(
    message: Message, refusing: Session
) -> None:
    wrong: dict[str, object] = {"old_string": "nowhere", "new_string": "x"}
    ide = message("ide", [("single_find_and_replace", {"filepath": UTIL, **wrong})])
    message("cli", [("Read", {"filepath": UTIL})])
    cli = message("cli", [("Edit", {"file_path": UTIL, **wrong}), ("Bash", {})])
    assert ide is not None
    assert cli is not None
    assert not {*ide, *cli} & set(REFUSED.values())
    assert not refusing.copy.changes


def test_a_refused_call_of_the_terminal_counts_among_those_that_share_its_limits(
    message: Message, refusing: Session
) -> None:
    bash: Call = ("Bash", {"command": "ls"})
    results = message("cli", [("Read", {"filepath": "chatter.txt"}), bash, bash])
    assert results is not None
    assert "limit reduced due to 3 parallel tool calls" in results[0].text
    assert refusing.fixtures


@pytest.mark.parametrize("allows", [True, False])
def test_whoever_can_be_asked_is_asked(message: Message, refusing: Session, allows: bool) -> None:
    questions: list[str] = []

    def confirm(question: str) -> bool:
        questions.append(question)
        return allows

    refusing.confirm = confirm
    calls: Calls = [
        ("run_terminal_command", {"command": "echo \x1b[2J"}),
        ("read_file", {"filepath": UTIL}),
    ]
    results = message("ide", calls)
    assert results is not None
    assert results[0].ok is allows
    assert questions == [
        'run_terminal_command {"command": "echo \\u001b[2J"}\n\nAllow this? (yes/no): '
    ]
    assert not refusing.fixtures


def test_the_extension_asks_about_the_tools_whose_default_policy_says_so() -> None:
    toolkit = load_toolkit("ide")
    specs = read_surface(SPECS_DIR / "continue-ide.json").tools
    asking = {one.name for one in specs if one.policy == "allowedWithPermission"}
    assert {one.name for one in specs if toolkit.asks(one.name, {})} == asking


def test_the_terminal_asks_about_what_writes_and_what_runs() -> None:
    toolkit = load_toolkit("cli")
    specs = read_surface(SPECS_DIR / "continue-cli.json").tools
    played = {one.name for one in specs if one.name in toolkit.tools}
    asking = {"Edit", "MultiEdit", "Write", "Bash"}
    assert {name for name in played if toolkit.asks(name, {})} == asking
