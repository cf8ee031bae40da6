"""The coding tools: what they answer, what they refuse, that they always answer the same, and what hostile code meets."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.conversation import Example, Function, Message, Metadata, ToolCall
from builder.errors import UsageError
from builder.replay import Replayer
from builder.sandbox.isolation import best_isolation, isolation_level
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.loading import load_toolkit
from builder.toolkits.playing import Result, play
from builder.toolkits.session import Session

Coding = Callable[..., Result]


@pytest.fixture
def session(small_tree: Tree) -> Iterator[Session]:
    with WorkCopy(small_tree) as copy, Session(copy, best_isolation()) as session:
        yield session


@pytest.fixture
def coding(session: Session) -> Coding:
    """One call: `coding("execute_python", code="print(1)")`."""

    def call(tool: str, /, **arguments: object) -> Result:
        results = play_call(session, tool, arguments)
        assert results is not None
        return results[0]

    return call


def play_call(session: Session, tool: str, arguments: dict[str, object]) -> list[Result] | None:
    call = ToolCall("call_0", Function(tool, json.dumps(arguments)))
    return play(load_toolkit("coding"), session, [call])


# ---- execute_python


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("print(2 + 2)", "4"),
        ("x = 1", "(no output)"),
        ("import sys; print('a'); print('b', file=sys.stderr)", "a\n[stderr]\nb"),
        ("if __name__ == '__main__': print('main')", "main"),
        ("import util; print(util)", None),
        ("print(input)", "<built-in function input>"),
        ("exit(0)", "(no output)"),
        ("print(open('README.md').readline())", "# Demo"),
    ],
)
def test_python_code_prints_what_it_prints(coding: Coding, code: str, text: str | None) -> None:
    found = coding("execute_python", code=code)
    assert found.ok is (text is not None)
    assert text is None or found.text == text


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("print(1 / 0)", ['File "<code>", line 1', "print(1 / 0)", "ZeroDivisionError"]),
        ("def f(:\n  pass", ['File "<code>", line 1', "SyntaxError: invalid syntax"]),
        ("import numpy", ["ModuleNotFoundError: No module named 'numpy'"]),
        ("raise SystemExit(3)", ["[exit code: 3]"]),
        ("input()", ["EOFError"]),
    ],
)
def test_python_code_that_fails_shows_why(coding: Coding, code: str, parts: list[str]) -> None:
    found = coding("execute_python", code=code)
    assert not found.ok
    assert all(part in found.text for part in parts)


def test_a_traceback_has_frames_of_the_code_only(coding: Coding) -> None:
    code = "import json\ntry:\n    json.loads('{')\nexcept ValueError as e:\n    raise KeyError('x') from e"
    text = coding("execute_python", code=code).text
    assert text.count("File ") == text.count('File "<code>"') == 2
    assert "direct cause" in text


def test_files_that_code_writes_stay_and_variables_do_not(coding: Coding) -> None:
    coding("execute_python", code="open('made.txt', 'w').write('kept')\nvalue = 1")
    assert coding("execute_bash", command="cat made.txt").text == "kept"
    assert "NameError" in coding("execute_python", code="print(value)").text


def test_no_file_of_the_tools_own_is_left_behind(coding: Coding, session: Session) -> None:
    coding("execute_python", code="print(1)")
    coding("debug_code", code="1 / 0", error="")
    coding("run_tests", code="assert True", test_framework="unittest")
    assert session.copy.changes == {}


def test_a_long_output_is_cut_in_the_middle_with_a_notice(coding: Coding) -> None:
    text = coding("execute_python", code="for i in range(5000): print(i)").text
    assert text.startswith("0\n1\n")
    assert text.endswith("4999")
    assert "characters left out …]" in text
    assert len(text) < 7_000


def test_a_flood_is_stopped(coding: Coding) -> None:
    found = coding("execute_python", code="while True: print('x' * 1000)")
    assert not found.ok
    assert "[stopped: the code printed more than" in found.text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("execute_python", {"code": "import time\nprint('started', flush=True)\ntime.sleep(60)"}),
        ("debug_code", {"code": "while True: pass", "error": ""}),
    ],
)
def test_the_time_limit_has_a_text_of_its_own(
    coding: Coding, tool: str, arguments: dict[str, str]
) -> None:
    found = coding(tool, **arguments)
    assert not found.ok
    assert found.text.startswith("Stopped: the code was still running after 5 seconds")
    assert "started" not in found.text


# ---- execute_bash


def test_a_command_shows_outputs_and_exit_code(coding: Coding) -> None:
    assert coding("execute_bash", command="echo hi | tr a-z A-Z") == Result("HI", ok=True)
    failed = coding("execute_bash", command="echo out; echo err >&2; exit 4")
    assert failed == Result("out\n[stderr]\nerr\n[exit code: 4]", ok=False)


# ---- analyze_code


@pytest.mark.parametrize(
    ("kind", "code", "part"),
    [
        ("syntax", "import os\n", "line 1, column 8: F401"),
        ("syntax", "print(nmae)", "F821 Undefined name `nmae`"),
        ("syntax", "x = (1,\n", "The code does not parse:\n- line"),
        ("syntax", "print(1)", "The code parses"),
        ("security", "eval(input())", "1 security problem found:\n- line 1, column 1: S307"),
        ("security", "eval(input())  # noqa", "S307"),
        ("security", "print(1)", "No security problems found."),
        ("security", "def f(:", "The code does not parse"),
        ("complexity", "def f():\n    pass\n", "- f (line 1): 1, simple"),
        ("complexity", "x = 1", "There are no functions"),
        ("complexity", "class A:\n    def g(self):\n        pass\n", "- g (line 2): 1"),
    ],
)
def test_code_is_analysed(coding: Coding, kind: str, code: str, part: str) -> None:
    found = coding("analyze_code", code=code, analysis_type=kind)
    assert found.ok
    assert part in found.text


def test_functions_are_listed_by_complexity(coding: Coding) -> None:
    branches = "".join(f"    if n == {i}:\n        return {i}\n" for i in range(11))
    code = f"def small():\n    pass\n\n\ndef large(n):\n{branches}"
    text = coding("analyze_code", code=code, analysis_type="complexity").text
    assert text.splitlines()[1:] == [
        "- large (line 5): 12, complex, split it up",
        "- small (line 1): 1, simple",
    ]


def test_settings_of_the_workspace_do_not_count(coding: Coding) -> None:
    coding("execute_bash", command="printf '[lint]\\nignore = [\"F401\"]\\n' > ruff.toml")
    assert "F401" in coding("analyze_code", code="import os", analysis_type="syntax").text


def test_analysis_runs_nothing(coding: Coding, session: Session) -> None:
    coding("analyze_code", code="open('made.txt', 'w')", analysis_type="security")
    assert not session.ran_command
    assert session.copy.changes == {}


# ---- run_tests

FRAMEWORKS = ("pytest", "unittest")


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize(
    ("code", "ok"),
    [
        ("def add(a, b): return a + b\nassert add(2, 3) == 5", True),
        ("def add(a, b): return a + b\n\nassert add(2, 3) == 6", False),
        ("def test_a():\n    assert 1 == 1", True),
        ("def test_a():\n    assert 1 == 2", False),
        (
            "import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(1, 1)",
            True,
        ),
        ("def f(:", False),
        ("import util_that_is_not_there\ndef test_a(): pass", False),
        ("text = '''\nnot indented\n'''\nassert text == '\\nnot indented\\n'", True),
        ("value = 3\nassert f'''\n{value}\n''' == '\\n3\\n'", True),
        ("def test_a():\n    assert open('README.md').read()", True),
    ],
)
def test_tests_are_run(coding: Coding, framework: str, code: str, ok: bool) -> None:
    found = coding("run_tests", code=code, test_framework=framework)
    assert found.ok is ok, found.text
    assert "/tmp" not in found.text


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_bare_asserts_keep_their_line_numbers(coding: Coding, framework: str) -> None:
    text = coding("run_tests", code="x = 1\n\nassert x == 2", test_framework=framework).text
    assert "test_code.py:3" in text or 'File "test_code.py", line 3' in text


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_code_without_tests_says_so(coding: Coding, framework: str) -> None:
    found = coding("run_tests", code="print(1)", test_framework=framework)
    assert found == Result(
        "No tests found: the code has no test functions, no TestCase classes and no assert statements.",
        ok=False,
    )


def test_pytest_has_fixtures_and_parameters_and_no_plugins(coding: Coding) -> None:
    code = (
        "import sys, pytest\n"
        "@pytest.mark.parametrize('n', [1, 2])\n"
        "def test_n(n, tmp_path):\n"
        "    (tmp_path / 'a').write_text(str(n))\n"
        "    assert not [name for name in sys.modules if name.startswith(('xdist', 'hypothesis'))]\n"
    )
    found = coding("run_tests", code=code, test_framework="pytest")
    assert "2 passed in 0.001s" in found.text
    assert "plugins:" not in found.text


# ---- debug_code


@pytest.mark.parametrize(
    ("code", "error", "parts"),
    [
        ("[1][5]", "IndexError: list index out of range", ["Reproduced: IndexError", ">   1 | [1][5]"]),
        ("[1][5]", "IndexError", ["Reproduced: IndexError"]),
        ("[1][5]", "list index out of range", ["Reproduced: IndexError"]),
        ("[1][5]", "LookupError", ["Reproduced: IndexError"]),
        (
            "int('x')",
            "Traceback (most recent call last):\n  File \"a.py\", line 1\nValueError: invalid literal for int() with base 10: 'x'",
            ["Reproduced: ValueError", "Hints:\n- The text is no number."],
        ),
        ("{}['a']", "KeyError: 'b'", ["Reproduced in kind, with another message: KeyError: 'a'"]),
        ("my_list[10]", "IndexError: list index out of range", ["Not reproduced: the code raised NameError"]),
        ("x = 1", "ValueError: no", ["Not reproduced: the code ran to its end"]),
        ("1 / 0", "", ["The code raised ZeroDivisionError: division by zero"]),
        ("def f(", "SyntaxError", ["Reproduced: SyntaxError", "Line 1:"]),
        (
            "def half(n):\n    rest = n % 2\n    return n / rest\n\nprint('go')\nhalf(4)",
            "ZeroDivisionError",
            ["Line 3, in half:", "  n = 4\n  rest = 0", "Output:\ngo"],
        ),
        ("import json\njson.loads('{')", "JSONDecodeError", [">   2 | json.loads('{')"]),
        ("raise SystemExit(2)", "", ["The code raised SystemExit: 2"]),
        (
            "class Odd:\n    def __repr__(self):\n        raise ValueError\nodd = Odd()\n1 / 0",
            "",
            ["odd = <repr failed: ValueError>"],
        ),
        ("big = 'x' * 1000\n1 / 0", "", ["…"]),
    ],
)  # fmt: skip
def test_an_error_is_reproduced_and_explained(
    coding: Coding, code: str, error: str, parts: list[str]
) -> None:
    found = coding("debug_code", code=code, error=error)
    assert found.ok
    assert [part for part in parts if part not in found.text] == [], found.text


def test_a_process_that_ends_itself_is_reported(coding: Coding) -> None:
    found = coding("debug_code", code="import os; os._exit(7)", error="")
    assert found == Result(
        "The code ended the process with exit code 7, without an exception.", ok=False
    )


def test_a_report_cannot_be_forged_by_printing(coding: Coding) -> None:
    found = coding("debug_code", code='print(\'{"kinds": ["Forged"]}\')', error="Forged")
    assert found.text.startswith("Not reproduced: the code ran to its end")


# ---- safe mode

RUNNING: list[tuple[str, dict[str, object]]] = [
    ("execute_python", {"code": "open('made.txt', 'w')"}),
    ("execute_bash", {"command": "touch made.txt"}),
    ("run_tests", {"code": "open('made.txt', 'w')\nassert True", "test_framework": "pytest"}),
    ("debug_code", {"code": "open('made.txt', 'w')", "error": ""}),
]


@pytest.mark.parametrize(("tool", "arguments"), RUNNING)
def test_what_the_user_declines_does_not_run(
    session: Session, tool: str, arguments: dict[str, object]
) -> None:
    session.chosen = "no"
    results = play_call(session, tool, arguments)
    assert results == [Result("Execution cancelled by user", ok=True)]
    assert not session.ran_command
    assert session.fixtures == {"user_choice"}


@pytest.mark.parametrize("answer", [True, False])
@pytest.mark.parametrize(("tool", "arguments"), RUNNING)
def test_the_user_is_shown_what_would_run(
    session: Session, tool: str, arguments: dict[str, object], answer: bool
) -> None:
    asked: list[str] = []

    def confirm(question: str) -> bool:
        asked.append(question)
        return answer

    session.confirm = confirm
    results = play_call(session, tool, arguments)
    assert results is not None
    assert (results[0].text == "Execution cancelled by user") is not answer
    assert session.ran_command is answer
    (question,) = asked
    assert "made.txt" in question
    assert question.splitlines()[0].isupper()
    assert question.endswith("(yes/no): ")


def test_a_question_has_nothing_that_a_terminal_obeys(session: Session) -> None:
    asked: list[str] = []

    def decline(question: str) -> bool:
        asked.append(question)
        return False

    session.confirm = decline
    play_call(session, "execute_python", {"code": "evil()\x1b[2K\rprint('harmless')\u202e"})
    assert "evil()\\x1b[2K\\x0dprint('harmless')\\x202e" in asked[0]


def test_reading_asks_nobody(session: Session) -> None:
    session.chosen = "no"
    found = play_call(session, "analyze_code", {"code": "x = 1", "analysis_type": "syntax"})
    assert found is not None
    assert found[0].text.startswith("The code parses")


# ---- hostile code


@pytest.mark.skipif(
    best_isolation().name != "bubblewrap", reason="only bubblewrap hides the system's files"
)
@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("execute_python", {"code": "print(open('/etc/shadow').read())"}),
        ("execute_bash", {"command": "cat /etc/shadow"}),
        ("run_tests", {"code": "assert open('/etc/shadow').read()", "test_framework": "pytest"}),
        ("execute_python", {"code": "open('/usr/made.txt', 'w')"}),
        ("execute_python", {"code": "open('../made.txt', 'w')"}),
        ("run_tests", {"code": "import _pytest\nopen(_pytest.__file__, 'a')\nassert True", "test_framework": "pytest"}),
    ],
)  # fmt: skip
def test_nothing_outside_is_read_or_written(
    coding: Coding, tool: str, arguments: dict[str, object]
) -> None:
    found = coding(tool, **arguments)
    assert not found.ok
    assert any(sign in found.text for sign in ("No such file", "Read-only", "Permission denied"))


def test_no_network_is_reached(coding: Coding) -> None:
    if not best_isolation().is_strong:
        pytest.skip("a weak sandbox does not stop the network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import socket\nsocket.create_connection(('127.0.0.1', {port}), timeout=2)"
        assert not coding("execute_python", code=code).ok
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()


def test_processes_without_end_are_not_had(session: Session) -> None:
    code = (
        "import os, time\nmade = 0\nfor _ in range(600):\n"
        "    if os.fork() == 0:\n        time.sleep(2)\n        os._exit(0)\n    made += 1\nprint(made)"
    )
    results = play_call(session, "execute_python", {"code": code})
    assert results is None or not results[0].ok


def test_keys_of_this_process_are_not_seen(coding: Coding, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "sesame")
    found = coding("execute_python", code="import os; print(dict(os.environ))")
    assert "sesame" not in found.text


# ---- determinism and errors


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("execute_python", {"code": "print(object(), {'a', 'b', 'c'}, id)"}),
        ("execute_python", {"code": "def f(): f()\nf()"}),
        ("debug_code", {"code": "x = object()\n1 / 0", "error": ""}),
        ("run_tests", {"code": "def test_a():\n    assert object() == 1", "test_framework": "pytest"}),
        ("run_tests", {"code": "def test_a():\n    assert object() == 1", "test_framework": "unittest"}),
        ("search_docs", {"query": "dataclass field default"}),
    ],
)  # fmt: skip
def test_the_same_call_gives_the_same_text(
    small_tree: Tree, tool: str, arguments: dict[str, object]
) -> None:
    texts = set()
    for _ in range(2):
        with WorkCopy(small_tree) as copy:
            results = play_call(Session(copy, best_isolation()), tool, arguments)
            assert results is not None
            texts.add(results[0].text)
    assert len(texts) == 1


@pytest.mark.parametrize("level", ["landlock", "limits"])
@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("execute_python", {"code": "import json\nprint(open('README.md').read())\njson.loads('{')"}),
        ("run_tests", {"code": "def test_a(tmp_path):\n    assert tmp_path == 1 or 1 == 2", "test_framework": "unittest"}),
        ("run_tests", {"code": "def test_a(tmp_path):\n    assert [*tmp_path.iterdir()] == [1]", "test_framework": "pytest"}),
        ("debug_code", {"code": "x = open('README.md').read()\nx[100]", "error": "IndexError"}),
    ],
)  # fmt: skip
def test_weaker_levels_answer_the_same(
    small_tree: Tree, coding: Coding, level: str, tool: str, arguments: dict[str, object]
) -> None:
    try:
        isolation = isolation_level(level)
    except UsageError as error:
        pytest.skip(str(error))
    with WorkCopy(small_tree) as copy:
        assert play_call(Session(copy, isolation), tool, arguments) == [coding(tool, **arguments)]


def test_a_session_says_what_its_results_rest_on(coding: Coding, session: Session) -> None:
    version = f"python-{sys.version_info.major}.{sys.version_info.minor}"
    coding(
        "execute_python", code="import sys; print('python-%d.%d' % sys.version_info[:2], object())"
    )
    assert session.fixtures == {version}
    assert session.normalised == {"addresses", "durations"}


def test_the_sandbox_runs_the_same_python(coding: Coding) -> None:
    found = coding("execute_python", code="import sys; print(*sys.version_info[:2])")
    assert found.text == f"{sys.version_info.major} {sys.version_info.minor}"


def test_rows_of_another_python_are_not_replayed() -> None:
    example = Example((Message("user", "a"),), Metadata(fixtures=("python-2.7",)))
    replayed = Replayer({}, {}, best_isolation()).replay(example)
    assert replayed.skipped == "it was played with python-2.7"


@pytest.mark.parametrize(
    ("tool", "arguments", "reason"),
    [
        ("execute_python", {}, "`code` is required and must be a string"),
        ("execute_python", {"code": 1}, "`code` is required and must be a string"),
        ("execute_python", {"code": "  "}, "`code` must not be empty"),
        ("execute_python", {"code": "\0"}, "null characters"),
        ("execute_bash", {"command": "x" * 40_000}, "the limit is 30000"),
        ("search_docs", {"query": ""}, "`query` must not be empty"),
        ("analyze_code", {"code": "x", "analysis_type": "style"}, "one of syntax, security, complexity"),
        ("run_tests", {"code": "x", "test_framework": "nose"}, "one of pytest, unittest"),
        ("debug_code", {"code": "x"}, "`error` is required"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused_with_the_reason(
    coding: Coding, tool: str, arguments: dict[str, object], reason: str
) -> None:
    found = coding(tool, **arguments)
    assert not found.ok
    assert found.text.startswith("Error: ")
    assert reason in found.text


CODE = st.text(max_size=200)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(code=CODE, kind=st.sampled_from(["syntax", "security", "complexity"]), query=CODE)
def test_any_text_can_be_analysed_and_looked_up(
    session: Session, code: str, kind: str, query: str
) -> None:
    calls: list[tuple[str, dict[str, object]]] = [
        ("analyze_code", {"code": code, "analysis_type": kind}),
        ("search_docs", {"query": query}),
    ]
    for tool, arguments in calls:
        results = play_call(session, tool, arguments)
        assert results is None or results[0].text


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(code=CODE, error=CODE, framework=st.sampled_from(FRAMEWORKS))
def test_any_text_can_be_run(session: Session, code: str, error: str, framework: str) -> None:
    calls: list[tuple[str, dict[str, object]]] = [
        ("execute_python", {"code": code}),
        ("debug_code", {"code": code, "error": error}),
        ("run_tests", {"code": code, "test_framework": framework}),
    ]
    for tool, arguments in calls:
        results = play_call(session, tool, arguments)
        assert results is None or results[0].text
