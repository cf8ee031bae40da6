"""A small project with a real git history, and both toolkits at work on a copy of it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from builder.conversation import Function, ToolCall
from builder.sandbox.isolation import best_isolation
from builder.sandbox.tree import Tree
from builder.sandbox.web.pages import Page
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.loading import load_toolkit
from builder.toolkits.playing import Result, play
from builder.toolkits.session import Session

Call = Callable[..., Result | None]
Calls = list[tuple[str, dict[str, object]]]
Message = Callable[[str, Calls], list[Result] | None]

_FILES: dict[str, str | bytes] = {
    ".continue/rules/style.md": "---\nname: Style\nglobs: '**/*.py'\n---\n\nUse tabs.\n",
    ".continue/rules/tests.md": "Write a test first.\n",
    ".continue/skills/release/SKILL.md": "---\nname: release\ndescription: How to release\n---\n\nTag it.\n",
    ".continue/skills/release/steps.txt": "1. tag\n",
    ".continue/skills/draft/SKILL.md": "---\nname: draft\n---\nNo description: no skill.\n",
    ".continueignore": "notes/\n",
    ".env": "KEY=1\n",
    ".github/ci.yml": "on: push\n",
    ".gitignore": "*.log\nbuild/\n",
    "AGENTS.md": "Be brief.\n",
    "README.md": "# Demo\n\nA demo of things.\n",
    "build/out.txt": "marker in the build\n",
    "chatter.txt": "".join(f"chatter {number} {'and on ' * 11}\n" for number in range(400)),
    "debug.log": "marker in the log\n",
    "endless.txt": "".join(f"{number}\n" for number in range(6_000)),
    "keys/readme.txt": "marker among the keys\n",
    "notes/plan.md": "marker in the notes\n",
    "src/app.py": 'import util\n\n\ndef main() -> None:\n    print(util.GREETING)\n    print("marker")\n',
    "src/crlf.txt": "first\r\nsecond\r\nthird\r\n",
    "src/latin1.txt": b"caf\xe9 marker\n",
    "src/logo.bin": b"\x00\x01\x02marker\x00",
    "src/util.py": 'GREETING = "hello"\nPARTING = "hello again"\n',
    "wide.txt": "w" * 120_000,
    **{f"many/file{number:03}.txt": "needle\n" for number in range(220)},
}
_GIT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_NAME": "A" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "a@example.com" for who in ("AUTHOR", "COMMITTER")},
}


def _build(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    for command in ("init -q -b main", "add -A", "commit -q -m one"):
        subprocess.run(["git", *command.split()], cwd=folder, env=_GIT, check=True)


@pytest.fixture(scope="session")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that no tool may reach."""
    folder = tmp_path_factory.mktemp("outside")
    (folder / "secret.txt").write_text("marker outside\n")
    return folder


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory, outside: Path) -> Tree:
    """The project; nothing changes it, so all tests share it."""
    folder = tmp_path_factory.mktemp("project")
    _build(folder, _FILES)
    (folder / "link").symlink_to(outside)
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "sparse.bin").touch()
    os.truncate(folder / "sparse.bin", 3_000_000)
    (Path(os.fsdecode(bytes(folder) + b"/caf\xe9.txt"))).write_text("marker in a name\n")
    return Tree(folder, "/workspace")


@pytest.fixture(scope="session")
def small_tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A few files only, for tests that make many copies."""
    folder = tmp_path_factory.mktemp("small")
    names = ("README.md", "src/app.py", "src/util.py", "src/crlf.txt", ".gitignore", ".env")
    _build(folder, {name: _FILES[name] for name in names})
    return Tree(folder, "/workspace")


@pytest.fixture
def session(tree: Tree) -> Iterator[Session]:
    pages = (
        Page("https://example.com/short", "Short", "A short text, all of it in one paragraph.\n"),
        Page("https://example.com/long", "Long", "A line of text that is read.\n\n" * 1_000),
    )
    with WorkCopy(tree) as copy:
        yield Session(
            copy,
            best_isolation(),
            open_file="src/app.py",
            pages={page.url: page for page in pages},
            web_results={"how long": tuple(page.url for page in pages)},
        )


@pytest.fixture
def message(session: Session) -> Message:
    """Play the calls of one message: `message("cli", [("Read", {"filepath": "a"})])`."""
    return _player(session)


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Message]:
    """The same over a project whose one file, `closed.txt`, may not be read; root may, so it has to be skipped."""
    if os.geteuid() == 0:
        pytest.skip("root may read every file")
    (tmp_path / "closed.txt").write_text("closed\n")
    (tmp_path / "closed.txt").chmod(0)
    with WorkCopy(Tree(tmp_path, "/workspace")) as copy:
        yield _player(Session(copy, best_isolation()))


def _player(session: Session) -> Message:
    def play_message(surface: str, calls: Calls) -> list[Result] | None:
        made = [
            ToolCall(f"call_{number}", Function(name, json.dumps(arguments)))
            for number, (name, arguments) in enumerate(calls)
        ]
        return play(load_toolkit(surface), session, made)

    return play_message


@pytest.fixture
def ide(message: Message) -> Call:
    """One call of the extension: `ide("ls", dirPath=".")`; None where it cannot be played."""
    return _single("ide", message)


@pytest.fixture
def cli(message: Message) -> Call:
    """One call of the terminal program; None where it cannot be played."""
    return _single("cli", message)


def _single(surface: str, message: Message) -> Call:
    def call(tool: str, /, **arguments: object) -> Result | None:
        results = message(surface, [(tool, arguments)])
        return results[0] if results else None

    return call
