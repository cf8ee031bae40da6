"""The extension's tools, one by one: what they answer, what they refuse, what they leave in the files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from builder.sandbox.isolation import best_isolation
from builder.toolkits.playing import Result
from builder.toolkits.session import Session

Call = Callable[..., Result | None]
Message = Callable[[str, list[tuple[str, dict[str, object]]]], list[Result] | None]

FAILED = (
    "{} failed with the message: {}\n\nPlease try something else or request further instructions."
)
INVALID = (
    "{} failed because the arguments were invalid, with the following message: {}\n\n"
    "Please try something else or request further instructions."
)
MISSING = (
    'File "{}" does not exist or is not accessible. You might want to check the path and try again.'
)
SECRET = (
    "Reading or Editing {} is not allowed because it is a security concern. Do not attempt to read or edit "
    "this file in any way."
)
NO_LINE = (
    "{} must be 1 or greater. Negative line numbers are not supported - use the terminal tool with 'tail' "
    "command for reading from file end."
)


def _text(result: Result | None) -> str:
    assert result is not None
    return result.text


@pytest.mark.parametrize(
    ("tool", "arguments", "text"),
    [
        ("read_file", {"filepath": "README.md"}, "# Demo\n\nA demo of things.\n"),
        ("read_file", {"filepath": " README.md "}, "# Demo\n\nA demo of things.\n"),
        ("read_file", {"filepath": "/workspace/README.md"}, "# Demo\n\nA demo of things.\n"),
        ("read_file", {"filepath": "file:///workspace/README.md"}, "# Demo\n\nA demo of things.\n"),
        ("read_file", {"filepath": "src/../README.md"}, "# Demo\n\nA demo of things.\n"),
        ("read_file", {"filepath": "src/crlf.txt"}, "first\r\nsecond\r\nthird\r\n"),
        ("read_file", {"filepath": "src/latin1.txt"}, "caf\ufffd marker\n"),
        ("read_file", {"filepath": "src/logo.bin"}, "\0\1\2marker\0"),
        ("read_file", {"filepath": "build/out.txt"}, "marker in the build\n"),
        ("read_file", {"filepath": ".github/ci.yml"}, "on: push\n"),
        ("read_file", {"filepath": "src\\app.py/"}, 'import util\n\n\ndef main() -> None:\n    print(util.GREETING)\n    print("marker")\n'),
        ("read_file", {"filepath": "//workspace/README.md"}, "# Demo\n\nA demo of things.\n"),
        ("read_file", {"filepath": "src"}, ""),
        ("read_file", {"filepath": "/workspace/nope.py"}, ""),
        ("read_file", {"filepath": "C:\\nope.py"}, ""),
        ("read_file", {"filepath": "/etc/passwd"}, ""),
        ("read_file", {"filepath": "sparse.bin"}, ""),
        ("read_file_range", {"filepath": "README.md", "startLine": 1, "endLine": 1}, "\n# Demo"),
        ("read_file_range", {"filepath": "README.md", "startLine": 1, "endLine": 3}, "# Demo\n\nA demo of things."),
        ("read_file_range", {"filepath": "README.md", "startLine": "3", "endLine": 9.5}, "A demo of things.\n\n"),
        ("read_file_range", {"filepath": "src/crlf.txt", "startLine": 2, "endLine": 2}, "\nsecond\r"),
        ("read_file_range", {"filepath": "README.md", "startLine": 50, "endLine": 60}, "\n"),
        ("read_file_range", {"filepath": "endless.txt", "startLine": 5_999, "endLine": 6_000}, "5998\n5999"),
        ("read_currently_open_file", {}, '```src/app.py\nimport util\n\n\ndef main() -> None:\n    print(util.GREETING)\n    print("marker")\n\n```'),
        ("ls", {"dirPath": "src"}, "app.py\ncrlf.txt\nlatin1.txt\nlogo.bin\nutil.py"),
        ("ls", {"dirPath": "/workspace/src", "recursive": True}, "app.py\ncrlf.txt\nlatin1.txt\nlogo.bin\nutil.py"),
        ("ls", {"dirPath": "src", "recursive": "false"}, "app.py\ncrlf.txt\nlatin1.txt\nlogo.bin\nutil.py"),
        ("grep_search", {"query": "greeting"}, './src/app.py\n  def main() -> None:\n      print(util.GREETING)\n      print("marker")\n./src/util.py\n  GREETING = "hello"\n  PARTING = "hello again"'),
        ("grep_search", {"query": "nowhere at all"}, "The search returned no results."),
        ("file_glob_search", {"pattern": "*.PY"}, "src/app.py\nsrc/util.py\n"),
        ("file_glob_search", {"pattern": "*.nothing"}, "No matches found. Build, secrets, etc. dirs and files are not included."),
        ("file_glob_search", {"pattern": ".ENV"}, ".env\n"),
        ("view_diff", {}, "The current diff is empty"),
        ("run_terminal_command", {"command": "echo out; echo err >&2; exit 3"}, "out\nerr\n\n[Status: Command failed with exit code 3]"),
        ("run_terminal_command", {"command": "pwd"}, "/workspace\n\n[Status: Command completed]"),
        ("run_terminal_command", {"command": "sleep 9", "waitForCompletion": False}, "\n[Status: Command is running in the background...]"),
        ("request_rule", {"name": "Style"}, "Use tabs."),
        ("request_rule", {"name": "rules/tests.md"}, "Write a test first.\n"),
        ("request_rule", {"name": "workspace/AGENTS.md"}, "Be brief.\n"),
        ("read_skill", {"skillName": "release"}, "Tag it.\n\n## Supporting files\nSkill directory:\nfile:///workspace/.continue/skills/release/steps.txt\n\nUse the read file tool to access these files as needed."),
        ("fetch_url_content", {"url": " https://example.com/short "}, "A short text, all of it in one paragraph."),
    ],
)  # fmt: skip
def test_a_tool_answers(ide: Call, tool: str, arguments: dict[str, object], text: str) -> None:
    assert ide(tool, **arguments) == Result(text, ok=True)


@pytest.mark.parametrize(
    ("tool", "arguments", "why"),
    [
        ("read_file", {"filepath": "nope.py"}, MISSING.format("nope.py")),
        ("read_file", {"filepath": "link.txt"}, MISSING.format("link.txt")),
        ("read_file", {"filepath": "link/secret.txt"}, MISSING.format("link/secret.txt")),
        ("read_file", {"filepath": "../outside/secret.txt"}, MISSING.format("../outside/secret.txt")),
        ("read_file", {"filepath": "README.md\0"}, MISSING.format("README.md\0")),
        ("read_file", {"filepath": ".env"}, SECRET.format(".env")),
        ("read_file", {"filepath": "file:///workspace/%2Eenv"}, SECRET.format("/workspace/.env")),
        ("read_file", {"filepath": "keys/readme.txt"}, SECRET.format("keys/readme.txt")),
        ("read_file", {"filepath": "./README.md"}, 'path should be a `path.relative()`d string, but got "./README.md"'),
        ("read_file", {"filepath": "wide.txt"}, "File wide.txt is too large (25000 tokens vs 16384 token limit). Try another approach"),
        ("read_file", {"filepath": " "}, "Argument filepath must not be empty or whitespace-only"),
        ("read_file_range", {"filepath": "README.md", "startLine": 0, "endLine": 2}, NO_LINE.format("startLine")),
        ("read_file_range", {"filepath": "README.md", "startLine": 1, "endLine": -2}, NO_LINE.format("endLine")),
        ("read_file_range", {"filepath": "README.md", "startLine": 3, "endLine": 2}, "endLine (2) must be greater than or equal to startLine (3)"),
        ("read_file_range", {"filepath": "README.md", "startLine": 1e300, "endLine": 2}, "endLine (2) must be greater than or equal to startLine (1e+300)"),
        ("read_file_range", {"filepath": "README.md", "startLine": 3}, "Argument `endLine` is required (type number)"),
        ("read_file_range", {"filepath": "wide.txt", "startLine": 1, "endLine": 1}, "File wide.txt is too large (30000 tokens vs 16384 token limit). Try another approach"),
        ("create_new_file", {"filepath": "README.md", "contents": ""}, "File README.md already exists. Use the edit tool to edit this file"),
        ("create_new_file", {"filepath": "src", "contents": ""}, "File src already exists. Use the edit tool to edit this file"),
        ("create_new_file", {"filepath": "app.py", "contents": ""}, "File app.py already exists. Use the edit tool to edit this file"),
        ("create_new_file", {"filepath": "a/.env", "contents": ""}, SECRET.format("workspace/a/.env")),
        ("create_new_file", {"filepath": "private/deep/er/x.txt", "contents": ""}, SECRET.format("workspace/private/deep/er/x.txt")),
        ("create_new_file", {"filepath": "x.txt"}, "`contents` argument is required. (type string)"),
        ("ls", {"dirPath": "nope"}, "Directory nope not found or is not accessible. You can use absolute paths, relative paths, or paths starting with ~"),
        ("ls", {"dirPath": "../outside"}, "Directory ../outside not found or is not accessible. You can use absolute paths, relative paths, or paths starting with ~"),
        ("ls", {"dirPath": "link"}, "Directory link not found or is not accessible. You can use absolute paths, relative paths, or paths starting with ~"),
        ("grep_search", {"query": "  "}, "Argument query must not be empty or whitespace-only"),
        ("file_glob_search", {"pattern": "["}, "Process exited with code 2"),
        ("request_rule", {"name": "Unknown"}, 'Rule with name "Unknown" not found or has no file path'),
        ("read_skill", {"skillName": "draft"}, 'Skill "draft" not found. Available skills: release'),
        ("create_rule_block", {"name": "x"}, "`rule` argument is required and must not be empty or whitespace-only. (type string)"),
        ("create_rule_block", {"name": "x", "rule": "y", "globs": 7, "regex": 7}, "`regex` argument is required and must not be empty or whitespace-only. (type string)"),
        ("run_terminal_command", {"command": ""}, "Argument command must not be empty or whitespace-only"),
    ],
)  # fmt: skip
def test_a_tool_says_why_it_failed(
    ide: Call, session: Session, tool: str, arguments: dict[str, object], why: str
) -> None:
    assert ide(tool, **arguments) == Result(FAILED.format(tool, why), ok=False)
    assert not session.copy.changes


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("edit_existing_file", {"filepath": "README.md", "changes": "# Other"}),
        ("codebase", {"query": "greeting"}),
        ("no_such_tool", {}),
        ("read_file", {"filepath": ".git/config"}),
        ("ls", {"dirPath": ".git"}),
        ("ls", {"dirPath": "README.md"}),
        ("ls", {"dirPath": "/nope"}),
        ("ls", {"dirPath": 7}),
        ("read_file", {"filepath": 7}),
        ("read_file", {"filepath": "~/notes.txt"}),
        ("read_file_range", {"filepath": "src", "startLine": 1, "endLine": 2}),
        ("single_find_and_replace", {"filepath": "wide.txt", "old_string": "w", "new_string": "v", "replace_all": True}),
        ("run_terminal_command", {"command": "kill -9 $$"}),
        ("create_new_file", {"filepath": ".git/hooks/pre-commit", "contents": "#!/bin/sh\n"}),
        ("create_new_file", {"filepath": "../outside/new.txt", "contents": ""}),
        ("create_new_file", {"filepath": "README.md/new.txt", "contents": ""}),
        ("create_new_file", {"filepath": "n" * 300, "contents": ""}),
        ("create_new_file", {"filepath": "a\0b", "contents": ""}),
        ("create_new_file", {"filepath": "half.txt", "contents": "\ud800"}),
        ("create_new_file", {"filepath": "large.txt", "contents": "x" * 2_000_001}),
        ("single_find_and_replace", {"filepath": "src", "old_string": "", "new_string": "x"}),
        ("single_find_and_replace", {"filepath": "sparse.bin", "old_string": "a", "new_string": "b"}),
        ("grep_search", {"query": "a\0b"}),
        ("fetch_url_content", {"url": "https://elsewhere.example/"}),
        ("search_web", {"query": "something else"}),
        ("run_terminal_command", {"command": "a\0b"}),
        ("run_terminal_command", {"command": "true " + "x" * 200_000}),
        ("run_terminal_command", {"command": "yes"}),
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_played_changes_nothing(
    ide: Call, session: Session, tool: str, arguments: dict[str, object]
) -> None:
    assert ide(tool, **arguments) is None
    assert not session.copy.changes


def test_a_command_without_an_end_is_not_played(ide: Call) -> None:
    assert ide("run_terminal_command", command="sleep 30") is None


def test_invalid_json_counts_as_no_arguments(ide: Call) -> None:
    assert ide("ls", dirPath=float("nan")) == ide("ls")


def test_ls_leaves_out_links_and_ignored_files_and_shows_hidden_ones(ide: Call) -> None:
    names = _text(ide("ls", dirPath=".")).split("\n")
    assert names == sorted(names)
    assert {".env", ".git/", ".github/", ".gitignore", "keys/", "src/"} <= set(names)
    assert not {"link", "link.txt", "build/", "debug.log", "notes/"} & set(names)


def test_ls_stops_after_200_lines(ide: Call) -> None:
    listing, warning = _text(ide("ls", dirPath="many")).split("\n\n")
    assert len(listing.split("\n")) == 200
    assert warning == "20 ls entries were truncated"
    assert _text(ide("ls", recursive=True)).endswith(
        " ls entries were truncated. Try using a non-recursive search"
    )


def test_ignore_rules_know_no_case_and_reach_into_folders(ide: Call) -> None:
    for name in ("src/BUILD/x.txt", "src/Trace.LOG", "src/kept.txt"):
        ide("create_new_file", filepath=name, contents="")
    listing = _text(ide("ls", dirPath=".", recursive=True)).split("\n")
    assert "src/kept.txt" in listing
    assert not [line for line in listing if "build" in line.lower() or ".log" in line.lower()]


def test_searches_leave_out_ignored_secret_and_hidden_files(ide: Call) -> None:
    found = _text(ide("grep_search", query="MARKER"))
    assert [line for line in found.split("\n") if line.startswith("./")] == [
        "./keys/readme.txt",
        "./src/app.py",
        "./src/latin1.txt",
    ]
    assert _text(ide("file_glob_search", pattern="*.md")) == "AGENTS.md\nREADME.md\n"


def test_a_search_stops_after_7500_characters(ide: Call) -> None:
    shown, warning = _text(ide("grep_search", query="chatter")).split("\n\n")
    assert len(shown) == 7_500
    assert warning == (
        "The above search results were truncated because the number of characters exceeded 7500. If the results "
        "are not satisfactory, try refining your search query."
    )


def test_a_search_stops_after_a_hundred_blocks(ide: Call) -> None:
    ide(
        "run_terminal_command",
        command="rm many/file1*; for n in {100..119}; do echo needle > many/file$n.txt; done",
    )
    shown = _text(ide("grep_search", query="needle"))
    assert shown.count("./many/") == 101


def test_a_search_that_finds_exactly_a_hundred_blocks_says_so(ide: Call) -> None:
    ide("run_terminal_command", command="rm many/file1* many/file2*")
    assert _text(ide("grep_search", query="needle")).endswith(
        "because the number of results exceeded 100. If the results are not satisfactory, try refining your "
        "search query."
    )


def test_a_search_with_a_broken_pattern_is_explained(ide: Call) -> None:
    assert _text(ide("grep_search", query="(open\t\\\\\\")).startswith(
        "The search failed due to an invalid regex pattern.\n\nOriginal query: (open\t\\\\\\\nProcessed query: "
        "(open\\t\\\\\n\nError: Process exited with code 2\n\nTip: "
    )


def test_a_glob_stops_after_a_hundred_files(ide: Call) -> None:
    shown, warning = _text(ide("file_glob_search", pattern="many/*")).split("\n\n")
    assert len(shown.split("\n")) == 100
    assert warning.startswith("Warning: the results above were truncated to the first 100 files.")


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("new.py", "new.py"),
        (" deep/er/new.py ", "deep/er/new.py"),
        ("deep\\new.py", "deep/new.py"),
        ("src/../new.py", "new.py"),
        ("/workspace/new.py", "workspace/new.py"),
    ],
)
def test_a_new_file_stands_below_the_root(
    ide: Call, session: Session, given: str, path: str
) -> None:
    made = ide("create_new_file", filepath=given, contents={"a": 1.0})
    assert made == Result("File created successfuly", ok=True)
    assert session.copy.changes == {path: b'{"a":1}'}


def test_a_find_and_replace_needs_no_reading(ide: Call, session: Session) -> None:
    edited = ide(
        "single_find_and_replace", filepath="src/util.py", old_string='"hello"', new_string="'hi'"
    )
    assert edited == Result("Successfully edited file:///workspace/src/util.py", ok=True)
    assert session.copy.read_text("src/util.py").startswith("GREETING = 'hi'\n")


UNDEFINED = "Cannot read properties of {} (reading 'trim')"


@pytest.mark.parametrize(
    ("tool", "arguments", "why"),
    [
        ("read_file", {}, UNDEFINED.format("undefined")),
        ("read_file", {"filepath": None}, UNDEFINED.format("null")),
        ("read_file_range", {"startLine": 1, "endLine": 2}, UNDEFINED.format("undefined")),
        ("create_new_file", {"contents": ""}, UNDEFINED.format("undefined")),
        ("read_file", {"filepath": "file://host/a"}, 'File URL host must be "localhost" or empty on linux'),
        ("read_file", {"filepath": "file:///a%2Fb"}, "File URL path must not include encoded / characters"),
    ],
)  # fmt: skip
def test_a_path_is_resolved_before_the_tool_runs(
    ide: Call, tool: str, arguments: dict[str, object], why: str
) -> None:
    assert ide(tool, **arguments) == Result(INVALID.format(tool, why), ok=False)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"filepath": "nope.py", "old_string": "a", "new_string": "b"}, "File nope.py does not exist"),
        ({"filepath": "/workspace/src/util.py", "old_string": "a", "new_string": "b"}, "File /workspace/src/util.py does not exist"),
        ({"filepath": "../outside/secret.txt", "old_string": "a", "new_string": "b"}, "File ../outside/secret.txt does not exist"),
        ({"filepath": "link.txt", "old_string": "a", "new_string": "b"}, "File link.txt does not exist"),
        ({"filepath": "src", "old_string": "a", "new_string": "b"}, 'Edit at index 0: string not found in file: "a"'),
        ({"old_string": "a", "new_string": "b"}, "filepath (string) is required"),
        ({"filepath": "src/util.py", "new_string": "b"}, "string old_string is required"),
        ({"filepath": "src/util.py", "old_string": "a"}, "string new_string is required"),
        ({"filepath": "src/util.py", "old_string": "a", "new_string": "a"}, "old_string and new_string must be different"),
        ({"filepath": "src/util.py", "old_string": "a", "new_string": "b", "replace_all": None}, "replace_all must be a valid boolean"),
        ({"filepath": "src/util.py", "old_string": "absent", "new_string": "b"}, 'Edit at index 0: string not found in file: "absent"'),
        ({"filepath": "src/util.py", "old_string": "hello", "new_string": "b"}, 'Edit at index 0: String "hello" appears 2 times in the file. Either provide a more specific string with surrounding context to make it unique, or use replace_all=true to replace all occurrences.'),
    ],
)  # fmt: skip
def test_a_find_and_replace_is_tried_out_before_it_runs(
    ide: Call, session: Session, arguments: dict[str, object], why: str
) -> None:
    edited = ide("single_find_and_replace", **arguments)
    assert edited == Result(INVALID.format("single_find_and_replace", why), ok=False)
    assert not session.copy.changes


def test_secret_files_may_be_edited_but_not_read(ide: Call, session: Session) -> None:
    edited = ide("single_find_and_replace", filepath=".env", old_string="1", new_string="2")
    assert edited == Result("Successfully edited file:///workspace/.env", ok=True)
    assert session.copy.read_text(".env") == "KEY=2\n"


def test_a_path_that_looks_absolute_is_edited_below_the_root(ide: Call, session: Session) -> None:
    ide(
        "single_find_and_replace",
        filepath="/src\\crlf.txt",
        old_string="first\nsecond",
        new_string="1",
    )
    assert session.copy.read_text("src/crlf.txt") == "1\r\nthird\r\n"


def test_several_edits_happen_all_or_none(ide: Call, session: Session) -> None:
    good: list[dict[str, object]] = [
        {"old_string": "", "new_string": "# top\n"},
        {"old_string": "hello", "new_string": "hi", "replace_all": True},
    ]
    bad = [*good, {"old_string": "hello", "new_string": "gone"}]
    failed = ide("multi_edit", filepath="src/util.py", edits=bad)
    why = 'Edit at index 2: string not found in file: "hello"'
    assert failed == Result(INVALID.format("multi_edit", why), ok=False)
    assert not session.copy.changes
    edited = ide("multi_edit", filepath="src/util.py", edits=good)
    assert edited == Result("Successfully edited file:///workspace/src/util.py", ok=True)
    text = session.copy.read_text("src/util.py")
    assert text == '# top\nGREETING = "hi"\nPARTING = "hi again"\n'


def test_a_diff_shows_what_is_staged_then_what_is_not(ide: Call) -> None:
    ide("single_find_and_replace", filepath="README.md", old_string="# Demo", new_string="# Show")
    ide(
        "run_terminal_command",
        command="git add README.md; sed -i s/import/from/ src/app.py; echo x > new.txt",
    )
    ide("single_find_and_replace", filepath="src/util.py", old_string='"hello"', new_string="'hi'")
    parts = _text(ide("view_diff")).split("\n\ndiff --git ")
    assert [part.split("\n")[0].removeprefix("diff --git ") for part in parts] == [
        "a/README.md b/README.md",
        "a/src/app.py b/src/app.py",
        "a/src/util.py b/src/util.py",
    ]


def test_a_diff_leaves_out_files_that_git_does_not_know(ide: Call) -> None:
    ide("create_new_file", filepath="new.txt", contents="x")
    assert _text(ide("view_diff")) == "The current diff is empty"
    ide("run_terminal_command", command="git add new.txt; printf '\\0\\1' > src/logo.bin")
    parts = _text(ide("view_diff")).split("\n\ndiff --git ")
    assert parts[0].endswith("@@ -0,0 +1 @@\n+x\n\\ No newline at end of file")
    assert parts[1].endswith("Binary files a/src/logo.bin and b/src/logo.bin differ\n")


def test_a_diff_stops_after_5000_lines(ide: Call) -> None:
    ide("run_terminal_command", command="seq 10000 20000 > endless.txt")
    shown, warning = _text(ide("view_diff")).split("\n\n")
    assert len(shown.split("\n")) == 5_000
    assert warning.startswith("The git diff was truncated because it exceeded 5000 lines.")


@pytest.mark.skipif(best_isolation().name != "bubblewrap", reason="needs bubblewrap")
def test_a_diff_starts_no_program_outside_of_the_sandbox(ide: Call, outside: Path) -> None:
    touch = f"touch {outside}/reached"
    ide(
        "run_terminal_command",
        command=f"git config filter.f.clean '{touch}; cat'; git config diff.d.command '{touch}'; "
        f"git config core.fsmonitor '{touch}'; git config diff.d.textconv '{touch}'; "
        "echo '*.md filter=f diff=d' > .gitattributes; echo more >> README.md",
    )
    assert "+more" in _text(ide("view_diff"))
    assert not (outside / "reached").exists()


@pytest.mark.parametrize(
    ("arguments", "path", "text"),
    [
        ({"name": "My Rule!", "rule": "Do it."}, "my-rule.md", "---\n{}\n---\n\nDo it."),
        (
            {"name": "Go", "rule": "Do it.", "globs": "**/*.go", "description": " d ", "alwaysApply": "FALSE"},
            "go.md",
            '---\nglobs: "**/*.go"\ndescription: d\nalwaysApply: false\n---\n\nDo it.',
        ),
    ],
)  # fmt: skip
def test_a_new_rule_becomes_a_file_that_can_be_requested(
    ide: Call, session: Session, arguments: dict[str, object], path: str, text: str
) -> None:
    assert ide("create_rule_block", **arguments) == Result("Rule created successfully", ok=True)
    assert session.copy.changes == {f".continue/rules/{path}": text.encode()}
    assert ide("request_rule", name=f"rules/{path}") == Result("Do it.", ok=True)


def test_no_file_open_is_an_answer_too(ide: Call, session: Session) -> None:
    session.open_file = ""
    assert ide("read_currently_open_file") == Result("There are no files currently open.", ok=True)


def test_an_open_secret_is_not_shown(ide: Call, session: Session) -> None:
    session.open_file = ".env"
    why = SECRET.format("file:///workspace/.env")
    assert ide("read_currently_open_file") == Result(
        FAILED.format("read_currently_open_file", why), ok=False
    )


def test_pages_are_cut_at_20000_characters_and_search_results_at_8000(
    ide: Call, session: Session
) -> None:
    shown, _, warning = _text(ide("fetch_url_content", url="https://example.com/long")).rpartition(
        "\n\n"
    )
    assert len(shown) == 20_000
    assert warning.startswith(
        "The content from https://example.com/long was truncated because it exceeded the 20000 character limit."
    )
    short, rest = _text(ide("search_web", query="how long")).split("\n\n", 1)
    long, warning = rest[:8_000], rest[8_000:]
    assert short == "A short text, all of it in one paragraph."
    assert long == ("A line of text that is read.\n\n" * 1_000)[:8_000]
    assert warning.startswith("\n\nThe content from the following search results was truncated")
    assert warning.endswith(
        "8000 character limit: Long. For more detailed information, consider refining your search query."
    )
    assert session.fixtures == {"pages"}


def test_a_command_sees_edits_and_its_changes_are_seen(ide: Call, session: Session) -> None:
    ide("create_new_file", filepath="new.txt", contents="one\n")
    shown = _text(
        ide("run_terminal_command", command="cat new.txt; echo two >> new.txt; rm README.md")
    )
    assert shown == "one\n\n[Status: Command completed]"
    assert ide("read_file", filepath="new.txt") == Result("one\ntwo\n", ok=True)
    assert ide("read_file", filepath="README.md") == Result(
        FAILED.format("read_file", MISSING.format("README.md")), ok=False
    )
    assert session.ran_command


def test_nothing_is_written_through_a_link_that_a_command_made(ide: Call, outside: Path) -> None:
    ide("run_terminal_command", command=f"ln -s {outside} way; ln -s {outside}/secret.txt file.txt")
    assert ide("create_new_file", filepath="way/new.txt", contents="x") is None
    assert ide("create_new_file", filepath="file.txt", contents="x") is None
    ide("run_terminal_command", command="true")
    assert [path.name for path in outside.iterdir()] == ["secret.txt"]
    assert (outside / "secret.txt").read_text() == "marker outside\n"


def test_nothing_is_removed_through_a_link_that_a_command_made(ide: Call, outside: Path) -> None:
    (outside / "util.py").write_text("")
    ide("run_terminal_command", command=f"rm -r src; ln -s {outside} src")
    ide("create_new_file", filepath="new.txt", contents="x")
    ide("run_terminal_command", command="true")
    assert (outside / "util.py").exists()
    (outside / "util.py").unlink()


def test_a_file_without_permission_looks_empty(closed: Message) -> None:
    assert closed("ide", [("read_file", {"filepath": "closed.txt"})]) == [Result("", ok=True)]
    edit: dict[str, object] = {"filepath": "closed.txt", "old_string": "a", "new_string": "b"}
    assert closed("ide", [("single_find_and_replace", edit)]) is None


def test_a_search_fails_where_a_file_cannot_be_read(closed: Message) -> None:
    found = closed("ide", [("grep_search", {"query": "closed"})])
    assert found is not None
    assert "Error: Process exited with code 2" in found[0].text
