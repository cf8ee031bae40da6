"""What the level landlock stops, and what it does not."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.errors import NotPlayableError
from builder.sandbox.isolation import Isolation
from builder.sandbox.launcher.kernel import landlock_version
from builder.sandbox.launcher.order import Order, read_order
from builder.sandbox.process import run_command
from builder.sandbox.removal import remove_tree
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy

_SCOPED = 6
"""The version of Landlock from which on signals do not get out."""


@pytest.fixture
def copy(tree: Tree) -> Iterator[WorkCopy]:
    with WorkCopy(tree) as made:
        yield made


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    made = tmp_path / "outside"
    (made / "folder").mkdir(parents=True)
    (made / "file").write_text("planted\n")
    return made


@pytest.mark.parametrize(
    "command",
    [
        "cat {}/file",
        "ls {}",
        "echo x > {}/file",
        "echo x > {}/new",
        "truncate -s 0 {}/file",
        "python3 -c 'import os; os.truncate(\"{}/file\", 0)'",
        "rm {}/file",
        "rmdir {}/folder",
        "mkdir {}/new",
        "mkfifo {}/new",
        "ln -s x {}/new",
        "ln {}/file here",
        "mv {}/file here",
        "mv a.txt {}/new",
        "ln -s {}/file here && cat here",
        "cp {}/file here",
        "cd {} && cat file",
        "git -C {} init",
        "cat /etc/passwd",
        "cat /proc/1/cmdline",
        "cat /proc/$PPID/environ",
        "ls /",
        "ls /tmp",
        "echo x > /tmp/x",
        "echo x > /dev/shm/x",
        "python3 -c 'import socket; socket.socket(socket.AF_UNIX)'",
        "python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)'",
        "chown 1 a.txt",
        "mount -t tmpfs none src",
        "unshare -U true",
        "renice 5 -p $PPID",
    ],
)
def test_nothing_outside_is_reached(
    copy: WorkCopy, landlock: Isolation, outside: Path, command: str
) -> None:
    done = run_command(command.format(*[outside] * 2), copy, landlock, merge=False)
    assert done.exit_code != 0
    assert done.stdout == ""
    assert (outside / "file").read_text() == "planted\n"
    assert {path.name for path in outside.iterdir()} == {"file", "folder"}


def test_names_and_permissions_outside_are_not_shielded(
    copy: WorkCopy, landlock: Isolation, outside: Path
) -> None:
    done = run_command(
        f"stat -c %s {outside}/file; chmod 640 {outside}/file", copy, landlock, merge=True
    )
    assert (done.stdout, done.exit_code) == ("8\n", 0)
    assert (outside / "file").stat().st_mode & 0o777 == 0o640


def test_no_network_is_reached(copy: WorkCopy, landlock: Isolation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        knock = f"echo hello > /dev/tcp/127.0.0.1/{server.getsockname()[1]}"
        assert run_command(knock, copy, landlock, merge=False).exit_code != 0
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_service_of_the_users_is_not_reached(
    copy: WorkCopy, landlock: Isolation, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "agent"))
        server.listen()
        program = f"import socket; socket.socket(socket.AF_UNIX).connect('{tmp_path}/agent')"
        done = run_command(["python3", "-c", program], copy, landlock, merge=False)
        assert "PermissionError" in done.stderr


@pytest.mark.parametrize(
    ("command", "out"),
    [
        ("cat <(echo one) - < a.txt", "one\none\n"),
        ("echo shown > /dev/stdout; echo gone > /dev/null", "shown\n"),
        ("mkfifo pipe && (echo through > pipe &) && cat pipe && rm pipe", "through\n"),
        ("mkdir x && mv a.txt x/ && ln -s x/a.txt y && cat y", "one\n"),
        ("f=$(mktemp) && echo kept > $f && cat $f && dirname $f", "kept\n/tmp\n"),
        ("head -c 3 /dev/zero | wc -c", "3\n"),
        ("git init -q . && git add a.txt && git status --short a.txt", "A  a.txt\n"),
        ("python3 -c 'import subprocess as s; print(s.check_output([\"echo\", \"x\"]))'", "b'x\\n'\n"),
        ("yes | head -1", "y\n"),
        ("ulimit -u 50; ulimit -u", "50\n"),
        ("echo $HOME | grep -c command-", "1\n"),
    ],
)  # fmt: skip
def test_ordinary_work_goes_on(copy: WorkCopy, landlock: Isolation, command: str, out: str) -> None:
    done = run_command(command, copy, landlock, merge=True)
    assert (done.stdout, done.exit_code) == (out, 0)


@pytest.mark.skipif(landlock_version() < _SCOPED, reason="signals get out before version 6")
def test_the_launcher_and_the_builder_get_no_signals(copy: WorkCopy, landlock: Isolation) -> None:
    command = f"kill -9 $PPID; kill -0 {os.getpid()}; kill -9 -1; echo alive"
    done = run_command(command, copy, landlock, merge=False)
    assert done.stdout == "alive\n"
    assert done.stderr.count("not permitted") == 3


BEAT = "while :; do echo x >> beat; sleep 0.02; done"


def _is_still_beating(directory: Path) -> bool:
    before = (directory / "beat").stat().st_size
    time.sleep(0.3)
    return (directory / "beat").stat().st_size != before


@pytest.mark.parametrize("rest", ["sleep 0.3", "sleep 20", "exec >&- 2>&-; sleep 20"])
def test_a_daemon_that_forks_twice_ends_too(copy: WorkCopy, landlock: Isolation, rest: str) -> None:
    daemon = f"(setsid bash -c '(trap \"\" TERM HUP; {BEAT}) & exit' >/dev/null 2>&1 &); {rest}"
    run_command(daemon, copy, landlock, merge=True, timeout_s=1)
    assert not _is_still_beating(copy.directory(writable=True))


def test_all_ends_with_the_builder(landlock: Isolation, folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from builder.sandbox.isolation import isolation_level\n"
        "from builder.sandbox.isolation.start import started\n"
        "prepared = isolation_level('landlock').prepare(sys.argv[2], Path(sys.argv[1]), '/w')\n"
        "with started(prepared, stderr=2) as process: process.wait()\n"
    )
    command = f"echo $TMPDIR > scratch; setsid bash -c '{BEAT}' & sleep 20"
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder), command], cwd=root
    ) as builder:
        deadline = time.monotonic() + 20
        while not (folder / "beat").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        builder.send_signal(signal.SIGKILL)
    time.sleep(0.5)
    assert not _is_still_beating(folder)
    remove_tree(Path((folder / "scratch").read_text().strip()))  # of a killed builder it stays


def test_the_private_folder_is_gone_afterwards(copy: WorkCopy, landlock: Isolation) -> None:
    prepared = landlock.prepare("true", copy.directory(writable=True), copy.root)
    assert prepared.scratch is not None
    before = set(prepared.scratch.parent.glob("command-*"))
    run_command("mkdir $TMPDIR/x; echo x > $HOME/x/y", copy, landlock, merge=True)
    assert not set(prepared.scratch.parent.glob("command-*")) - before


def test_an_order_is_read_as_it_was_written(tmp_path: Path) -> None:
    order = Order(["sh", "-c", "a=b\n"], ["/usr"], ["/w", "/x=y"], ["/dev/null"], b"\1\2", 7)
    (tmp_path / "order").write_bytes(order.written())
    with (tmp_path / "order").open("rb") as file:
        assert vars(read_order(file.fileno())) == vars(order)


@pytest.mark.parametrize("argument", ["a\0b", "\ud800", "x" * 131_072])
def test_what_no_process_can_be_given_is_not_played(
    landlock: Isolation, folder: Path, argument: str
) -> None:
    with pytest.raises(NotPlayableError):
        landlock.prepare(["echo", argument], folder, "/w")
