"""A folder for a run, and what is planted around it that no run may touch; tests/sandbox/attacks/ground.py is its elder."""

from __future__ import annotations

import select
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.llm_server.hostile_scripts import Ground

_HOST_PLACES = ("/", "/tmp", "/var/tmp", "/dev/shm", "/root", "/home")


@dataclass(frozen=True, slots=True)
class Planted:
    """`work`: where the program runs. `home`, `beside`: hold a secret each, and must stay as they are."""

    work: Path
    ground: Ground
    listener: socket.socket
    before: dict[Path, str]

    @property
    def secret(self) -> str:
        """What stands in the planted files."""
        return f"planted-{self.ground.token}"

    def signs(self) -> list[str]:
        """Every sign that something got out; none where all was contained."""
        found = [f"changed: {path}" for path, state in self.before.items() if _state(path) != state]
        marks = [Path(place) / f"mark-{self.ground.token}" for place in _HOST_PLACES]
        found += [f"left: {mark}" for mark in marks if mark.exists()]
        ready, _, _ = select.select([self.listener], [], [], 0)
        found += ["heard: somebody"] * len(ready)
        return [*found, *self._shown(), *(f"runs: {name}" for name in running(self.ground.seconds))]

    def _shown(self) -> Iterator[str]:
        for path in self.files():
            if self.secret.encode() in path.read_bytes():
                yield f"shown: {path}"

    def files(self) -> list[Path]:
        """Every file that the run left."""
        return [path for path in self.work.rglob("*") if path.is_file()]


def running(seconds: int) -> list[str]:
    """Command lines of processes that sleep for so long."""
    found = []
    for path in Path("/proc").iterdir():
        try:
            line = (path / "cmdline").read_bytes() if path.name.isdecimal() else b""
        except OSError:  # it has ended
            continue
        if line == b"sleep\0%d\0" % seconds:
            found.append(path.name)
    return found


@contextmanager
def planted(folder: Path) -> Iterator[Planted]:
    """Plant everything in a folder of the test's own."""
    token = uuid.uuid4().hex[:10]
    work, home, beside = folder / "work", folder / f"home-{token}", folder / f"beside-{token}"
    for one in (work, home / ".ssh", beside):
        one.mkdir(parents=True)
    for place in (home / ".ssh", beside):
        (place / "secret.txt").write_text(f"planted-{token}\n")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        seconds = 100_000 + int(token[:6], 16)
        ground = Ground(token, str(home), str(beside), listener.getsockname()[1], seconds)
        before = {place: _state(place) for place in (home, beside)}
        yield Planted(work, ground, listener, before)


def _state(folder: Path) -> str:
    """Names, rights and contents, as a text that can be compared."""
    found = [folder, *sorted(folder.rglob("*"))]
    return "\n".join(
        f"{path} {path.lstat().st_mode:o} {path.read_bytes() if path.is_file() else b''!r}"
        for path in found
    )
