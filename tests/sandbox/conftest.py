"""A small directory as a tree, and the levels of isolation that this machine has."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.sandbox.isolation import (
    Isolation,
    ResourceLimits,
    best_isolation,
    describe_isolation,
)
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
    """The better level; the tests of what only it promises are skipped without it."""
    best = best_isolation()
    if best.name != "bubblewrap":
        pytest.skip(describe_isolation(best))
    return best


@pytest.fixture(params=["bubblewrap", "limits"])
def level(request: pytest.FixtureRequest) -> Isolation:
    """Each level in turn."""
    if request.param == "limits":
        return ResourceLimits()
    best: Isolation = request.getfixturevalue("bubblewrap")
    return best
