"""What a command takes in sum is bounded: it ends, no result is made up, and nothing of it stays."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.errors import NotPlayableError
from builder.sandbox.isolation import Isolation
from builder.sandbox.isolation.bounds import MAX_DEPTH
from builder.sandbox.process import run_command
from builder.sandbox.processes import children, deleted_bytes, descendants, resident_bytes
from builder.sandbox.tree import Tree
from builder.sandbox.watch import Held, measure
from builder.sandbox.workcopy import WorkCopy


@pytest.fixture
def copy(tree: Tree) -> Iterator[WorkCopy]:
    with WorkCopy(tree) as made:
        yield made


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("for i in 1 2 3 4 5 6 7; do head -c 50000000 /dev/zero > f$i; done; sleep 20", "bytes"),
        ("python3 -c 'for i in range(20_000): open(str(i), \"w\")'; sleep 20", "files"),
        (f"for i in $(seq {MAX_DEPTH + 1}); do mkdir d; cd d; done; sleep 20", "deep"),
    ],
)
def test_a_command_that_fills_the_workspace_is_not_played(
    copy: WorkCopy, level: Isolation, command: str, words: str
) -> None:
    disk = copy.directory(writable=True).parent
    with pytest.raises(NotPlayableError, match=words):
        run_command(command, copy, level, merge=True, timeout_s=50)
    assert not disk.exists()
    assert run_command("cat a.txt", copy, level, merge=True).stdout == "one\n"


def test_bytes_in_deleted_files_count_too(copy: WorkCopy, level: Isolation) -> None:
    command = 'for i in 3 4 5 6 7 8; do eval "exec $i>f"; rm f; head -c 50000000 /dev/zero >&$i; done; sleep 60'
    with pytest.raises(NotPlayableError, match="bytes"):
        run_command(command, copy, level, merge=True, timeout_s=50)


def test_files_in_the_private_memory_count_too(copy: WorkCopy, bubblewrap: Isolation) -> None:
    command = 'python3 -c \'for i in range(20_000): open(f"/tmp/{i}", "w")\'; sleep 60'
    with pytest.raises(NotPlayableError, match="/tmp"):
        run_command(command, copy, bubblewrap, merge=True, timeout_s=50)


@pytest.mark.parametrize("name", ["landlock", "limits"])
def test_processes_are_counted_where_the_system_does_not_limit_them(
    copy: WorkCopy, name: str, request: pytest.FixtureRequest
) -> None:
    isolation: Isolation = request.getfixturevalue(name)
    command = "for i in $(seq 300); do sleep 20 & done; sleep 20"
    with pytest.raises(NotPlayableError, match="processes"):
        run_command(command, copy, isolation, merge=True, timeout_s=50)


def test_the_system_limits_processes_where_it_can(copy: WorkCopy, bubblewrap: Isolation) -> None:
    command = "for i in $(seq 300); do sleep 20 & done; echo started"
    done = run_command(command, copy, bubblewrap, merge=False, timeout_s=3)
    assert "started" not in done.stdout
    assert "fork: " in done.stderr


def test_what_was_there_before_is_not_held_against_a_command(
    folder: Path, level: Isolation
) -> None:
    for number in range(MAX_DEPTH + 5):
        folder /= f"d{number}"
    folder.mkdir(parents=True)
    with WorkCopy(Tree(folder.parents[MAX_DEPTH + 4], "/workspace")) as copy:
        assert run_command("cat a.txt", copy, level, merge=True).stdout == "one\n"


def test_folders_are_measured(folder: Path) -> None:
    assert measure([folder]) == Held(size=27, entries=4, depth=2)
    assert measure([folder / "nothing"]) == Held(0, 0, 1)
    assert measure([folder], enough=1).entries <= 4


def test_processes_and_what_they_hold_are_known(tmp_path: Path) -> None:
    file = (tmp_path / "deleted").open("wb")
    file.write(b"x" * 100_000)
    file.flush()
    (tmp_path / "deleted").unlink()
    with (
        file,
        subprocess.Popen(
            ["/bin/sh", "-c", "sleep 20 & wait"], stdout=file, stdin=subprocess.PIPE
        ) as shell,
    ):
        while not children(shell.pid):
            assert shell.poll() is None
        (below,) = children(shell.pid)
        assert {shell.pid, below} <= set(descendants(os.getpid()))
        assert deleted_bytes([shell.pid, below]) >= 100_000
        shell.kill()
        os.kill(below, 9)
    assert resident_bytes(os.getpid()) > 5_000_000
    assert resident_bytes(shell.pid) == 0
    assert children(shell.pid) == []
