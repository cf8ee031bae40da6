"""What each level stops, and, so that these tests can fail, what the lower one does not."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.errors import UsageError
from builder.sandbox.isolation import (
    FILE_BYTES,
    Bubblewrap,
    Isolation,
    Landlock,
    ResourceLimits,
    best_isolation,
    describe_isolation,
    isolation_level,
    require_strong_isolation,
    secret_free_environment,
)
from builder.sandbox.process import run_command
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy


@pytest.fixture
def copy(tree: Tree) -> Iterator[WorkCopy]:
    with WorkCopy(tree) as made:
        yield made


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server on this machine's own network, as a user might have running."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        yield server


def _knock(server: socket.socket) -> str:
    return f"echo hello > /dev/tcp/127.0.0.1/{server.getsockname()[1]}"


def test_no_network_is_reached(
    copy: WorkCopy, bubblewrap: Isolation, listener: socket.socket
) -> None:
    done = run_command(_knock(listener), copy, bubblewrap, merge=False)
    assert done.exit_code != 0
    with pytest.raises(TimeoutError):
        listener.accept()


def test_limits_alone_do_not_stop_the_network(copy: WorkCopy, listener: socket.socket) -> None:
    done = run_command(_knock(listener), copy, ResourceLimits(), merge=False)
    assert done.exit_code == 0
    listener.accept()[0].close()


def test_no_file_of_the_user_is_read(copy: WorkCopy, bubblewrap: Isolation, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("planted\n")
    for place in (secret, "/etc/passwd", "/etc/hostname", "/proc/1/root/etc/passwd"):
        done = run_command(f"cat {place}", copy, bubblewrap, merge=False)
        assert (done.stdout, done.exit_code) == ("", 1)
    home = run_command(f"ls -A {Path.home()}", copy, bubblewrap, merge=False)
    assert (home.stdout, home.exit_code) == ("", 2)


def test_limits_alone_do_not_stop_reading(copy: WorkCopy, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("planted\n")
    assert run_command(f"cat {secret}", copy, ResourceLimits(), merge=False).stdout == "planted\n"


def test_a_link_out_of_the_workspace_leads_nowhere(
    copy: WorkCopy, bubblewrap: Isolation, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("planted\n")
    (copy.directory(writable=True) / "link").symlink_to(tmp_path)
    done = run_command("cat link/secret.txt; echo x > link/new.txt", copy, bubblewrap, merge=False)
    assert done.stdout == ""
    assert not (tmp_path / "new.txt").exists()
    assert not copy.changes


def test_nothing_is_written_outside_of_the_workspace(
    copy: WorkCopy, bubblewrap: Isolation, tmp_path: Path
) -> None:
    places = [tmp_path, "", "/usr", "/bin", "/etc", "/dev", "/proc"]
    command = "; ".join(f"echo x > {place}/mark" for place in places)
    done = run_command(f"{command}; touch /tmp/mark", copy, bubblewrap, merge=False)
    assert len(done.stderr.splitlines()) == len(places)
    assert not (tmp_path / "mark").exists()
    assert not Path("/tmp/mark").exists()


def test_the_folders_for_temporary_files_are_fresh_and_small(
    copy: WorkCopy, bubblewrap: Isolation
) -> None:
    for place in ("/tmp", "/dev/shm"):
        command = f"ls -A {place}; echo x > {place}/x; cat {place}/x; df --output=size -B1 {place}"
        for _ in range(2):
            done = run_command(command, copy, bubblewrap, merge=False)
            assert done.stdout.split() == ["x", "1B-blocks", str(FILE_BYTES)]


def test_no_other_process_is_seen(copy: WorkCopy, bubblewrap: Isolation) -> None:
    done = run_command("ls /proc | grep -c '^[0-9]'", copy, bubblewrap, merge=False)
    assert int(done.stdout) < 8


def test_a_command_has_no_rights_and_gets_none(copy: WorkCopy, bubblewrap: Isolation) -> None:
    command = "id -u; grep CapEff /proc/self/status; hostname; unshare -U true && echo made"
    done = run_command(command, copy, bubblewrap, merge=False)
    assert done.stdout == "65534\nCapEff:\t0000000000000000\nsandbox\n"


def test_a_command_is_told_a_few_harmless_things(copy: WorkCopy, bubblewrap: Isolation) -> None:
    shown = run_command("env", copy, bubblewrap, merge=False).stdout
    names = {line.partition("=")[0] for line in shown.splitlines()}
    assert names <= {"PATH", "HOME", "LANG", "TZ", "TERM", "PWD", "SHLVL", "_", "LD_LIBRARY_PATH"} | {
        "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_PAGER", "GIT_OPTIONAL_LOCKS"
    }  # fmt: skip
    assert "HOME=/tmp\n" in shown


def test_our_own_helpers_get_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted")
    environment = secret_free_environment()
    assert environment["PATH"] == os.environ["PATH"]
    assert "sk-planted" not in environment.values()


def test_the_best_level_is_one_that_was_tried() -> None:
    best = best_isolation()
    assert isolation_level(best.name).name == best.name
    assert best_isolation() is best


@pytest.mark.parametrize("answer", ["exit 1", "echo works; echo seen; echo done", "sleep 0.1"])
def test_a_level_that_cannot_start_or_shows_files_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    (tmp_path / "bwrap").write_text(f"#!/bin/sh\n{answer}\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert best_isolation.__wrapped__().name != "bubblewrap"
    with pytest.raises(UsageError, match="apt-get install bubblewrap"):
        isolation_level.__wrapped__("bubblewrap")


def test_an_unknown_level_lists_the_ones_there_are() -> None:
    with pytest.raises(
        UsageError, match=r"'bublewrap'. Did you mean 'bubblewrap'.*landlock, limits"
    ):
        isolation_level("bublewrap")


def test_limits_are_a_level_everywhere() -> None:
    assert isolation_level("limits").name == "limits"


@pytest.mark.parametrize("weak", [Landlock(), ResourceLimits()])
def test_commands_of_a_model_need_the_strong_level_or_a_word_of_the_user(weak: Isolation) -> None:
    require_strong_isolation(Bubblewrap("bwrap"), allow_weak=False)
    require_strong_isolation(weak, allow_weak=True)
    with pytest.raises(UsageError, match=r"apt-get install bubblewrap.*--allow-weak-sandbox"):
        require_strong_isolation(weak, allow_weak=False)


@pytest.mark.parametrize(
    ("isolation", "words"),
    [
        (Bubblewrap("bwrap"), "no network"),
        (Landlock(), "Landlock: no network"),
        (ResourceLimits(), "apt-get install bubblewrap"),
    ],
)
def test_a_level_is_described_in_a_line(isolation: Isolation, words: str) -> None:
    described = describe_isolation(isolation)
    assert words in described
    assert "\n" not in described
