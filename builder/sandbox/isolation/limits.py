"""The level `limits`: for macOS, and for whatever has neither bubblewrap nor Landlock.

Stops: a process that takes more memory, CPU time, file size or open files than bounds.py says; keys in the
environment; what ../process.py ends (too long, too much output, too much written into the workspace) together with
the process group. HOME and TMPDIR are a private folder that is removed.

Does not stop: reading and writing all files of the user, the network, signals to the user's processes, a daemon that
leaves its process group (it lives on, and no watch sees it). Processes are limited by what the user runs in all, some
thousand; where the builder is root the kernel does not limit them, and only the watch counts, which needs Linux. macOS does not
limit address space, so memory is not bounded there. macOS's own sandbox-exec is deprecated and could not be tried by the
tests, so it is not used.

POSIX only: no prctl, no /proc.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from builder.sandbox.isolation.bounds import PROCESSES_OF_THE_USER, limited
from builder.sandbox.isolation.environment import SYSTEM_PATH, bare_environment
from builder.sandbox.isolation.level import Command, Prepared, Shown
from builder.sandbox.isolation.paths import host_paths
from builder.sandbox.scratch import scratch_place


class ResourceLimits:
    """Limits and a bare environment only."""

    name = "limits"
    is_strong = False
    summary = (
        "resource limits only: commands can read and write the user's files and use the network"
    )

    def prepare(
        self, command: Command, directory: Path, root: str, *, read_only: Sequence[Shown] = ()
    ) -> Prepared:
        scratch = scratch_place("command")
        paths = host_paths(directory, root, scratch, read_only)
        env = bare_environment(f"{Path(sys.executable).parent}:{SYSTEM_PATH}", str(scratch))
        env["TMPDIR"] = str(scratch)
        argv = limited(paths.into(command), PROCESSES_OF_THE_USER)
        return Prepared(argv, str(directory), env, paths.back, scratch=scratch)
