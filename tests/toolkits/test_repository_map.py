"""The maps of the extension: their heading, their files in the walker's order, what they leave out, why they fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from builder.conversation import Function, ToolCall
from builder.sandbox.isolation import best_isolation
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.loading import load_toolkit
from builder.toolkits.playing import Result, play
from builder.toolkits.session import Session

Call = Callable[..., Result | None]
HEADING = (
    "Below is a repository map. \nFor each file in the codebase, this map contains the name of the file, "
    "and the signature for any classes, methods, or functions in the file.\n\n"
)
FILES = {
    ".gitignore": "*.log\nbuild/\nsub/secret\n",
    ".continueignore": "  notes/  \n",
    ".env": "K=1\n",
    "README.md": "# Demo\n",
    "build/y": "",
    "node_modules/a/index.js": "",
    "notes/n.md": "",
    "package-lock.json": "{}",
    "src/100%.txt": "",
    "src/[slug]/page.tsx": "",
    "src/a b.txt": "",
    "src/app.py": "",
    "src/pic.png": "",
    "src/x.log": "",
    "sub/.continueignore": "!x.tmp\n",
    "sub/.gitignore": "deep/*\n!deep/keep.txt\n*.tmp\n",
    "sub/Y.TMP": "",
    "sub/a.txt": "",
    "sub/build/z": "",
    "sub/deep/drop.txt": "",
    "sub/deep/keep.txt": "",
    "sub/x.tmp": "",
}


@pytest.fixture(scope="module")
def wild(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    folder = tmp_path_factory.mktemp("wild")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "empty").mkdir()
    (folder / "link").symlink_to(folder / "src")
    return Tree(folder, "/workspace")


def _view(tree: Tree, tool: str, arguments: str) -> Result | None:
    with WorkCopy(tree) as copy:
        calls = [ToolCall("call_1", Function(tool, arguments))]
        results = play(load_toolkit("ide"), Session(copy, best_isolation()), calls)
    return results[0] if results is not None else None


@pytest.mark.parametrize(
    ("folder", "files"),
    [
        ("src", ["100%.txt", "a b.txt", "app.py", "[slug]/page.tsx"]),
        ("src/[slug]", ["page.tsx"]),
        ("sub", ["a.txt", "x.tmp", "deep/keep.txt"]),
        ("sub/deep", ["drop.txt", "keep.txt"]),
        ("./src/../sub/deep", ["drop.txt", "keep.txt"]),
        ("  sub/deep/  ", ["drop.txt", "keep.txt"]),
        ("/workspace/sub/deep", ["drop.txt", "keep.txt"]),
        ("file:///workspace/src/%5Bslug%5D", ["page.tsx"]),
        ("notes", ["n.md"]),
        ("build", ["y"]),
        ("empty", []),
    ],
)
def test_a_folder_is_shown_as_if_it_stood_alone(wild: Tree, folder: str, files: list[str]) -> None:
    """As the original lists them: rules of the folders above do not count."""
    shown = _view(wild, "view_subdirectory", f'{{"directory_path": "{folder}"}}')
    assert shown == Result(HEADING + "\n".join(files), ok=True)


def test_the_map_of_the_workspace_is_that_of_its_root(wild: Tree) -> None:
    files = ["README.md", "sub/a.txt", "sub/x.tmp", "sub/deep/keep.txt"]
    files += ["src/100%.txt", "src/a b.txt", "src/app.py", "src/[slug]/page.tsx"]
    shown = Result(HEADING + "\n".join(files), ok=True)
    assert _view(wild, "view_repo_map", "{}") == shown
    assert _view(wild, "view_repo_map", '{"directory_path": "src"}') == shown
    assert _view(wild, "view_subdirectory", '{"directory_path": "."}') == shown


@pytest.mark.parametrize(
    ("arguments", "cause", "why"),
    [
        ('{"directory_path": "nope"}', "with the message", 'Directory path "nope" does not exist or is not accessible.'),
        ('{"directory_path": "/workspace/nope"}', "with the message", 'Directory path "/workspace/nope" does not exist or is not accessible.'),
        ('{"directory_path": "link"}', "with the message", 'Directory path "link" does not exist or is not accessible.'),
        ('{"directory_path": "../x"}', "with the message", 'Directory path "../x" does not exist or is not accessible.'),
        ('{"directory_path": " "}', "with the message", "Argument directory_path must not be empty or whitespace-only"),
        ("{}", "because the arguments were invalid, with the following message", "Cannot read properties of undefined (reading 'trim')"),
        ('{"directory_path": null}', "because the arguments were invalid, with the following message", "Cannot read properties of null (reading 'trim')"),
        ('{"directory_path": "file://host/x"}', "because the arguments were invalid, with the following message", 'File URL host must be "localhost" or empty on linux'),
    ],
)  # fmt: skip
def test_the_map_of_a_folder_fails_in_the_words_of_the_extension(
    wild: Tree, arguments: str, cause: str, why: str
) -> None:
    advice = "Please try something else or request further instructions."
    expected = f"view_subdirectory failed {cause}: {why}\n\n{advice}"
    assert _view(wild, "view_subdirectory", arguments) == Result(expected, ok=False)


@pytest.mark.parametrize("path", ['"README.md"', '"/elsewhere"', '"/"', '"~/x"', "7", "[]"])
def test_what_the_editor_or_the_machine_decides_is_not_played(wild: Tree, path: str) -> None:
    assert _view(wild, "view_subdirectory", f'{{"directory_path": {path}}}') is None


def test_a_map_that_may_be_cut_is_not_played(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"{number:03}{'n' * 200}").touch()
    assert _view(Tree(tmp_path, "/workspace"), "view_repo_map", "{}") is None
