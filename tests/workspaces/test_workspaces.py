"""Every packaged workspace is what its README promises; the user's own are taken as they are, and never followed out."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from builder.errors import WorkspaceError
from builder.sandbox.tree import Tree
from builder.tool_spec import Toolset
from builder.workspace_check import check_packaged, check_workspace
from builder.workspaces.catalog import load_workspaces, packaged_names, packaged_workspace

NAMES = packaged_names()


@pytest.mark.parametrize("name", NAMES)
def test_every_task_of_a_workspace_plays_and_passes_every_check(name: str) -> None:
    assert list(check_packaged([name])) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_workspace_has_files_commits_and_ways_of_asking(name: str) -> None:
    workspace = packaged_workspace(name)
    assert len(workspace.tree().entries) >= 6
    assert len(workspace.about.commits) >= 3
    log = subprocess.run(
        ["git", "log", "--format=%H"],
        cwd=workspace.tree().directory,
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(log.stdout.split()) == len(workspace.about.commits)
    tasks = workspace.tasks
    asked = [task.requests for task in tasks.changes] + [task.requests for task in tasks.scripts]
    asked += [task.requests for task in tasks.explanations]
    assert all(len(set(requests)) == len(requests) >= 2 for requests in asked)


def test_there_are_twelve_languages_and_all_the_named_frameworks() -> None:
    workspaces = load_workspaces()
    languages = {name for workspace in workspaces for name in workspace.about.languages[:1]}
    frameworks = {name for workspace in workspaces for name in workspace.about.frameworks}
    assert len(languages) >= 12
    assert {
        "React",
        "Vue",
        "Angular",
        "Express",
        "FastAPI",
        "Django",
        "Next.js",
        "Vite",
    } <= frameworks


def test_an_unknown_workspace_lists_the_ones_there_are() -> None:
    with pytest.raises(WorkspaceError, match=r"tidepol.*Did you mean 'tidepool'.*greenhouse"):
        load_workspaces(("tidepol",))


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    outside = tmp_path / "outside.txt"
    outside.write_text("not to be read")
    project = tmp_path / "mine"
    (project / "src").mkdir(parents=True)
    (project / "README.md").write_text(
        "# Mine\n\nA small project of my own.\n\nIt counts things.\n"
    )
    (project / "package.json").write_text(
        '{"name": "mine", "version": "1.0.0", "scripts": {"test": "x"}}\n'
    )
    (project / "src" / "app.py").write_text(
        "class Counter:\n    def increment(self) -> None:\n        self.n = 1\n"
    )
    (project / "src" / "data.bin").write_bytes(bytes(range(256)))
    (project / "link.txt").symlink_to(outside)
    (project / "linked").symlink_to(tmp_path)
    with (project / "huge.log").open("wb") as file:
        file.truncate(100_000_000)
    (project / os.fsdecode(b"bad-\xff.txt")).write_text("odd name")
    return project


def test_an_own_directory_is_taken_without_links_large_files_and_odd_names(own: Path) -> None:
    tree = load_workspaces((str(own),))[-1].tree()
    assert set(tree.entries) == {"README.md", "package.json", "src/app.py", "src/data.bin"}


def test_an_own_repository_keeps_its_commits_and_loses_its_hooks(own: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=n", "-c", "user.email=e@example.com", *words],
            cwd=own,
            check=True,
            capture_output=True,
        )

    git("init", "-q")
    git("add", "README.md", "package.json", "src")
    git("commit", "-qm", "First")
    marker = own.parent / "hook-ran"
    git("config", "core.fsmonitor", f"touch {marker}; false")
    (own / "src" / "app.py").write_text("class Counter:\n    pass\n")
    tree = load_workspaces((str(own),))[-1].tree()
    assert b"pass" in tree.read("src/app.py")
    log = subprocess.run(
        ["git", "log", "--format=%s"],
        cwd=tree.directory,
        capture_output=True,
        text=True,
        check=True,
    )
    assert log.stdout.split() == ["First"]
    assert not marker.exists()


def test_an_own_project_gives_examples_that_pass_every_check(
    own: Path, toolsets: dict[str, Toolset]
) -> None:
    workspace = load_workspaces((str(own),))[-1]
    problems = list(check_workspace(workspace, list(toolsets.values())))
    assert problems == []


def test_a_file_without_read_permission_is_listed_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    tree = Tree(tmp_path, "/workspace/x")
    tree.entries["a.txt"] = tree.entries["a.txt"]._replace(readable=False)
    with pytest.raises(PermissionError):
        tree.read("a.txt")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('name = "x"\nlanguages = ["Go"]\n', "summary"),
        ('name = "x"\nsummary = "s"\nlanguages = ["Go"]\ncolour = 1\n', "colour"),
        ("name = ", "workspace.toml"),
    ],
)
def test_a_wrong_description_is_named_with_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, part: str
) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "workspace.toml").write_text(text)
    monkeypatch.setattr("builder.workspaces.catalog.PACKAGED", tmp_path)
    packaged_workspace.cache_clear()
    with pytest.raises(WorkspaceError, match=part):
        packaged_workspace("odd")
    packaged_workspace.cache_clear()
