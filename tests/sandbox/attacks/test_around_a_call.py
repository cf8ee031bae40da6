"""Attacks that need more than a command: a builder that is killed, a terminal that it was started from, a server that is asked."""

from __future__ import annotations

import os
import pty
import select
import socket
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from builder.sandbox.process import run_command
from builder.sandbox.removal import remove_tree
from tests.conftest import ROOT
from tests.sandbox.attacks.conftest import level_named
from tests.sandbox.attacks.ground import Ground
from tests.sandbox.attacks.offspring import no_offspring_within, offspring
from tests.sandbox.attacks.table import LEVELS

_BUILDER = """
import fcntl, os, sys, termios
from pathlib import Path
from builder.sandbox.isolation import isolation_level
from builder.sandbox.process import run_command
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy
level, folder, command = sys.argv[1:]
if os.isatty(0):
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
with WorkCopy(Tree(Path(folder), "/workspace")) as copy:
    sys.stderr.write(f"{copy.directory(writable=True)}\\n")
    sys.stderr.flush()
    done = run_command(command, copy, isolation_level(level), merge=True, timeout_s=20)
    sys.stderr.write(done.stdout)
"""
_TYPE = """
python3 - <<'X'
import fcntl, os, termios
for place in ("/dev/tty", "/proc/self/fd/0", "/dev/console"):
    try:
        terminal = os.open(place, os.O_RDWR | os.O_NOCTTY)
        os.write(terminal, b"SEEN")
        for letter in b"TYPED":
            fcntl.ioctl(terminal, termios.TIOCSTI, bytes([letter]))
    except OSError as error:
        print("refused:", error)
X
echo end"""


def _builder(
    level: str, folder: Path, command: str, stdin: int = subprocess.DEVNULL
) -> subprocess.Popen[str]:
    level_named(level)
    return subprocess.Popen(
        [sys.executable, "-c", _BUILDER, level, str(folder), command],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=stdin, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
def test_a_command_ends_when_the_builder_is_killed(level: str, ground: Ground) -> None:
    """At the level `limits` it goes on, until it has used up its processor time: nobody is left to end it."""
    known = set(offspring())
    with _builder(level, ground.copy.tree.directory, "sleep 47 | sleep 47 & sleep 47") as builder:
        assert builder.stderr is not None
        place = Path(builder.stderr.readline().strip())
        while sum(name == "sleep" for name in offspring().values()) < 3:
            time.sleep(0.02)
            assert builder.poll() is None
        builder.kill()
    left = no_offspring_within(0.3 if level == "limits" else 10.0, known)
    remove_tree(place.parent)
    assert ("sleep" in left) == (level == "limits"), left


@pytest.mark.parametrize("level", LEVELS)
def test_a_command_does_not_type_into_the_terminal(level: str, ground: Ground) -> None:
    screen, terminal = pty.openpty()
    try:
        with _builder(level, ground.copy.tree.directory, _TYPE, stdin=terminal) as builder:
            assert builder.stderr is not None
            said = builder.stderr.read()
        assert "refused: " in said
        assert said.endswith("end\n")
        assert _waiting(screen) == b""
        assert _typed(terminal) == 0
    finally:
        os.close(screen)
        os.close(terminal)


def _waiting(screen: int) -> bytes:
    ready, _, _ = select.select([screen], [], [], 0.1)
    return os.read(screen, 4096) if ready else b""


def _typed(terminal: int) -> int:
    """Bytes that wait to be read as if somebody had typed them."""
    settings = termios.tcgetattr(terminal)
    settings[3] &= ~termios.ICANON
    termios.tcsetattr(terminal, termios.TCSANOW, settings)
    ready, _, _ = select.select([terminal], [], [], 0)
    return len(ready)


def _tcp(port: int, ground: Ground) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=0.2).close()


def _abstract(port: int, ground: Ground) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(f"\0mark-{ground.token}")


_SERVERS: dict[str, tuple[str, Callable[[int, Ground], None]]] = {
    "TCP": ("server = socket.create_server(('0.0.0.0', PORT))", _tcp),
    "a Unix socket without a path": ("server = socket.socket(socket.AF_UNIX); server.bind('\\0mark-TOKEN'); server.listen()", _abstract),
}  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", _SERVERS)
def test_a_server_in_a_command_is_not_there_for_others(
    kind: str, level: str, ground: Ground
) -> None:
    isolation = level_named(level)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    serve, knock = _SERVERS[kind]
    script = f"import socket, time; {serve}; open('ready', 'w').close(); time.sleep(0.6); print('served')"
    script = script.replace("PORT", str(port)).replace("TOKEN", ground.token)
    answered: list[bool] = []

    def ask() -> None:
        deadline = time.monotonic() + 10
        while not (ground.place / "ready").exists() and time.monotonic() < deadline:
            if finished.wait(0.01):
                return
        try:
            knock(port, ground)
            answered.append(True)
        except OSError:
            answered.append(False)

    finished = threading.Event()
    asking = threading.Thread(target=ask)
    asking.start()
    done = run_command(f'python3 -c "{script}"', ground.copy, isolation, merge=True)
    finished.set()
    asking.join()
    if level == "limits":
        assert answered == [True], done
    else:
        assert answered == [False] or "Error" in done.stdout, done
