"""Whatever a command left is removed, and nothing beside it."""

from __future__ import annotations

import os
from pathlib import Path

from builder.sandbox.removal import remove_tree


def test_folders_without_permissions_and_links_are_removed(tmp_path: Path) -> None:
    left, kept = tmp_path / "left", tmp_path / "kept"
    (left / "closed" / "below").mkdir(parents=True)
    (left / "closed" / "below" / "file").write_text("x")
    kept.mkdir()
    (kept / "file").write_text("x")
    (left / "link").symlink_to(kept)
    (left / "closed").chmod(0)
    remove_tree(left)
    assert sorted(tmp_path.iterdir()) == [kept]
    assert (kept / "file").read_text() == "x"


def test_folders_nested_beyond_every_limit_are_removed(tmp_path: Path) -> None:
    left = tmp_path / "left"
    left.mkdir()
    here = os.open(left, os.O_RDONLY)
    for _ in range(3_000):
        os.mkdir("deep", dir_fd=here)
        below = os.open("deep", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    remove_tree(left)
    assert not left.exists()


def test_what_is_not_there_is_removed_already(tmp_path: Path) -> None:
    remove_tree(tmp_path / "nothing")
    assert list(tmp_path.iterdir()) == []
