"""The ground of an attack: what a command must not reach, planted anew for each case, and the signs that it did.

Everything planted carries the token of its case, so that cases that run side by side do not see one another: a secret
reads `planted-<token>-<kind>`, whatever a command is to leave behind is named `mark-<token>`. Nothing here knows a
level; test_attacks.py compares the signs with what the tables say of each level.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from builder.sandbox.process import Completed
from builder.sandbox.workcopy import WorkCopy
from tests.sandbox.attacks.kernel import planted_key, planted_shared_memory
from tests.sandbox.attacks.listeners import Listeners, listening
from tests.sandbox.attacks.offspring import no_offspring_within, offspring

_HOST_PLACES = ("/", "/bin", "/boot", "/dev", "/dev/shm", "/etc", "/home", "/lib", "/mnt", "/opt", "/root", "/run",
                "/srv", "/tmp", "/usr", "/usr/bin", "/usr/local/bin", "/var", "/var/tmp")  # fmt: skip
_VICTIM = "import time; time.sleep(600)"
SECRET_VARIABLES = (
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "AWS_SECRET_ACCESS_KEY",
    "GITHUB_TOKEN",
    "PLANTED",
)


@dataclass(slots=True)
class Ground:
    """One case's ground. `place`: where the copy stands. `outside`, `beside` (on the disk of the copy), `home`: folders that must stay as they are."""

    token: str
    copy: WorkCopy
    place: Path
    outside: Path
    beside: Path
    home: Path
    victim: subprocess.Popen[bytes]
    listeners: Listeners
    numbers: Mapping[str, int]
    before: dict[Path, str] = field(default_factory=dict)
    known: frozenset[int] = frozenset()

    def words(self) -> dict[str, str]:
        """What `@name@` in a command stands for."""
        return {
            "token": self.token,
            "outside": str(self.outside),
            "beside": str(self.beside),
            "home": str(self.home),
            "project": str(self.copy.tree.directory),
            "scratch": str(self.place.parent),
            "victim": str(self.victim.pid),
            **{name: str(number) for name, number in self.numbers.items()},
            **self.listeners.words(),
        }

    def signs(self, done: Completed, patience_s: float) -> list[str]:
        """Every sign that the command got out, in words; none if it was contained."""
        written = b"\n".join(data for data in self.copy.changes.values() if data)
        shown = f"{done.stdout}\n{done.stderr}\n{written.decode(errors='replace')}"
        return [
            *(
                f"outlives its call: {process}"
                for process in no_offspring_within(patience_s, self.known)
            ),
            *re.findall(rf"planted-{self.token}-\w+", shown),
            *re.findall(r"(?m)^REACHED.*", shown),
            *([f"shown: {self.place}"] if self.place.parent.name in shown else []),
            *(f"changed: {path}" for path, state in self.before.items() if _state(path) != state),
            *(f"left: {place}" for place in self._marks()),
            *(f"heard: {what}" for what in self.listeners.heard()),
            *self._harm_of_victim(),
        ]

    def _marks(self) -> Iterator[Path]:
        for place in map(Path, _HOST_PLACES):
            found = place / f"mark-{self.token}"
            if os.path.lexists(found):
                yield found

    def _harm_of_victim(self) -> Iterator[str]:
        if self.victim.poll() is not None:
            yield f"ended: the victim, with {self.victim.returncode}"
        elif "T (stopped)" in Path(f"/proc/{self.victim.pid}/status").read_text():
            yield "stopped: the victim"

    def clear(self) -> None:
        """Remove what a level let the command leave."""
        for found in self._marks():
            found.unlink()


@contextmanager
def prepared_ground(copy: WorkCopy, base: Path) -> Iterator[Ground]:
    """Plant everything; take it away again."""
    token = uuid.uuid4().hex[:10]
    outside, home = base / f"outside-{token}", base / f"home-{token}"
    place = copy.directory(writable=True)
    beside = place.parent.parent / f"beside-{token}"
    with ExitStack() as planted:
        for folder in (outside, beside, home / ".ssh"):
            folder.mkdir(parents=True)
            (folder / "secret.txt").write_text(f"planted-{token}-file\n")
        planted.callback(_remove, beside)
        listeners = planted.enter_context(listening(token, beside / "listener.sock"))
        inherited = os.open(outside / "secret.txt", os.O_RDONLY)
        planted.callback(os.close, inherited)
        os.set_inheritable(inherited, True)
        numbers = {
            "fd": inherited,
            "memory_id": planted.enter_context(planted_shared_memory(f"planted-{token}-memory")),
            "key_id": planted.enter_context(planted_key(token, f"planted-{token}-key")),
        }
        victim = planted.enter_context(_victim(token, outside))
        ground = Ground(token, copy, place, outside, beside, home, victim, listeners, numbers)
        watched = (outside, beside, home, copy.tree.directory)
        ground.before = {path: _state(path) for path in watched}
        ground.known = frozenset(offspring())
        planted.callback(ground.clear)
        yield ground


@contextmanager
def _victim(token: str, outside: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the user's: a secret in its environment and in its arguments, one in a file that it holds open."""
    env = dict.fromkeys(SECRET_VARIABLES, f"planted-{token}-environment")
    argv = [sys.executable, "-I", "-S", "-c", _VICTIM, f"planted-{token}-argument"]
    with (outside / "secret.txt").open("rb") as held:
        process = subprocess.Popen(argv, env=env, cwd=outside, stdin=held, start_new_session=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _state(folder: Path) -> str:
    """Names, kinds, rights, times and contents of a folder, as a text that can be compared."""
    if not folder.exists():
        return "gone"
    lines = []
    for path in sorted((folder, *folder.rglob("*"))):
        found = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        lines.append(f"{path} {found.st_mode:o} {found.st_mtime_ns} {found.st_nlink} {content!r}")
    return "\n".join(lines)


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    if folder.exists():
        folder.rmdir()
