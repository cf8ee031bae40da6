"""Copies are cheap, apart from one another, and give back what a process did; nothing leads out of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from builder.errors import NotPlayableError
from builder.sandbox.tree import MAX_FILE_BYTES, Tree
from builder.sandbox.workcopy import MAX_COPIED_BYTES, WorkCopy


def test_reading_and_editing_touch_no_disk(tree: Tree) -> None:
    with WorkCopy(tree) as copy:
        assert copy.directory(writable=False) == tree.directory
        copy.write_text("a.txt", "changed\n")
        assert copy.read_text("a.txt") == "changed\n"
        assert (tree.directory / "a.txt").read_text() == "one\n"
        assert tree.read("a.txt") == b"one\n"


def test_the_directory_is_shared_until_something_changes(tree: Tree) -> None:
    with WorkCopy(tree) as copy:
        assert copy.directory(writable=False) == tree.directory
        own = copy.directory(writable=True)
        assert own != tree.directory
        assert copy.directory(writable=False) == own


def test_a_process_sees_what_was_edited(tree: Tree) -> None:
    with WorkCopy(tree) as copy:
        copy.write_text("new/deep.txt", "x")
        own = copy.directory(writable=False)
        assert (own / "new" / "deep.txt").read_text() == "x"
        copy.write_text("new/deep.txt", "y")
        assert copy.directory(writable=False) == own
        assert (own / "new" / "deep.txt").read_text() == "y"


def test_copies_do_not_see_each_other(tree: Tree) -> None:
    with WorkCopy(tree) as one, WorkCopy(tree) as other:
        one.write_text("a.txt", "changed\n")
        (one.directory(writable=True) / "src" / "b.txt").unlink()
        one.take_back()
        assert other.read_text("a.txt") == "one\n"
        assert (other.directory(writable=True) / "src" / "b.txt").read_text() == "two\n"


def _look(own: Path) -> None:
    assert (own / "a.txt").read_text() == "one\n"


def _create(own: Path) -> None:
    (own / "new").mkdir()
    (own / "new" / "c.txt").write_text("three\n")


def _change(own: Path) -> None:
    (own / "a.txt").write_text("1\n")


def _change_as_long(own: Path) -> None:
    (own / "a.txt").write_text("uno\n")


def _remove(own: Path) -> None:
    (own / "src" / "b.txt").unlink()


def _swap(own: Path) -> None:
    (own / "src" / "b.txt").unlink()
    (own / "src").rmdir()
    (own / "src").write_text("file\n")


@pytest.mark.parametrize(
    ("act", "changes"),
    [
        (_look, {}),
        (_create, {"new/c.txt": b"three\n"}),
        (_change, {"a.txt": b"1\n"}),
        (_change_as_long, {"a.txt": b"uno\n"}),
        (_remove, {"src/b.txt": None}),
        (_swap, {"src/b.txt": None, "src": b"file\n"}),
    ],
)
def test_what_a_process_did_comes_back(
    tree: Tree, act: Callable[[Path], None], changes: dict[str, bytes | None]
) -> None:
    with WorkCopy(tree) as copy:
        act(copy.directory(writable=True))
        copy.take_back()
        assert copy.changes == changes
        copy.write_text("later.txt", "x")
        own = copy.directory(writable=True)
        assert [Tree(own, "/workspace").entries.keys()] == [set(copy.paths())]


def test_a_file_that_was_removed_can_be_written_again(tree: Tree) -> None:
    with WorkCopy(tree) as copy:
        (copy.directory(writable=True) / "a.txt").unlink()
        copy.take_back()
        assert not copy.is_file("a.txt")
        with pytest.raises(FileNotFoundError):
            copy.read_bytes("a.txt")
        with pytest.raises(FileNotFoundError):
            copy.entry("a.txt")
        copy.write_text("a.txt", "again")
        assert (copy.directory(writable=True) / "a.txt").read_text() == "again"
        assert copy.entry("a.txt").size == 5


def test_folders_come_and_go_with_processes(tree: Tree) -> None:
    with WorkCopy(tree) as copy:
        own = copy.directory(writable=True)
        (own / "empty" / "inner").mkdir(parents=True)
        _remove(own)
        (own / "src").rmdir()
        copy.take_back()
        assert copy.children(".") == [("a.txt", False), ("empty", True), ("run.sh", False)]
        assert copy.children("empty") == [("inner", True)]
        assert copy.is_dir("empty/inner")
        assert not copy.is_dir("src")


def test_a_folder_without_files_is_copied(folder: Path) -> None:
    (folder / "empty").mkdir()
    with WorkCopy(Tree(folder, "/workspace")) as copy:
        assert ("empty", True) in copy.children(".")
        assert (copy.directory(writable=True) / "empty").is_dir()


def test_paths_and_names_are_sorted(tree: Tree) -> None:
    with WorkCopy(tree) as copy:
        assert copy.paths() == ["a.txt", "run.sh", "src/b.txt"]
        copy.write_text("b/x", "")
        copy.write_text("b.txt", "")
        assert copy.paths() == ["a.txt", "b.txt", "b/x", "run.sh", "src/b.txt"]
        assert copy.children("b") == [("x", False)]
        assert copy.children("nowhere") == []


def test_a_copy_keeps_rights_and_times(tree: Tree) -> None:
    with WorkCopy(tree) as copy:
        copied, given = copy.directory(writable=True) / "run.sh", tree.directory / "run.sh"
        assert os.access(copied, os.X_OK)
        assert copied.stat().st_mtime_ns == given.stat().st_mtime_ns
        copy.write_text("run.sh", "#!/bin/sh\necho edited\n")
        assert os.access(copy.directory(writable=True) / "run.sh", os.X_OK)


def test_closing_removes_what_stood_on_disk(tree: Tree) -> None:
    copy = WorkCopy(tree)
    own = copy.directory(writable=True)
    copy.close()
    assert not own.parent.exists()
    copy.close()
    assert tree.directory.is_dir()


def test_leaving_with_an_error_removes_what_stood_on_disk(tree: Tree) -> None:
    places = []

    def fail() -> None:
        with WorkCopy(tree) as copy:
            places.append(copy.directory(writable=True))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not places[0].parent.exists()


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("a.txt", "a.txt"),
        ("./src//b.txt", "src/b.txt"),
        ("src/../a.txt", "a.txt"),
        ("/workspace/src/", "src"),
        (".", "."),
        ("", "."),
        ("/workspace", "."),
        ("..", None),
        ("../workspace/a.txt", "a.txt"),
        ("/workspace2/a.txt", None),
        ("/etc/passwd", None),
        ("src/../../x", None),
        (".gitignore", ".gitignore"),
        ("src/.git", "src/.git"),
    ],
)
def test_a_path_is_inside_or_none(tree: Tree, given: str, path: str | None) -> None:
    with WorkCopy(tree) as copy:
        assert copy.resolve(given) == path


@pytest.mark.parametrize("path", [".git", ".git/config", "/workspace/.git/hooks/x", "src/../.git"])
def test_gits_own_files_belong_to_no_tool(tree: Tree, path: str) -> None:
    with WorkCopy(tree) as copy, pytest.raises(NotPlayableError):
        copy.resolve(path)


def test_git_is_copied_for_processes_only(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    with WorkCopy(Tree(folder, "/workspace")) as copy:
        own = copy.directory(writable=True)
        (own / ".git" / "HEAD").write_text("ref: refs/heads/other\n")
        copy.take_back()
        assert not copy.changes
        assert ".git" not in dict(copy.children("."))


def test_a_file_that_points_to_a_repository_elsewhere_is_left_out(folder: Path) -> None:
    (folder / ".git").write_text("gitdir: /elsewhere\n")
    with WorkCopy(Tree(folder, "/workspace")) as copy:
        assert not (copy.directory(writable=True) / ".git").exists()


@pytest.mark.parametrize(
    "path", ["src", "a.txt/x", "run.sh/deep/x", ".", "n" * 256, "d/" * 600 + "x", "a\0b", "\udce9"]
)
def test_where_no_file_can_be_none_is_written(tree: Tree, path: str) -> None:
    with WorkCopy(tree) as copy:
        with pytest.raises(NotPlayableError):
            copy.write_text(path, "x")
        assert not copy.changes


def test_a_file_may_not_outgrow_the_limit(tree: Tree) -> None:
    with WorkCopy(tree) as copy:
        copy.write_text("a.txt", "x" * MAX_FILE_BYTES)
        with pytest.raises(NotPlayableError):
            copy.write_text("a.txt", "x" * (MAX_FILE_BYTES + 1))
        assert copy.entry("a.txt").size == MAX_FILE_BYTES


def test_links_devices_and_other_encodings_are_left_out(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "file").symlink_to(tmp_path / "secret.txt")
    (folder / "dir").symlink_to(tmp_path)
    (folder / "src" / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    (folder / os.fsdecode(b"caf\xe9")).mkdir()
    (folder / os.fsdecode(b"caf\xe9") / "x.txt").write_text("x")
    tree = Tree(folder, "/workspace")
    assert list(tree.entries) == ["a.txt", "run.sh", "src/b.txt"]
    assert tree.folders == {".", "src"}
    with WorkCopy(tree) as copy:
        own = copy.directory(writable=False)
        assert own != tree.directory
        assert {path.name for path in own.rglob("*")} == {"a.txt", "run.sh", "src", "b.txt"}


def test_text_of_another_encoding_is_shown_with_replacements(folder: Path) -> None:
    (folder / "a.txt").write_bytes(b"caf\xe9\r\n\0")
    with WorkCopy(Tree(folder, "/workspace")) as copy:
        assert copy.read_text("a.txt") == "caf\ufffd\r\n\0"
        assert copy.read_bytes("a.txt") == b"caf\xe9\r\n\0"


def test_a_large_file_is_listed_but_not_read_and_processes_have_it(folder: Path) -> None:
    (folder / "large.bin").touch()
    os.truncate(folder / "large.bin", 100_000_000)
    with WorkCopy(Tree(folder, "/workspace")) as copy:
        assert copy.entry("large.bin") == (100_000_000, False)
        with pytest.raises(PermissionError):
            copy.read_bytes("large.bin")
        with pytest.raises(NotPlayableError):
            copy.read_text("large.bin")
        own = copy.directory(writable=True)
        assert (own / "large.bin").stat().st_size == 100_000_000
        copy.take_back()
        assert not copy.changes
        os.truncate(own / "large.bin", 90_000_000)
        with pytest.raises(NotPlayableError, match=r"large\.bin"):
            copy.take_back()


def test_a_large_file_that_a_process_made_ends_the_playing(tree: Tree) -> None:
    with WorkCopy(tree) as copy:
        made = copy.directory(writable=True) / "made.bin"
        made.touch()
        os.truncate(made, MAX_FILE_BYTES + 1)
        with pytest.raises(NotPlayableError, match=r"made\.bin"):
            copy.take_back()


def test_too_large_a_tree_is_not_copied(folder: Path) -> None:
    (folder / "large.bin").touch()
    os.truncate(folder / "large.bin", MAX_COPIED_BYTES + 1)
    with WorkCopy(Tree(folder, "/workspace")) as copy:
        assert copy.directory(writable=False) == folder
        with pytest.raises(NotPlayableError):
            copy.directory(writable=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_stays_what_it_is(folder: Path) -> None:
    (folder / "a.txt").chmod(0)
    with WorkCopy(Tree(folder, "/workspace")) as copy:
        with pytest.raises(PermissionError):
            copy.read_bytes("a.txt")
        assert not os.access(copy.directory(writable=True) / "a.txt", os.R_OK)
        copy.take_back()
        assert not copy.changes


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    made = tmp_path / "elsewhere"
    made.mkdir()
    (made / "b.txt").write_text("mine\n")
    return made


def test_nothing_is_written_through_a_link(tree: Tree, elsewhere: Path) -> None:
    with WorkCopy(tree) as copy:
        own = copy.directory(writable=True)
        (own / "way").symlink_to(elsewhere)
        (own / "file.txt").symlink_to(elsewhere / "b.txt")
        copy.take_back()
        assert not copy.changes
        for path in ("way/new.txt", "way/b.txt", "file.txt"):
            with pytest.raises(NotPlayableError):
                copy.write_text(path, "x")
        copy.directory(writable=True)
    assert [path.name for path in elsewhere.iterdir()] == ["b.txt"]
    assert (elsewhere / "b.txt").read_text() == "mine\n"


def test_nothing_is_removed_or_restored_through_a_link(tree: Tree, elsewhere: Path) -> None:
    with WorkCopy(tree) as copy:
        copy.write_text("src/b.txt", "edited\n")
        own = copy.directory(writable=True)
        _remove(own)
        (own / "src").rmdir()
        (own / "src").symlink_to(elsewhere)
        copy.take_back()
        assert copy.changes == {"src/b.txt": None}
        copy.write_text("a.txt", "edited\n")
        copy.directory(writable=True)
    assert (elsewhere / "b.txt").read_text() == "mine\n"


def test_a_tree_has_a_revision_of_its_contents(folder: Path) -> None:
    first = Tree(folder, "/workspace").revision
    assert Tree(folder, "/elsewhere").revision == first
    (folder / "a.txt").write_text("two\n")
    assert Tree(folder, "/workspace").revision != first
    assert len(first) == 12
