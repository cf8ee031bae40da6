"""The levels of isolation for commands, best first; the program says which one it has.

bubblewrap  no network, no files but the workspace and a read-only system, no other processes visible, a fresh
            and small /tmp, all capabilities dropped, limits on memory, processes, file size and time.
            Does not stop: use of CPU, and of the disk by many files, up to the time limit; reading what /usr
            holds; kernel bugs.
rlimits     the same limits of memory, file size and time, a bare environment, the process group killed.
            Does not stop: reading and writing files of the user, the network, a daemon that leaves its group, a
            few thousand processes.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MEMORY_BYTES = 2_000_000_000
FILE_BYTES = 64_000_000
PROCESSES = 256
PROCESSES_OF_THE_USER = 4_096
"""Without a namespace of its own a command shares the count with all that the user runs."""
OPEN_FILES = 256
CPU_S = 20
_PYTHON_INSIDE = "/opt/python"


@dataclass(frozen=True, slots=True)
class Prepared:
    """How to start a command: arguments, directory, environment; and how to rewrite its output."""

    argv: list[str]
    cwd: str
    env: dict[str, str]
    rewrite: Callable[[str], str]


class Isolation(Protocol):
    """One level. `name` stands in the metadata of every row that ran a command.

    `is_strong`: commands of unknown origin may run in it.
    """

    name: str
    is_strong: bool

    def prepare(self, command: str, directory: Path, root: str) -> Prepared:
        """Turn a shell command into a process that sees `directory` as `root`."""
        ...


def _limited(command: str, processes: int) -> list[str]:
    """A shell that sets the limits, then becomes the shell that runs the command as it was written.

    Limits set here, rather than between fork and exec, keep starting a process cheap. What a system does not let us
    limit stays unlimited, without a word in the command's output.
    """
    limits = (
        f"ulimit -c 0; ulimit -t {CPU_S}; ulimit -n {OPEN_FILES}; ulimit -f {FILE_BYTES // 1024}; "
        f"ulimit -v {MEMORY_BYTES // 1024}; ulimit -u {processes}"
    )
    return [_shell(), "-c", f'{{ {limits}; }} 2>/dev/null; exec {_shell()} -c "$0"', command]


def _environment(path: str, home: str) -> dict[str, str]:
    """All that a command is told: nothing of the caller's environment, so no key can leak."""
    return {
        "PATH": path,
        "HOME": home,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_SYSTEM": "/dev/null",
        "GIT_PAGER": "cat",
        "GIT_OPTIONAL_LOCKS": "0",
    }


def _shell() -> str:
    return "/bin/bash" if Path("/bin/bash").exists() else "/bin/sh"


class Bubblewrap:
    """Linux namespaces, made by bwrap."""

    name = "bubblewrap"
    is_strong = True

    def __init__(self, program: str) -> None:
        self._program = program
        self._mounts = _system_mounts()
        base = Path(sys.base_prefix).resolve()
        self._own_python = not base.is_relative_to("/usr")
        if self._own_python:
            self._mounts += ["--ro-bind", str(base), _PYTHON_INSIDE]

    def prepare(self, command: str, directory: Path, root: str) -> Prepared:
        path = "/usr/local/bin:/usr/bin:/bin"
        if self._own_python:
            path = f"{_PYTHON_INSIDE}/bin:{path}"
        env = _environment(path, "/tmp")  # noqa: S108 - the sandbox's own, empty
        if self._own_python:
            env["LD_LIBRARY_PATH"] = f"{_PYTHON_INSIDE}/lib"
        argv = [self._program, "--unshare-all", "--unshare-user", "--disable-userns"]
        argv += ["--uid", "65534", "--gid", "65534", "--die-with-parent", "--new-session"]
        argv += ["--cap-drop", "ALL", "--hostname", "sandbox", *self._mounts]
        argv += ["--proc", "/proc", "--dev", "/dev"]
        for scratch in ("/tmp", "/dev/shm"):  # noqa: S108
            argv += ["--size", str(FILE_BYTES), "--tmpfs", scratch]
        argv += ["--bind", str(directory), root, "--chdir", root]
        argv += ["--remount-ro", "/dev", "--remount-ro", "/"]
        argv += ["--", *_limited(command, PROCESSES)]
        return Prepared(argv, "/", env, lambda text: text)


def _system_mounts() -> list[str]:
    mounts = ["--ro-bind", "/usr", "/usr"]
    for name in ("/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        place = Path(name)
        if place.is_symlink():
            mounts += ["--symlink", str(place.readlink()).lstrip("/"), name]
        elif place.is_dir():
            mounts += ["--ro-bind", name, name]
    for name in ("/etc/alternatives", "/etc/ld.so.cache"):
        if Path(name).exists():
            mounts += ["--ro-bind", name, name]
    return mounts


class ResourceLimits:
    """Limits and a bare environment only: for machines without bubblewrap."""

    name = "rlimits"
    is_strong = False

    def prepare(self, command: str, directory: Path, root: str) -> Prepared:
        python = str(Path(sys.executable).parent)
        env = _environment(f"{python}:/usr/local/bin:/usr/bin:/bin", str(directory))
        inside = str(directory)
        argv = _limited(command.replace(root, inside), PROCESSES_OF_THE_USER)
        return Prepared(argv, inside, env, lambda text: text.replace(inside, root))


@functools.cache
def best_isolation() -> Isolation:
    """The best level that works on this machine: it is tried, not assumed."""
    program = shutil.which("bwrap")
    if program is not None:
        level = Bubblewrap(program)
        if _works(level):
            return level
    return ResourceLimits()


def _works(level: Isolation) -> bool:
    prepared = level.prepare("true", Path("/usr"), "/ws")
    try:
        tried = subprocess.run(
            prepared.argv, env=prepared.env, cwd="/", capture_output=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def describe_isolation(level: Isolation) -> str:
    """One line for the terminal and the report."""
    if level.name == "bubblewrap":
        return "commands run in bubblewrap: no network, no files but the workspace"
    return (
        "commands run with resource limits only (bubblewrap is missing or may not make namespaces here: "
        "install the package 'bubblewrap' for the better level)"
    )


def secret_free_environment() -> dict[str, str]:
    """The environment for our own trusted helpers (git, ripgrep): paths and locale, no keys."""
    kept = ("PATH", "LANG", "TMPDIR", "SYSTEMROOT")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    return {
        **env,
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_SYSTEM": "/dev/null",
    }
