"""A small directory as a tree, and the levels of isolation that this machine has."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.errors import UsageError
from builder.sandbox.isolation import Isolation, isolation_level
from builder.sandbox.tree import Tree


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The directory of the tree: two files, a script, a folder."""
    made = tmp_path / "project"
    (made / "src").mkdir(parents=True)
    (made / "a.txt").write_text("one\n")
    (made / "src" / "b.txt").write_text("two\n")
    (made / "run.sh").write_text("#!/bin/sh\necho ran\n")
    (made / "run.sh").chmod(0o755)
    return made


@pytest.fixture
def tree(folder: Path) -> Tree:
    return Tree(folder, "/workspace")


@pytest.fixture
def bubblewrap() -> Isolation:
    """The strong level; the tests of what only it promises are skipped without it."""
    return _level("bubblewrap")


@pytest.fixture
def landlock() -> Isolation:
    """The level in between; skipped where the kernel has none of it."""
    return _level("landlock")


@pytest.fixture
def limits() -> Isolation:
    """The level that every system has."""
    return _level("limits")


@pytest.fixture(params=["bubblewrap", "landlock", "limits"])
def level(request: pytest.FixtureRequest) -> Isolation:
    """Each level in turn."""
    return _level(request.param)


def _level(name: str) -> Isolation:
    try:
        return isolation_level(name)
    except UsageError as error:
        pytest.skip(str(error))
