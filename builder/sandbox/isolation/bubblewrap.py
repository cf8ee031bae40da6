"""The level `bubblewrap`: Linux namespaces, made by bwrap 0.8 or newer.

TEXT
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from builder.sandbox.isolation.bounds import FILE_BYTES, PROCESSES, limited
from builder.sandbox.isolation.environment import SYSTEM_PATH, bare_environment
from builder.sandbox.isolation.level import Command, Ending, Prepared, Shown, descriptor
from builder.sandbox.isolation.seccomp import seccomp_filter

_PYTHON_INSIDE = "/opt/python"
_NOBODY = "65534"
_MOUNTS = ("/tmp", "/dev/shm")  # noqa: S108 - the sandbox's own

_MASKED = ("/proc/kcore", "/proc/keys")
"""The machine's memory and the names of the user's keys. Each mask costs a fifth of a millisecond."""


class Bubblewrap:
    """A world of its own: no network, no files but the workspace and a read-only system."""

    name = "bubblewrap"
    is_strong = True
    summary = "bubblewrap: no network, no files but the workspace"

    def __init__(self, program: str) -> None:
        self._program = program
        base = Path(sys.base_prefix).resolve()
        self._filter = seccomp_filter(self.name)
        self._system = _system_mounts()
        self._masks = [
            word
            for place in _MASKED
            if Path(place).exists()
            for word in ("--ro-bind", "/dev/null", place)
        ]
        self._env = bare_environment(SYSTEM_PATH, "/tmp")  # noqa: S108 - the sandbox's own, empty
        if not base.is_relative_to("/usr"):
            self._system += ["--ro-bind", str(base), _PYTHON_INSIDE]
            self._env["PATH"] = f"{_PYTHON_INSIDE}/bin:{SYSTEM_PATH}"
            self._env["LD_LIBRARY_PATH"] = f"{_PYTHON_INSIDE}/lib"

    def prepare(
        self, command: Command, directory: Path, root: str, *, read_only: Sequence[Shown] = ()
    ) -> Prepared:
        binds = [word for one in read_only for word in ("--ro-bind", str(one.place), one.inside)]
        options = [*self.options(), *binds, "--bind", str(directory), root, "--chdir", root]
        options += ["--remount-ro", "/dev", "--remount-ro", "/"]
        # Arguments from a descriptor: process 1 inside shows its command line, and with it paths of the host.
        argv = [self._program, "--args", descriptor(0)]
        handed = [b"".join(os.fsencode(option) + b"\0" for option in options)]
        if self._filter:
            argv += ["--seccomp", descriptor(1)]
            handed.append(self._filter)
        argv += ["--", *limited(command, PROCESSES)]
        return Prepared(
            argv,
            "/",
            dict(self._env),
            _as_it_is,
            tuple(handed),
            mounts=_MOUNTS,
            ending=Ending.NAMESPACE,
        )

    def options(self) -> list[str]:
        """What does not depend on the command."""
        options = ["--unshare-all", "--unshare-user", "--disable-userns"]
        options += ["--uid", _NOBODY, "--gid", _NOBODY, "--die-with-parent", "--new-session"]
        options += ["--cap-drop", "ALL", "--hostname", "sandbox", *self._system]
        # Where the builder is root, user 65534 inside is root outside, who may write kernel settings below /proc.
        options += ["--proc", "/proc", *self._masks, "--remount-ro", "/proc", "--dev", "/dev"]
        for scratch in _MOUNTS:
            options += ["--size", str(FILE_BYTES), "--tmpfs", scratch]
        return options


def _as_it_is(text: str) -> str:
    return text


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
