"""The level `bubblewrap`: Linux namespaces, made by bwrap 0.8 or newer.

Stops: the network (a network of its own, with nothing but itself in it); reading and writing files other than the
workspace, what is shown to it, and a read-only system (/usr, the alternatives of /etc); seeing or signalling other
processes, and using their memory or queues; rights of root, new user namespaces, mounts, the user's keys, tracing, the terminal
of the builder, and what else seccomp.toml refuses; changing the kernel's settings. /tmp and /dev/shm are its own, in
memory, small. The environment is made from nothing, no descriptor but the three is open, host paths show nowhere but in
/proc/self/mountinfo. Memory, CPU time, processes, open files and the size of files are limited, and in sum bytes, files,
memory and output (bounds.py, ../watch.py). When the command ends, or the builder does, all that it started is gone.

Does not stop: use of the processor up to the time limit; in sum, what a command takes between two looks of the watch; reading
what /usr holds and what /proc tells about the machine; errors in the kernel. On processors other than x86_64 and
aarch64 there is no filter of system calls. Where the builder is root, commands run as nobody if unshare, setpriv and such a
filter are there and Python can be read by everybody; else as root without rights, whose processes only the watch counts, and to
whom files of root in /usr are open.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from builder.sandbox.isolation.bounds import FILE_BYTES, PROCESSES, limited
from builder.sandbox.isolation.environment import SYSTEM_PATH, bare_environment
from builder.sandbox.isolation.level import Command, Ending, Given, Prepared, Shown, descriptor
from builder.sandbox.isolation.root import NOBODY, Strangers
from builder.sandbox.isolation.seccomp import seccomp_filter

_PYTHON_INSIDE = "/opt/python"
_MOUNTS = ("/tmp", "/dev/shm")  # noqa: S108 - the sandbox's own

_MASKED = ("/proc/kcore", "/proc/keys")
"""The machine's memory and the names of the user's keys. Each mask costs a fifth of a millisecond."""


class Bubblewrap:
    """A world of its own: no network, no files but the workspace and a read-only system.

    `strangers`: where the builder is root, the users that commands run as.
    """

    name = "bubblewrap"
    is_strong = True
    summary = "bubblewrap: no network, no files but the workspace"

    def __init__(self, program: str, strangers: Strangers | None = None) -> None:
        self._program = program
        base = Path(sys.base_prefix).resolve()
        self._filter = seccomp_filter(self.name)
        self._strangers = strangers if self._filter and _is_open_to_all(base) else None
        self._users, self._become_nobody = _users(self._strangers)
        self._system = [*_parents([_PYTHON_INSIDE, "/etc/alternatives"]), *_system_mounts()]
        self._masks = [
            word
            for place in _MASKED
            if Path(place).exists()
            for word in ("--ro-bind", "/dev/null", place)
        ]
        self._env = bare_environment(SYSTEM_PATH, "/tmp")  # noqa: S108 - the sandbox's own, empty
        if not base.is_relative_to("/usr"):
            self._system += [
                "--perms",
                "0755",
                "--dir",
                "/opt",
                "--ro-bind",
                str(base),
                _PYTHON_INSIDE,
            ]
            self._env["PATH"] = f"{_PYTHON_INSIDE}/bin:{SYSTEM_PATH}"
            self._env["LD_LIBRARY_PATH"] = f"{_PYTHON_INSIDE}/lib"

    def prepare(
        self, command: Command, directory: Path, root: str, *, read_only: Sequence[Shown] = ()
    ) -> Prepared:
        binds = [word for one in read_only for word in ("--ro-bind", str(one.place), one.inside)]
        parents = _parents([root, *(one.inside for one in read_only)])
        options = [
            *self.options(),
            *parents,
            *binds,
            "--bind",
            str(directory),
            root,
            "--chdir",
            root,
        ]
        options += ["--remount-ro", "/dev", "--remount-ro", "/"]
        # Arguments from a descriptor: process 1 inside shows its command line, and with it paths of the host.
        argv = [self._program, "--args", descriptor(0)]
        handed = [b"".join(os.fsencode(option) + b"\0" for option in options)]
        if self._filter:
            argv += ["--seccomp", descriptor(1)]
            handed.append(self._filter)
        held = None if self._strangers is None else self._strangers.descriptor
        argv += ["--", *self._become_nobody, *limited(command, PROCESSES, closing=held)]
        ours = self._strangers
        return Prepared(
            argv,
            "/",
            dict(self._env),
            _as_it_is,
            tuple(handed),
            mounts=_MOUNTS,
            ending=Ending.NAMESPACE,
            inherited=() if ours is None else (ours.descriptor,),
            given=None if ours is None else Given(directory, ours.owner),
        )

    def options(self) -> list[str]:
        """What does not depend on the command."""
        options = [*self._users, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
        options += ["--unshare-cgroup-try", "--die-with-parent", "--new-session"]
        options += ["--hostname", "sandbox", *self._system]
        # Where the builder is root, user 65534 inside is root outside, who may write kernel settings below /proc.
        options += ["--proc", "/proc", *self._masks, "--remount-ro", "/proc", "--dev", "/dev"]
        for scratch in _MOUNTS:
            options += ["--size", str(FILE_BYTES), "--perms", "1777", "--tmpfs", scratch]
        return options


def _is_open_to_all(base: Path) -> bool:
    """Whether somebody who owns nothing could run the Python of this place."""
    needed = stat.S_IROTH | stat.S_IXOTH
    return all(
        place.stat().st_mode & needed == needed for place in (base, base / "bin", base / "lib")
    )


class _Users(NamedTuple):
    options: list[str]
    before_the_command: list[str]


def _users(strangers: Strangers | None) -> _Users:
    """As whom a command runs: nobody, without rights, in a user namespace that lets it make no other.

    With `strangers` the filter refuses new namespaces, and the rights to become nobody are given up by doing so.
    """
    nobody = str(NOBODY)
    if strangers is None:
        options = ["--unshare-user", "--disable-userns", "--uid", nobody, "--gid", nobody]
        return _Users([*options, "--cap-drop", "ALL"], [])
    options = ["--userns", str(strangers.descriptor), "--cap-drop", "ALL"]
    options += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    options += ["--cap-add", "CAP_DAC_READ_SEARCH"]  # to enter a workspace that is closed to others
    become = [
        "/usr/bin/setpriv",
        f"--reuid={nobody}",
        f"--regid={nobody}",
        "--clear-groups",
        "--inh-caps=-all",
    ]
    return _Users(options, become)


def _as_it_is(text: str) -> str:
    return text


def _parents(paths: Sequence[str]) -> list[str]:
    """Options that make the folders above some paths; those that bwrap makes by itself are open to their owner only."""
    folders = {str(parent) for path in paths for parent in PurePosixPath(path).parents} - {"/"}
    return [word for folder in sorted(folders) for word in ("--perms", "0755", "--dir", folder)]


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
