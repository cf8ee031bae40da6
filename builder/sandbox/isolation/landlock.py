"""The level `landlock`: for Linux without bubblewrap. Needs no namespaces and no root.

The launcher (../launcher/) confines a command with Landlock and seccomp before it starts, and is the parent of all that
comes from it. Needs Linux 6.2 (Landlock's version 3), on x86_64 or aarch64.

Stops: opening, making, renaming and removing files other than the workspace, a private folder for HOME and TMPDIR, what is
shown to it, and for reading the system; every socket (so a program cannot even serve itself), which is the network and the
user's agents and services; rights of root, namespaces, mounts, the user's keys, tracing, and what else seccomp.toml
refuses. The environment, the limits and the watch are as in bubblewrap.py. When the command ends, or the builder does, the
launcher kills all that it started, daemons too.

Does not stop: seeing which files there are, with their sizes and times; changing permissions and times of the user's
files (Landlock does not know these); signals to the user's processes, the launcher among them, before version 6 (Linux
6.12); use of the processor; reading what /usr holds; errors in the kernel. Where the
builder is root, only the watch counts processes. Commands see real paths: those in a command and in its output are
rewritten, those in its files are not. /proc, /tmp and /dev/shm are closed to it, so some programs work less well.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from builder.errors import NotPlayableError
from builder.sandbox.isolation.bounds import PROCESSES_OF_THE_USER, limited
from builder.sandbox.isolation.environment import SYSTEM_PATH, bare_environment
from builder.sandbox.isolation.level import Command, Ending, Prepared, Shown, descriptor
from builder.sandbox.isolation.paths import host_paths
from builder.sandbox.isolation.seccomp import seccomp_filter
from builder.sandbox.launcher.order import Order
from builder.sandbox.scratch import scratch_place

_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/alternatives", "/etc/ld.so.cache",
    "/etc/ssl/openssl.cnf", "/etc/perl", *map(str, sorted(Path("/etc").glob("python3*"))),
)  # fmt: skip
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_ROOT_OF_THE_CODE = str(Path(__file__).resolve().parents[3])
_MAX_ARGUMENT_BYTES = 131_072
"""Linux's MAX_ARG_STRLEN, the null character behind it included."""
_START = "import sys; sys.path.append(sys.argv[1]); from builder.sandbox.launcher.main import main; main()"


class Landlock:
    """The kernel refuses a command every path but a few, and every socket."""

    name = "landlock"
    is_strong = False
    summary = (
        "Landlock: no network, no contents of files but the workspace; names of the user's files can be seen, and "
        "their permissions changed"
    )

    def __init__(self) -> None:
        base = Path(sys.base_prefix).resolve()
        self._readable = [*_SYSTEM, str(base)]
        self._path = f"{base}/bin:{SYSTEM_PATH}"
        self._filter = seccomp_filter(self.name)

    def prepare(
        self, command: Command, directory: Path, root: str, *, read_only: Sequence[Shown] = ()
    ) -> Prepared:
        scratch = scratch_place("command")
        paths = host_paths(directory, root, scratch, read_only)
        order = Order(
            argv=limited(paths.into(command), PROCESSES_OF_THE_USER),
            readable=[*self._readable, *(str(one.place) for one in read_only)],
            writable=[str(directory), str(scratch)],
            devices=_DEVICES,
            filter_steps=self._filter,
            builder=os.getpid(),
        )
        env = bare_environment(self._path, str(scratch))
        env["TMPDIR"] = str(scratch)
        argv = [sys.executable, "-I", "-S", "-c", _START, _ROOT_OF_THE_CODE, descriptor(0)]
        handed = (_written(order),)
        return Prepared(
            argv, str(directory), env, paths.back, handed, scratch, ending=Ending.LAUNCHER
        )


def _written(order: Order) -> bytes:
    """The order as bytes. Raises NotPlayableError for what no process can be given."""
    if any("\0" in argument for argument in order.argv):
        raise NotPlayableError("the command is no text for a process")
    try:
        written = order.written()
    except UnicodeEncodeError as error:
        raise NotPlayableError("the command is no text for a process") from error
    if any(len(os.fsencode(argument)) >= _MAX_ARGUMENT_BYTES for argument in order.argv):
        raise NotPlayableError("the command is too long for a process")
    return written
