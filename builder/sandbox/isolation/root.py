"""Where the builder is root: a user namespace in which commands run as somebody else, who owns nothing.

The kernel exempts root from the limit on processes, also behind a user namespace that gives root another number, and
everything that belongs to root belongs to such a command. Used by bubblewrap.py. An ordinary user needs none of this.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from builder.sandbox.isolation.environment import secret_free_environment

NOBODY = 65_534
_FIRST_OWNER = 2_000_000_000
"""Users beyond what systems give away; the builder's process number is added, so that builders share no count."""


class Strangers(NamedTuple):
    """A user namespace, held by a descriptor: root is root in it, and `NOBODY` is `owner` outside of it."""

    descriptor: int
    owner: int


@functools.cache
def make_strangers() -> Strangers | None:
    """The namespace for this process; None where the builder is not root, or the system has not what it takes."""
    programs = shutil.which("unshare"), shutil.which("setpriv"), shutil.which("bash")
    if os.geteuid() != 0 or None in programs:
        return None
    owner = _FIRST_OWNER + os.getpid()
    with suppress(OSError):
        return Strangers(_namespace(f"0 0 1\n{NOBODY} {owner} 1\n"), owner)
    return None


def hand_over(directory: Path, owner: int) -> None:
    """Give a directory and all that it holds to a user; links themselves, never what they lead to."""
    pending = [str(directory)]
    _chown(str(directory), owner)
    while pending:
        with os.scandir(pending.pop()) as found:
            for entry in found:
                if entry.stat(follow_symlinks=False).st_uid != owner:
                    _chown(entry.path, owner)
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)


def _chown(path: str, owner: int) -> None:
    os.chown(path, owner, owner, follow_symlinks=False)


def _namespace(users: str) -> int:
    """A user namespace with these users and groups. Raises OSError where the system does not let us make it."""
    with subprocess.Popen(
        ["unshare", "--user", "cat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        env=secret_free_environment(),
    ) as holder:
        if holder.stdin is None or holder.stdout is None:  # never: both are pipes
            raise OSError
        with holder.stdin as into:
            into.write(b"ready")
            holder.stdout.read(5)  # it is in its namespace when it answers
            for table in ("uid_map", "gid_map"):
                Path(f"/proc/{holder.pid}/{table}").write_text(users)
            return os.open(f"/proc/{holder.pid}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
