"""Removes a directory that a command may have filled: folders without permissions, folders nested a thousand deep.

Used for copies of workspaces and for private folders. Never follows a link.
"""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path


def remove_tree(directory: Path) -> None:
    """Remove a directory with all that it holds; what the system refuses to remove stays."""
    try:
        shutil.rmtree(directory)
    except (OSError, RecursionError):
        _remove_flattened(directory)


def _remove_flattened(directory: Path) -> None:
    """Each folder is moved to the top before it is emptied, so that no path and no recursion grows long."""
    mark = secrets.token_hex(4)
    pending = [str(directory)]
    emptied: list[str] = []
    while pending:
        folder = pending.pop()
        emptied.append(folder)
        with suppress(OSError):
            for entry in _entries(folder):
                with suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        Path(entry.path).chmod(0o700)
                        moved = f"{directory}/{mark}-{len(emptied)}-{len(pending)}"
                        pending.append(str(Path(entry.path).rename(moved)))
                    else:
                        Path(entry.path).unlink()
    for folder in reversed(emptied):
        with suppress(OSError):
            Path(folder).rmdir()


def _entries(folder: str) -> list[os.DirEntry[str]]:
    Path(folder).chmod(0o700)
    with os.scandir(folder) as found:
        return list(found)
