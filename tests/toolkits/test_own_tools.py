"""Tools of a user's own, played for real: a running MCP server, the functions of a module."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from builder.conversation import Function, ToolCall
from builder.errors import NotPlayableError, SandboxError, SourceError, UsageError
from builder.sandbox.isolation import Isolation, best_isolation, isolation_level
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy
from builder.sources import mcp as from_server
from builder.sources import python as from_module
from builder.toolkits.loading import load_toolkit
from builder.toolkits.playing import Result, play
from builder.toolkits.python.module import PythonModule
from builder.toolkits.session import Session

SERVER = '''
import os
from pathlib import Path
from mcp.server import MCPServer
from mcp_types import ToolAnnotations

server = MCPServer("notes")

@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def read_note(path: str) -> str:
    """Read a note."""
    return Path(path).read_text()

@server.tool()
def add_note(title: str, text: str = "") -> str:
    """Keep a note in a file."""
    place = Path(title + ".note").resolve()
    place.write_text(text)
    return f"saved {place}"

@server.tool()
def variables() -> list[str]:
    """Name the variables of the environment."""
    return sorted(os.environ)

server.run()
'''
MODULE = '''
import socket
from pathlib import Path
from typing import Literal

KEPT = []

def add_note(text: str, tags: list[str] | None = None, level: Literal["low", "high"] = "low") -> str:
    """Keep a note.

    Args:
        text: What to keep.
        tags: Words to find it by.
    """
    KEPT.append(text)
    print("this goes nowhere")
    return f"{len(KEPT)} kept, {level}"

async def doubled(n: int) -> dict:
    """Double a number."""
    return {"n": n * 2}

def wait_for_ever() -> str:
    """Wait."""
    while True:
        pass

def end() -> str:
    """End the process."""
    import os
    os._exit(3)

def write(path: str, text: str) -> str:
    """Write a file."""
    Path(path).write_text(text)
    return Path(path).read_text()

def connect(port: int) -> str:
    """Connect to a port of this machine."""
    socket.create_connection(("127.0.0.1", port), timeout=1)
    return "connected"

def _hidden() -> str:
    return "hidden"
'''
Tool = Callable[..., Result | None]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.note").write_text("one\n")
    return Tree(folder, "/workspace/project")


@pytest.fixture
def session(tree: Tree) -> Iterator[Session]:
    with WorkCopy(tree) as copy, Session(copy, best_isolation()) as made:
        yield made


@pytest.fixture
def server(tmp_path: Path) -> str:
    path = tmp_path / "server.py"
    path.write_text(SERVER)
    return f"{sys.executable} {path}"


@pytest.fixture
def module(tmp_path: Path) -> str:
    path = tmp_path / "note_tools.py"
    path.write_text(MODULE)
    return str(path)


def _caller(surface: str, session: Session) -> Tool:
    toolkit = load_toolkit(surface)

    def call(name: str, **arguments: object) -> Result | None:
        made = ToolCall("call_1", Function(name, json.dumps(arguments)))
        results = play(toolkit, session, [made])
        return results[0] if results else None

    return call


def test_a_server_is_asked_for_its_tools(server: str) -> None:
    surface = from_server.surface(server)
    assert [tool.name for tool in surface.tools] == ["read_note", "add_note", "variables"]
    assert [tool.readonly for tool in surface.tools] == [True, False, False]
    assert surface.tools[1].required == ("title",)


def test_a_server_works_on_the_copy_and_speaks_of_the_workspace(
    server: str, session: Session
) -> None:
    call = _caller(f"mcp:{server}", session)
    assert call("read_note", path="/workspace/project/a.note") == Result("one\n", ok=True)
    assert call("add_note", title="b", text="two") == Result(
        "saved /workspace/project/b.note", ok=True
    )
    assert session.copy.read_text("b.note") == "two"
    assert not (session.copy.tree.directory / "b.note").exists()
    assert session.fixtures == {"mcp_server"}


def test_a_server_sees_no_key_of_the_builder(
    server: str, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted")
    found = _caller(f"mcp:{server}", session)("variables")
    assert found is not None
    assert "OPENAI_API_KEY" not in found.text
    assert "PATH" in found.text


def test_what_a_server_refuses_is_a_failure(server: str, session: Session) -> None:
    call = _caller(f"mcp:{server}", session)
    for name, arguments in (("read_note", {"path": "none"}), ("read_note", {}), ("nothing", {})):
        found = call(name, **arguments)
        assert found is not None
        assert not found.ok
        assert found.text


@pytest.mark.parametrize("command", ["no-such-program x", "/bin/false", "/bin/cat", "'", ""])
def test_a_server_that_does_not_start_is_named(command: str) -> None:
    with pytest.raises(SourceError, match=r"mcp|MCP"):
        from_server.surface(command)


def test_a_module_is_asked_for_its_functions(module: str) -> None:
    surface = from_module.surface(module)
    assert [tool.name for tool in surface.tools] == [
        "add_note", "doubled", "wait_for_ever", "end", "write", "connect",
    ]  # fmt: skip
    note = surface.tools[0]
    assert note.description == "Keep a note."
    assert note.required == ("text",)
    assert note.properties["text"] == {"description": "What to keep.", "type": "string"}
    assert note.properties["level"]["enum"] == ["low", "high"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def f(x):\n    'Does.'\n", "'x' needs a type hint"),
        ("def f(x: int):\n    return x\n", "f needs a docstring"),
        ("def f(*x: int):\n    'Does.'\n", r"\*args"),
        ("import nothing_such\n", "ModuleNotFoundError"),
        ("def f(:\n", "SyntaxError"),
        ("x = 1\n", "there are no tools"),
        ("raise SystemExit\n", "does not load"),
    ],
)
def test_what_is_no_tool_is_named(tmp_path: Path, source: str, message: str) -> None:
    path = tmp_path / "broken.py"
    path.write_text(source)
    with pytest.raises(SourceError, match=message):
        from_module.surface(str(path))


def test_functions_keep_what_they_keep_for_one_conversation(module: str, tree: Tree) -> None:
    for _ in range(2):
        with WorkCopy(tree) as copy, Session(copy, best_isolation()) as session:
            call = _caller(f"python:{module}", session)
            assert call("add_note", text="a") == Result("1 kept, low", ok=True)
            assert call("add_note", text="b", level="high") == Result("2 kept, high", ok=True)
            assert call("doubled", n=4) == Result('{"n": 8}', ok=True)
            assert session.fixtures == {f"python-{sys.version_info.major}.{sys.version_info.minor}"}


@pytest.mark.parametrize("name", ["bubblewrap", "landlock", "limits"])
def test_a_function_works_in_the_copy_at_every_level(module: str, tree: Tree, name: str) -> None:
    level = _level(name)
    with WorkCopy(tree) as copy, Session(copy, level) as session:
        call = _caller(f"python:{module}", session)
        assert call("write", path="b.txt", text="two") == Result("two", ok=True)
        assert copy.read_text("b.txt") == "two"


def _level(name: str) -> Isolation:
    try:
        return isolation_level(name)
    except UsageError as error:
        pytest.skip(str(error))


def test_a_function_that_fails_is_a_failure(module: str, session: Session) -> None:
    call = _caller(f"python:{module}", session)
    for name, arguments, text in (
        ("add_note", {}, "invalid arguments: text"),
        ("add_note", {"text": "a", "level": "middle"}, "invalid arguments: level"),
        ("add_note", {"text": "a", "more": 1}, "invalid arguments: more"),
        ("doubled", {"n": "x"}, "invalid arguments: n"),
        ("write", {"path": "/etc/passwd", "text": "x"}, "Error: "),
        ("_hidden", {}, "there is no tool '_hidden'"),
    ):
        found = call(name, **arguments)
        assert found is not None
        assert (found.ok, text in found.text) == (False, True), found.text


@pytest.mark.parametrize("name", ["wait_for_ever", "end"])
def test_a_function_that_gives_no_answer_ends_the_example(
    module: str, session: Session, name: str
) -> None:
    call = _caller(f"python:{module}", session)
    assert call("add_note", text="a") is not None
    assert call(name) is None
    assert call("add_note", text="a") is None


def test_a_function_has_no_network_in_the_strong_sandbox(
    module: str, session: Session, unused_tcp_listener: int
) -> None:
    if not session.isolation.is_strong:
        pytest.skip("bubblewrap is not at hand")
    found = _caller(f"python:{module}", session)("connect", port=unused_tcp_listener)
    assert found is not None
    assert not found.ok


@pytest.fixture
def unused_tcp_listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_weak_sandbox_calls_no_function_for_a_stranger(module: str, tree: Tree) -> None:
    with (
        WorkCopy(tree) as copy,
        Session(copy, best_isolation(), may_run=False) as session,
        pytest.raises(SandboxError, match="too weak"),
    ):
        _caller(f"python:{module}", session)("doubled", n=1)


def test_tools_known_by_definition_only_end_the_example(session: Session) -> None:
    assert _caller("file:tools.json", session)("anything") is None


def test_a_closed_module_answers_no_more(module: str, session: Session) -> None:
    running = PythonModule(module, session.copy, session.isolation)
    running.close()
    with pytest.raises((NotPlayableError, ValueError)):
        running.call("doubled", {"n": 1})
