"""Confines this process, and all that it starts, to a few paths: Landlock, a seccomp filter, no rights of root.

main.py calls it in the child that becomes the command. Rights: the kernel's include/uapi/linux/landlock.h.
"""

from __future__ import annotations

import os

from builder.sandbox.launcher import kernel

TYPE_CHECKING = False  # as in ../processes.py
if TYPE_CHECKING:
    from collections.abc import Iterable

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_SOCK, _MAKE_BLOCK = 1 << 6, 1 << 9, 1 << 11
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many rights over files there are from each version of Landlock on; the lowest bits."""
_NETWORK_FROM, _BIND_AND_CONNECT = 4, 0b11
_SCOPES_FROM, _ABSTRACT_SOCKETS_AND_SIGNALS = 6, 0b11


def confine(
    readable: Iterable[str], writable: Iterable[str], devices: Iterable[str], steps: bytes
) -> None:
    """Leave only these paths: to read and run, to change, to read and write. Raises OSError.

    `steps`: a seccomp filter. Paths that do not exist are left out.
    """
    version = kernel.landlock_version()
    handled = (1 << max(n for since, n in _RIGHTS_BY_VERSION.items() if since <= version)) - 1
    ruleset = kernel.create_ruleset(
        handled,
        _BIND_AND_CONNECT if version >= _NETWORK_FROM else 0,
        _ABSTRACT_SOCKETS_AND_SIGNALS if version >= _SCOPES_FROM else 0,
        version=version,
    )
    changing = handled & ~(_MAKE_CHAR | _MAKE_BLOCK | _MAKE_SOCK | _IOCTL_DEV)
    for places, rights in (
        (readable, _READ),
        (writable, changing),
        (devices, _READ_FILE | _WRITE_FILE),
    ):
        for place in places:
            _allow(ruleset, place, rights & handled)
    kernel.drop_capabilities()
    kernel.gain_no_rights()
    kernel.restrict_self(ruleset)
    kernel.filter_system_calls(steps)


def _allow(ruleset: int, place: str, rights: int) -> None:
    try:
        opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        is_folder = os.path.isdir(place)  # noqa: PTH112 - pathlib would double the time that the launcher takes
        kernel.allow_beneath(ruleset, opened, rights if is_folder else rights & _OF_FILES)
    finally:
        os.close(opened)
