"""The calls of one message: which of them the client keeps, in which order they take effect, what each is shown."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from builder.conversation import Function, ToolCall
from builder.sandbox.isolation import best_isolation
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.loading import load_toolkit
from builder.toolkits.playing import Result, play
from builder.toolkits.session import Session

Call = tuple[str, dict[str, object]]
Calls = list[Call]
Message = Callable[[str, Calls], list[Result] | None]

UTIL = "src/util.py"
GREETING: dict[str, object] = {"old_string": 'GREETING = "hello"', "new_string": "GREETING = 1"}
PARTING: dict[str, object] = {"old_string": "PARTING", "new_string": "FAREWELL"}


def _texts(results: list[Result] | None) -> list[str]:
    assert results is not None
    return [result.text for result in results]


def _made(*calls: tuple[str, str]) -> list[ToolCall]:
    return [ToolCall(f"call_{i}", Function(name, text)) for i, (name, text) in enumerate(calls)]


def test_of_two_edits_of_a_file_in_one_message_the_later_undoes_the_earlier(
    message: Message, session: Session
) -> None:
    message("cli", [("Read", {"filepath": UTIL})])
    edits: Calls = [("Edit", {"file_path": UTIL, **one}) for one in (GREETING, PARTING)]
    first, second = _texts(message("cli", edits))
    assert "+GREETING = 1\n" in first
    assert ' GREETING = "hello"\n-PARTING' in second
    assert session.copy.read_text(UTIL) == 'GREETING = "hello"\nFAREWELL = "hello again"\n'


def test_an_edit_is_worked_out_before_a_command_of_its_message_runs(
    message: Message, session: Session
) -> None:
    message("cli", [("Read", {"filepath": UTIL})])
    calls: Calls = [
        ("Bash", {"command": f"cat {UTIL}; echo more >> {UTIL}"}),
        ("Edit", {"file_path": UTIL, **GREETING}),
    ]
    shown, _ = _texts(message("cli", calls))
    assert shown.startswith("GREETING = 1\n")
    assert session.copy.read_text(UTIL).endswith('again"\nmore\n')


def test_what_a_command_makes_the_other_calls_of_its_message_do_not_see(message: Message) -> None:
    calls: Calls = [
        ("Bash", {"command": "echo made > made.txt; mkdir made"}),
        ("Read", {"filepath": "made.txt"}),
        ("List", {"dirpath": "made"}),
    ]
    assert _texts(message("cli", calls))[1:] == [
        "Error executing tool Read: File does not exist: made.txt",
        "Directory does not exist: /workspace/made",
    ]


def test_what_was_written_the_later_calls_of_a_message_see(message: Message) -> None:
    calls: Calls = [
        ("Search", {"pattern": "treasure", "file_pattern": "new.txt"}),
        ("Write", {"filepath": "new.txt", "content": "treasure"}),
        ("Read", {"filepath": "new.txt"}),
    ]
    found, _, read = _texts(message("cli", calls))
    assert found.endswith("/workspace/new.txt:1:treasure\n")
    assert read == "Content of new.txt:\ntreasure"


def test_refused_calls_take_no_share_of_the_limits(message: Message) -> None:
    read: Call = ("Read", {"filepath": "chatter.txt"})
    refused: Calls = [("Read", {}), ("Read", {"filepath": ".env"}), ("List", {"dirpath": "nope"})]
    results = message("cli", [read, *refused, read])
    assert results is not None
    assert [result.ok for result in results] == [True, False, False, False, True]
    failed = message(
        "cli", [read, ("Read", {"filepath": "nope"}), ("Checklist", {"checklist": "x"})]
    )
    assert "limit reduced due to 3 parallel tool calls" in _texts(failed)[0]


def test_the_extension_drops_every_edit_after_the_first(message: Message, session: Session) -> None:
    edits = _made(
        ("read_file", "{}"),
        ("single_find_and_replace", "{}"),
        ("multi_edit", "{}"),
        ("edit_existing_file", "{}"),
        ("read_file", "{}"),
    )
    toolkit = load_toolkit("ide")
    assert toolkit.kept(edits) == [edits[0], edits[1], edits[4]]
    assert load_toolkit("cli").kept(edits) == edits
    both: Calls = [
        ("single_find_and_replace", {"filepath": UTIL, **one}) for one in (GREETING, PARTING)
    ]
    assert message("ide", both) is None
    assert not session.copy.changes


def test_the_extension_reads_before_it_changes(message: Message) -> None:
    calls: Calls = [
        ("create_new_file", {"filepath": "new.txt", "contents": "x"}),
        ("run_terminal_command", {"command": "cat new.txt"}),
        ("read_file", {"filepath": "new.txt"}),
    ]
    made, shown, read = _texts(message("ide", calls))
    assert made == "File created successfuly"
    assert shown == "x\n[Status: Command completed]"
    assert "does not exist" in read


@pytest.mark.parametrize(
    ("surface", "text"),
    [
        ("cli", "Tool look_around not found"),
        (
            "ide",
            "look_around failed because the arguments were invalid, with the following message: Tool look_around not "
            "found\n\nPlease try something else or request further instructions.",
        ),
    ],
)
def test_a_tool_that_was_not_offered_is_not_found(
    message: Message, session: Session, surface: str, text: str
) -> None:
    assert message(surface, [("look_around", {})]) is None
    session.offered = frozenset({"Read", "read_file"})
    assert message(surface, [("look_around", {})]) == [Result(text, ok=False)]
    session.offered = frozenset({"look_around"})
    assert message(surface, [("look_around", {})]) is None


@pytest.mark.parametrize("text", ["", "{", "no json", "[1]", "5", '{"filepath": NaN}'])
def test_arguments_that_are_no_object_count_as_none(text: str, small_tree: Tree) -> None:
    with WorkCopy(small_tree) as copy:
        session = Session(copy, best_isolation())
        results = play(load_toolkit("cli"), session, _made(("Read", text), ("Search", text)))
        assert _texts(results) == [
            'Required parameter "filepath" missing for tool "Read"',
            'Required parameter "pattern" missing for tool "Search"',
        ]


def test_a_background_job_runs_once_in_a_conversation(message: Message, session: Session) -> None:
    session.job = "echo tick >> ticks.txt; cat ticks.txt; exit 4"
    look: Call = ("CheckBackgroundJob", {"job_id": "bg-1-1740992400000"})
    other: Call = ("CheckBackgroundJob", {"job_id": "bg-2"})
    first, again, listed = _texts(message("cli", [look, look, other]))
    assert first == again
    assert json.loads(first)["output"] == "tick\n"
    assert json.loads(listed)["available_jobs"][0]["status"] == "failed"
    assert session.copy.read_text("ticks.txt") == "tick\n"
