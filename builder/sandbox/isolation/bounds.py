"""How much a command may take, and the shell that sets what the system enforces by itself.

The sums over all processes of a command (their number, memory, files) are watched from outside: ../watch.py.
"""

from __future__ import annotations

from pathlib import Path

from builder.sandbox.isolation.level import Command

MEMORY_BYTES = 2_000_000_000
"""Address space of one process."""
FILE_BYTES = 64_000_000
PROCESSES = 256
PROCESSES_OF_THE_USER = 4_096
"""Without a namespace of its own a command shares the count with all that the user runs."""
OPEN_FILES = 256
CPU_S = 20

# The sums, which ../watch.py keeps.
MEMORY_BYTES_IN_SUM = 4_000_000_000
NEW_BYTES = 256_000_000
NEW_FILES = 10_000
MAX_DEPTH = 100
FREE_BYTES = 1_000_000_000
"""A command ends when it leaves less on a file system, or half of what was free where that is less."""


def limited(command: Command, processes: int, *, closing: int | None = None) -> list[str]:
    """A shell that sets the limits, then becomes the command as it was written.

    Limits set here, rather than between fork and exec, keep starting a process cheap. What a system does not let us
    limit stays unlimited, without a word in the command's output. `closing`: a descriptor that is not the command's; it
    takes bash to close one above 9.
    """
    limits = (
        f"ulimit -c 0; ulimit -t {CPU_S}; ulimit -n {OPEN_FILES}; ulimit -f {FILE_BYTES // 1024}; "
        f"ulimit -v {MEMORY_BYTES // 1024}; ulimit -u {processes}"
    )
    close = "" if closing is None else f"exec {closing}>&-; "
    program = [_shell(), "-c", command] if isinstance(command, str) else list(command)
    return [_shell(), "-c", f'{{ {limits}; }} 2>/dev/null; {close}exec "$@"', _shell(), *program]


def _shell() -> str:
    return "/bin/bash" if Path("/bin/bash").exists() else "/bin/sh"
