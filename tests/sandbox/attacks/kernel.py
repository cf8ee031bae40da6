"""What the kernel itself keeps for a user and passes on to children: shared memory, keys, and the care for orphans."""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Iterator
from contextlib import contextmanager

_LIBC = ctypes.CDLL(None, use_errno=True)
_IPC_PRIVATE, _IPC_RMID = 0, 0
_PR_SET_CHILD_SUBREAPER = 36
_SESSION_KEYRING, _KEYCTL_UNLINK = -3, 9
_SYSCALLS = {"x86_64": {"add_key": 248, "keyctl": 250}, "aarch64": {"add_key": 217, "keyctl": 219}}
SYSCALLS = _SYSCALLS.get(platform.machine(), {})


@contextmanager
def planted_shared_memory(secret: str) -> Iterator[int]:
    """A System V segment with a secret in it, by its number."""
    segment = _LIBC.shmget(_IPC_PRIVATE, 4096, 0o600)
    assert segment >= 0, ctypes.get_errno()
    _LIBC.shmat.restype = ctypes.c_void_p
    address = _LIBC.shmat(segment, None, 0)
    ctypes.memmove(address, secret.encode(), len(secret))
    _LIBC.shmdt(ctypes.c_void_p(address))
    try:
        yield segment
    finally:
        _LIBC.shmctl(segment, _IPC_RMID, None)


@contextmanager
def planted_key(name: str, secret: str) -> Iterator[int]:
    """A key in the keyring of this session, which children inherit, by its number; 0 where there are no keyrings."""
    key = 0
    if SYSCALLS:
        given = secret.encode()
        key = _LIBC.syscall(
            SYSCALLS["add_key"], b"user", name.encode(), given, len(given), _SESSION_KEYRING
        )
    try:
        yield max(0, key)
    finally:
        if key > 0:
            _LIBC.syscall(SYSCALLS["keyctl"], _KEYCTL_UNLINK, key, _SESSION_KEYRING)


def adopt_orphans(*, wanted: bool) -> None:
    """Whether what our children leave behind becomes our child, rather than that of the machine's first process."""
    assert _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, int(wanted), 0, 0, 0) == 0
