"""Names for private folders: copies of workspaces, temporary files of commands.

A name tells which process uses the folder. What a killed one left behind is removed by the next one that needs a folder
in the same place.
"""

from __future__ import annotations

import functools
import os
import re
import secrets
import tempfile
from pathlib import Path

from builder.sandbox.removal import remove_tree

_NAME = re.compile(r"(?:workcopy|command)-(\w+)-(\d+)-[0-9a-f]+")
_MEMORY = Path("/dev/shm")  # noqa: S108 - every folder in it has a name of its own and is its owner's only


def scratch_place(kind: str, *, in_memory: bool = True) -> Path:
    """Where a private folder can be made: in memory if that is wanted and there is such a place, else in TMPDIR.

    `kind`: `workcopy` or `command`. The folder is not made.
    """
    has_memory = in_memory and os.access(_MEMORY, os.W_OK)
    parent = _MEMORY if has_memory else Path(tempfile.gettempdir()).resolve()
    _sweep(parent)
    return parent / f"{kind}-{_world()}-{os.getpid()}-{secrets.token_hex(8)}"


@functools.cache
def _sweep(parent: Path) -> None:
    """Remove what processes of ours left that are no more; once for each place."""
    for path in parent.iterdir():
        found = _NAME.fullmatch(path.name)
        if found and found[1] == _world() and not _is_alive(int(found[2])):
            remove_tree(path)


@functools.cache
def _world() -> str:
    """Which processes our numbers speak of: containers may share a folder, and not their processes."""
    try:
        return "".join(filter(str.isdigit, os.readlink("/proc/self/ns/pid"))) or "0"  # noqa: PTH115 - no path
    except OSError:
        return "0"


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
