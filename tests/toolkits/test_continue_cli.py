"""The terminal program's tools, one by one: what they answer, what they refuse, what they leave in the files."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from builder.toolkits.continue_cli.terminal import JOB_ID
from builder.toolkits.playing import Result
from builder.toolkits.session import Session

Call = Callable[..., Result | None]
Message = Callable[[str, list[tuple[str, dict[str, object]]]], list[Result] | None]

SECRET = (
    "Reading or Editing {} is not allowed because it is a security concern. Do not attempt to read or edit "
    "this file in any way."
)
NOT_RELATIVE = 'path should be a `path.relative()`d string, but got "{}"'
REQUIRED = 'Required parameter "{}" missing for tool "{}"'
UTIL = "src/util.py"
CHANGE: dict[str, object] = {"old_string": '"hello"', "new_string": "'hi'"}
PATCH = (
    "Index: /workspace/src/util.py\n" + "=" * 67 + "\n"
    "--- /workspace/src/util.py\n+++ /workspace/src/util.py\n@@ -1,2 +1,2 @@\n"
    '-GREETING = "hello"\n+GREETING = \'hi\'\n PARTING = "hello again"\n'
)


def _text(result: Result | None) -> str:
    assert result is not None
    return result.text


@pytest.mark.parametrize(
    ("tool", "arguments", "text"),
    [
        ("Read", {"filepath": "README.md"}, "Content of README.md:\n# Demo\n\nA demo of things.\n"),
        ("Read", {"filepath": "./README.md"}, "Content of README.md:\n# Demo\n\nA demo of things.\n"),
        ("Read", {"filepath": "/workspace/README.md"}, "Content of /workspace/README.md:\n# Demo\n\nA demo of things.\n"),
        ("Read", {"filepath": "src/crlf.txt"}, "Content of src/crlf.txt:\nfirst\r\nsecond\r\nthird\r\n"),
        ("Read", {"filepath": "src/latin1.txt"}, "Content of src/latin1.txt:\ncaf\ufffd marker\n"),
        ("Read", {"filepath": "src/logo.bin"}, "Content of src/logo.bin:\n\0\1\2marker\0"),
        ("List", {"dirpath": "src"}, "Files in /workspace/src:\napp.py (file, 79 bytes)\ncrlf.txt (file, 22 bytes)\nlatin1.txt (file, 12 bytes)\nlogo.bin (file, 10 bytes)\nutil.py (file, 43 bytes)"),
        ("List", {"dirpath": "/workspace/.continue/"}, "Files in /workspace/.continue:\nrules (directory)\nskills (directory)"),
        ("Search", {"pattern": "marker", "path": "src"}, 'Search results for pattern "marker":\n\nsrc/app.py:6:    print("marker")\nsrc/latin1.txt:1:caf\ufffd marker\n'),
        ("Search", {"pattern": "marker", "path": "src/../keys"}, 'Search results for pattern "marker":\n\nkeys/readme.txt:1:marker among the keys\n'),
        ("Search", {"pattern": "marker", "path": "/workspace/keys"}, 'Search results for pattern "marker":\n\n/workspace/keys/readme.txt:1:marker among the keys\n'),
        ("Search", {"pattern": "GREETING", "file_pattern": "util.*"}, 'Search results for pattern "GREETING" in files matching "util.*":\n\n/workspace/src/util.py:1:GREETING = "hello"\n'),
        ("Search", {"pattern": "greeting"}, 'No matches found for pattern "greeting".'),
        ("Search", {"pattern": "w+", "path": "wide.txt"}, 'Search results for pattern "w+":\n\n'),
        ("Search", {"pattern": "x", "file_pattern": "*.nothing"}, 'No matches found for pattern "x" in files matching "*.nothing".'),
        ("Bash", {"command": "pwd"}, "/workspace\n"),
        ("Bash", {"command": "echo out; echo err >&2"}, "out\n\nStderr: err\n"),
        ("Bash", {"command": "echo quiet; exit 3"}, "quiet\n"),
        ("Checklist", {"checklist": "- [ ] one"}, "Task list status:\n- [ ] one"),
        ("Skills", {"skill_name": "release"}, "<skill_name>release</skill_name>\n<skill_description>How to release</skill_description>\n<skill_content>Tag it.</skill_content>\n<skill_files>.continue/skills/release/steps.txt</skill_files>\n<other_instructions>Use the read file tool to access skill files as needed.</other_instructions>"),
        ("Fetch", {"url": "https://example.com/short"}, "A short text, all of it in one paragraph."),
        ("Checklist", {"checklist": ["- [ ] one", None, 2.0, {}]}, "Task list status:\n- [ ] one,,2,[object Object]"),
        ("List", {"dirpath": "src/nope/.."}, "Files in /workspace/src:\napp.py (file, 79 bytes)\ncrlf.txt (file, 22 bytes)\nlatin1.txt (file, 12 bytes)\nlogo.bin (file, 10 bytes)\nutil.py (file, 43 bytes)"),
        ("Write", {"filepath": "new.txt", "content": "x", "extra": 1}, "Successfully created file: new.txt"),
        ("CheckBackgroundJob", {"job_id": 9}, '{"error":"Job 9 not found","available_jobs":[]}'),
        ("CheckBackgroundJob", {"job_id": "bg-9"}, '{"error":"Job bg-9 not found","available_jobs":[]}'),
        ("Write", {"filepath": "deep/er/new.txt", "content": "x"}, "Successfully created file: deep/er/new.txt"),
        ("Write", {"filepath": "/workspace/new.txt", "content": ""}, "Successfully created file: /workspace/new.txt"),
    ],
)  # fmt: skip
def test_a_tool_answers(cli: Call, tool: str, arguments: dict[str, object], text: str) -> None:
    assert cli(tool, **arguments) == Result(text, ok=True)


@pytest.mark.parametrize(
    ("tool", "arguments", "why"),
    [
        ("Read", {"filepath": "nope.py"}, "File does not exist: nope.py"),
        ("Read", {"filepath": "link.txt"}, "File does not exist: link.txt"),
        ("Read", {"filepath": "link/secret.txt"}, "File does not exist: link/secret.txt"),
        ("Read", {"filepath": "/etc/passwd"}, "File does not exist: /etc/passwd"),
        ("Read", {"filepath": "src"}, "Error reading file: EISDIR: illegal operation on a directory, read"),
        ("Read", {"filepath": "wide.txt"}, "File is too large to read: wide.txt (120,000 characters, 1 lines). Maximum allowed: 100,000 characters or 5,000 lines. Consider using terminal commands like 'head', 'tail', 'sed', or 'grep' to read targeted parts of the file."),
        ("Read", {"filepath": "endless.txt"}, "File is too large to read: endless.txt (28,890 characters, 6,001 lines). Maximum allowed: 100,000 characters or 5,000 lines. Consider using terminal commands like 'head', 'tail', 'sed', or 'grep' to read targeted parts of the file."),
        ("Read", {"filepath": "README.md/"}, "File does not exist: README.md/"),
        ("Read", {"filepath": "README.md/../src/app.py"}, "File does not exist: README.md/../src/app.py"),
        ("Read", {"filepath": "nope/../README.md"}, "File does not exist: nope/../README.md"),
        ("Read", {"filepath": " README.md"}, "File does not exist:  README.md"),
        ("Read", {"filepath": "~/README.md"}, "File does not exist: ~/README.md"),
        ("Read", {"filepath": ""}, "File does not exist: "),
        ("Write", {"filepath": "src", "content": "x"}, "Error writing to file: EISDIR: illegal operation on a directory, read"),
        ("Write", {"filepath": "new/", "content": "x"}, "Error writing to file: EISDIR: illegal operation on a directory, open 'new/'"),
        ("Write", {"filepath": "", "content": "x"}, "Error writing to file: ENOENT: no such file or directory, open ''"),
        ("Write", {"filepath": "README.md/new.txt", "content": "x"}, "Error writing to file: ENOTDIR: not a directory, open 'README.md/new.txt'"),
        ("Write", {"filepath": "README.md/deep/er/new.txt", "content": "x"}, "Error writing to file: ENOTDIR: not a directory, mkdir 'README.md/deep/er'"),
        ("Write", {"filepath": "n" * 300, "content": "x"}, f"Error writing to file: ENAMETOOLONG: name too long, open '{'n' * 300}'"),
        ("Write", {"filepath": "../new.txt", "content": "x"}, "Error writing to file: EACCES: permission denied, open '../new.txt'"),
        ("Write", {"filepath": "../outside/new.txt", "content": "x"}, "Error writing to file: EACCES: permission denied, mkdir '../outside'"),
        ("Search", {"pattern": "(", "file_pattern": "*.py"}, 'Error executing search: Command failed: rg --line-number --with-filename --color never "(" -g "*.py" -g "!*.log" -g "!build/" "/workspace"\nrg: regex parse error:\n    (?:()\n    ^\nerror: unclosed group\n'),
        ("Search", {"pattern": "marker", "path": "nope"}, "Path does not exist: nope"),
        ("Search", {"pattern": "marker", "path": "../outside"}, "Path does not exist: ../outside"),
        ("Search", {"pattern": "marker", "path": "link"}, "Path does not exist: link"),
        ("Bash", {"command": "echo gone; echo err >&2; exit 3"}, "Error (exit code 3): err\n"),
        ("Skills", {"skill_name": "draft"}, 'Skill "draft" not found. Available skills: release'),
        ("Skills", {"skill_name": 7}, 'Skill "7" not found. Available skills: release'),
    ],
)  # fmt: skip
def test_a_tool_says_why_it_failed(
    cli: Call, session: Session, tool: str, arguments: dict[str, object], why: str
) -> None:
    assert cli(tool, **arguments) == Result(f"Error executing tool {tool}: {why}", ok=False)
    assert not session.copy.changes


@pytest.mark.parametrize(
    ("tool", "arguments", "why"),
    [
        ("Read", {}, REQUIRED.format("filepath", "Read")),
        ("Read", {"filepath": None}, REQUIRED.format("filepath", "Read")),
        ("Read", {"filepath": ".env"}, SECRET.format(".env")),
        ("Read", {"filepath": "./.env"}, SECRET.format(".env")),
        ("Read", {"filepath": "keys/readme.txt"}, SECRET.format("keys/readme.txt")),
        ("Read", {"filepath": "../outside/secret.txt"}, NOT_RELATIVE.format("../outside/secret.txt")),
        ("Read", {"filepath": "."}, NOT_RELATIVE.format(".")),
        ("Write", {"filepath": "new.txt"}, REQUIRED.format("content", "Write")),
        ("Write", {"filepath": 7, "content": "x"}, "Filepath must be a string"),
        ("Write", {"filepath": "new.txt", "content": {"a": 1}}, "New file content must be a string"),
        ("List", {"dirpath": 1.5}, 'The "path" argument must be of type string. Received type number (1.5)'),
        ("List", {"dirpath": True}, 'The "path" argument must be of type string. Received type boolean (true)'),
        ("List", {"dirpath": ["src"]}, 'The "path" argument must be of type string. Received an instance of Array'),
        ("List", {"dirpath": {}}, 'The "path" argument must be of type string. Received an instance of Object'),
        ("List", {"dirpath": "nope/./x"}, "Directory does not exist: /workspace/nope/x"),
        ("List", {"dirpath": "../outside"}, "Directory does not exist: /outside"),
        ("List", {"dirpath": "link"}, "Directory does not exist: /workspace/link"),
        ("List", {"dirpath": "README.md"}, "Error: Path is not a directory: /workspace/README.md"),
        ("Search", {"path": "src"}, REQUIRED.format("pattern", "Search")),
        ("Bash", {}, REQUIRED.format("command", "Bash")),
        ("Bash", {"command": ""}, "command arg is required and must be a non-empty string"),
        ("Bash", {"command": 7}, "command arg is required and must be a non-empty string"),
        ("AskQuestion", {"question": "Which?"}, REQUIRED.format("options", "AskQuestion")),
        ("Edit", {"file_path": UTIL, "old_string": "a"}, REQUIRED.format("new_string", "Edit")),
        ("Edit", {**CHANGE, "file_path": ""}, "file_path is required"),
        ("Edit", {**CHANGE, "file_path": UTIL}, "You must use the Read tool to read src/util.py before editing it."),
        ("Edit", {**CHANGE, "file_path": "/workspace/src/util.py"}, "You must use the Read tool to read /workspace/src/util.py before editing it."),
        ("Edit", {**CHANGE, "file_path": "src"}, "You must use the Read tool to read src before editing it."),
        ("Edit", {**CHANGE, "file_path": "nope/deep/x.py"}, "ENOENT: no such file or directory, lstat '/workspace/nope'"),
        ("Edit", {**CHANGE, "file_path": "README.md/deep/x.py"}, "ENOTDIR: not a directory, lstat '/workspace/README.md/deep'"),
        ("Edit", {**CHANGE, "file_path": "../outside/secret.txt"}, "ENOENT: no such file or directory, lstat '/outside/secret.txt'"),
        ("Edit", {**CHANGE, "file_path": "link.txt"}, "ENOENT: no such file or directory, lstat '/workspace/link.txt'"),
        ("Edit", {**CHANGE, "file_path": ".env"}, SECRET.format("/workspace/.env")),
        ("MultiEdit", {"file_path": UTIL}, REQUIRED.format("edits", "MultiEdit")),
        ("MultiEdit", {"file_path": UTIL, "edits": []}, "You must use the Read tool to read src/util.py before editing it."),
    ],
)  # fmt: skip
def test_a_call_is_refused_before_its_tool_runs(
    cli: Call, session: Session, tool: str, arguments: dict[str, object], why: str
) -> None:
    assert cli(tool, **arguments) == Result(why, ok=False)
    assert not session.copy.changes


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("Subagent", {"description": "d", "prompt": "p", "subagent_name": "n"}),
        ("Exit", {}),
        ("Read", {"filepath": ".git/HEAD"}),
        ("Read", {"filepath": "sparse.bin"}),
        ("Read", {"filepath": 7}),
        ("List", {"dirpath": ".git"}),
        ("Write", {"filepath": ".git/config", "content": "x"}),
        ("Write", {"filepath": "nope/../new.txt", "content": "x"}),
        ("Write", {"filepath": "sparse.bin", "content": "x"}),
        ("Write", {"filepath": "a\0b", "content": "x"}),
        ("Write", {"filepath": "new.txt", "content": "\udc00"}),
        ("Search", {"pattern": "a\0b"}),
        ("Bash", {"command": "a\0b"}),
        ("Bash", {"command": "head -c 3000000 /dev/zero"}),
        ("Bash", {"command": "head -c 3000000 /dev/zero > large.bin"}),
        ("AskQuestion", {"question": "Which?", "options": ["a"]}),
        ("Fetch", {"url": "https://elsewhere.example/"}),
    ],
)
def test_a_call_that_cannot_be_played_changes_nothing(
    cli: Call, session: Session, tool: str, arguments: dict[str, object]
) -> None:
    assert cli(tool, **arguments) is None
    assert not session.copy.changes


def test_a_file_is_edited_after_it_was_read(cli: Call, session: Session) -> None:
    cli("Read", filepath=UTIL)
    edited = cli("Edit", file_path="/workspace/src/util.py", **CHANGE)
    patch = f"Successfully edited /workspace/src/util.py\nDiff:\n{PATCH}"
    assert edited == Result(patch, ok=True)
    assert session.copy.read_text(UTIL) == "GREETING = 'hi'\nPARTING = \"hello again\"\n"


def test_reading_in_the_same_message_is_too_late(message: Message, session: Session) -> None:
    both: list[tuple[str, dict[str, object]]] = [
        ("Read", {"filepath": UTIL}),
        ("Edit", {"file_path": UTIL, **CHANGE}),
    ]
    first = message("cli", both)
    assert first is not None
    assert [result.ok for result in first] == [True, False]
    assert not session.copy.changes
    second = message("cli", both)
    assert second is not None
    assert [result.ok for result in second] == [True, True]


def test_what_was_written_must_be_read_before_an_edit(cli: Call) -> None:
    cli("Write", filepath="new.txt", content="a\n")
    edited = cli("Edit", file_path="new.txt", old_string="a", new_string="b")
    assert _text(edited) == "You must use the Read tool to read new.txt before editing it."


def test_several_edits_happen_all_or_none(cli: Call, session: Session) -> None:
    good: list[dict[str, object]] = [CHANGE, {"old_string": "hello", "new_string": "hi"}]
    cli("Read", filepath=UTIL)
    failed = cli("MultiEdit", file_path=UTIL, edits=[*good, {"old_string": "x", "new_string": "y"}])
    assert failed == Result('Edit at index 2: string not found in file: "x"', ok=False)
    assert not session.copy.changes
    edited = _text(cli("MultiEdit", file_path=UTIL, edits=good))
    assert edited.startswith(
        "Successfully edited /workspace/src/util.py with 2 edits\nDiff:\nIndex:"
    )
    one = _text(cli("MultiEdit", file_path=UTIL, edits=[{"old_string": "", "new_string": "#\n"}]))
    assert one.startswith("Successfully edited /workspace/src/util.py with 1 edit\nDiff:\nIndex:")
    assert session.copy.read_text(UTIL) == "#\nGREETING = 'hi'\nPARTING = \"hi again\"\n"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"old_string": "a", "new_string": "a"}, "old_string and new_string must be different"),
        ({**CHANGE, "replace_all": "true"}, "replace_all must be a valid boolean"),
        ({"old_string": 3, "new_string": "a"}, "string old_string is required"),
    ],
)
def test_a_wrong_edit_is_refused_before_it_runs(
    cli: Call, arguments: dict[str, object], why: str
) -> None:
    cli("Read", filepath=UTIL)
    assert cli("Edit", file_path=UTIL, **arguments) == Result(why, ok=False)


def test_an_edit_matches_across_other_line_ends(cli: Call, session: Session) -> None:
    cli("Read", filepath="src/crlf.txt")
    cli("Edit", file_path="src/crlf.txt", old_string="first\nsecond", new_string="1")
    assert session.copy.read_text("src/crlf.txt") == "1\r\nthird\r\n"


def test_writing_over_a_file_shows_the_difference(cli: Call) -> None:
    written = cli("Write", filepath=UTIL, content="GREETING = 'hi'\nPARTING = \"hello again\"\n")
    patch = PATCH.replace("/workspace/", "")
    assert written == Result(f"Successfully wrote to file: src/util.py\nDiff:\n{patch}", ok=True)


def test_the_limits_of_reading_are_shared_by_the_calls_of_a_message(message: Message) -> None:
    results = message("cli", [("Read", {"filepath": "chatter.txt"})] * 3)
    assert results is not None
    assert results[0].text == (
        "Error executing tool Read: File is too large to read: chatter.txt (35,890 characters, 401 lines). Maximum "
        "allowed: 33,333 characters or 1,666 lines. (Note: limit reduced due to 3 parallel tool calls. Single-tool "
        "limit: 100,000 characters or 5,000 lines.) Consider using terminal commands like 'head', 'tail', 'sed', or "
        "'grep' to read targeted parts of the file."
    )
    fewer = message("cli", [("Read", {"filepath": "chatter.txt"})] * 2)
    assert fewer is not None
    assert fewer[0].ok


def test_a_command_shows_the_end_of_a_long_output(cli: Call, message: Message) -> None:
    shown = _text(cli("Bash", command="seq 1500"))
    assert shown.startswith("(previous 501 lines truncated)\n\n502\n503\n")
    wide = _text(cli("Bash", command="head -c 60000 /dev/zero | tr '\\0' x"))
    assert wide == f"(previous 10000 characters truncated)\n\n{'x' * 50_000}"
    results = message("cli", [("Bash", {"command": "seq 700"}), ("Bash", {"command": "true"})])
    assert results is not None
    assert results[0].text.startswith("(previous 201 lines truncated)\n\n202\n")
    assert results[0].text.endswith(
        "\n700\n\n\n(Note: output limit reduced due to 2 parallel tool calls. Single-tool limit: 50,000 characters "
        "or 1,000 lines.)"
    )
    assert results[1].text == ""


@pytest.mark.parametrize(
    ("timeout", "seconds"),
    [(0, "0"), (None, "0"), ("soon", "NaN"), (-2.5, "-2.5"), (0.001, "0.001")],
)
def test_a_command_without_time_does_not_even_start(
    cli: Call, session: Session, timeout: object, seconds: str
) -> None:
    ended = cli("Bash", command="echo never > never.txt", timeout=timeout)
    notice = f"\n\n[Command timed out after {seconds} seconds of no output]"
    assert ended == Result(notice, ok=True)
    assert not session.copy.changes


@pytest.mark.parametrize("timeout", [0.4, "0.4", [0.4]])
def test_a_command_that_is_silent_for_too_long_ends_with_a_notice(
    cli: Call, timeout: object
) -> None:
    command = "echo out; echo err >&2; sleep 0.2; echo more; sleep 4; echo never"
    ended = cli("Bash", command=command, timeout=timeout)
    notice = "\n\n[Command timed out after 0.4 seconds of no output]"
    assert ended == Result(f"out\nmore\n\nStderr: err\n{notice}", ok=True)


def test_a_timeout_beyond_the_limit_is_the_limit(cli: Call) -> None:
    assert cli("Bash", command="echo out", timeout=10**9) == Result("out\n", ok=True)
    assert cli("Bash", command="exit 143") is None


def test_a_search_shows_a_hundred_lines_and_none_that_is_too_long(cli: Call) -> None:
    shown = _text(cli("Search", pattern="needle"))
    assert shown.endswith("\n\n[Results truncated: showing 100 of 221 matches]")
    assert len(shown.split("\n")) == 100 + 4


def test_a_search_leaves_out_ignored_hidden_and_binary_files(cli: Call) -> None:
    lines = _text(cli("Search", pattern="marker")).split("\n")[2:]
    assert [line.partition(":")[0].removeprefix("/workspace/") for line in lines if line] == [
        "keys/readme.txt",
        "notes/plan.md",
        "src/app.py",
        "src/latin1.txt",
    ]


def test_a_search_does_not_leave_through_a_link(cli: Call) -> None:
    assert "outside" not in _text(cli("Search", pattern="marker", path="link/.."))


def test_a_list_shows_hidden_and_ignored_files_but_no_links(cli: Call) -> None:
    lines = _text(cli("List", dirpath=".")).split("\n")[1:]
    assert lines == sorted(lines)
    assert {".env (file, 6 bytes)", ".git (directory)", "build (directory)"} <= set(lines)
    assert "sparse.bin (file, 3000000 bytes)" in lines
    assert not [line for line in lines if line.startswith(("link", "caf"))]


@pytest.mark.parametrize(
    ("chosen", "options", "text"),
    [
        ("b", ["a", "b"], 'User selected option 2: "b"'),
        ("c", ["a", "b"], 'User provided custom answer: "c"'),
        ("anything", [], 'User answered: "anything"'),
    ],
)
def test_the_user_answers_what_was_prepared(
    cli: Call, session: Session, chosen: str, options: list[str], text: str
) -> None:
    session.chosen = chosen
    asked = cli("AskQuestion", question="Which?", options=options)
    assert asked == Result(text, ok=True)
    assert session.fixtures == {"user_choice"}


@pytest.mark.parametrize(("code", "status"), [(0, "completed"), (2, "failed")])
def test_a_background_job_is_over_when_it_is_looked_at(
    cli: Call, session: Session, code: int, status: str
) -> None:
    session.job = f"echo häppy; echo err >&2; exit {code}"
    state = json.loads(_text(cli("CheckBackgroundJob", job_id=JOB_ID)))
    assert (state["status"], state["exit_code"], state["output"]) == (status, code, "häppy\nerr\n")
    assert session.fixtures == {"background_job"}


def test_a_background_job_shows_its_last_thousand_lines(cli: Call, session: Session) -> None:
    session.job = "seq 3000"
    state = json.loads(_text(cli("CheckBackgroundJob", job_id=JOB_ID)))
    assert state["output"].split("\n")[0] == "2002"


def test_another_background_job_is_not_found(cli: Call, session: Session) -> None:
    session.job = "printf häppy" + " " * 60
    assert _text(cli("CheckBackgroundJob", job_id="bg-2")) == (
        '{"error":"Job bg-2 not found","available_jobs":[{"id":"'
        + JOB_ID
        + '","status":"completed",'
        '"command":"printf häppy' + " " * 38 + '..."}]}'
    )


def test_a_page_is_cut_at_20000_characters_without_a_note(cli: Call, session: Session) -> None:
    page = "A line of text that is read.\n\n" * 1_000
    assert _text(cli("Fetch", url="https://example.com/long")) == page[:20_000]
    assert session.fixtures == {"pages"}


def test_a_command_sees_edits_and_its_changes_are_seen(cli: Call) -> None:
    cli("Write", filepath="new.txt", content="one\n")
    assert _text(cli("Bash", command="cat new.txt; echo two >> new.txt; mkdir empty")) == "one\n"
    assert _text(cli("Read", filepath="new.txt")) == "Content of new.txt:\none\ntwo\n"
    assert "empty (directory)" in _text(cli("List", dirpath="."))


def test_a_folder_that_a_command_removed_is_gone(cli: Call) -> None:
    cli("Bash", command="rm -r src")
    assert _text(cli("List", dirpath="src")) == "Directory does not exist: /workspace/src"
    assert _text(cli("Write", filepath="src", content="x")) == "Successfully created file: src"
    assert _text(cli("Bash", command="cat src")) == "x"


def test_a_file_without_permission_is_not_read(closed: Message) -> None:
    why = "Error reading file: EACCES: permission denied, open '/workspace/closed.txt'"
    read = closed("cli", [("Read", {"filepath": "closed.txt"})])
    assert read == [Result(f"Error executing tool Read: {why}", ok=False)]
    assert closed("cli", [("Write", {"filepath": "closed.txt", "content": "x"})]) is None


def test_a_file_without_permission_survives_commands(closed: Message) -> None:
    done = closed("cli", [("Bash", {"command": "cat closed.txt 2>/dev/null || ls"})])
    assert done == [Result("closed.txt\n", ok=True)]
    listed = closed("cli", [("List", {"dirpath": "."})])
    assert listed == [Result("Files in /workspace:\nclosed.txt (file, 7 bytes)", ok=True)]
