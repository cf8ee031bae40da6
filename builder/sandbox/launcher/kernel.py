"""The system calls that the launcher needs, through ctypes: prctl, capset, Landlock, seccomp, signals. Linux only.

Numbers: the kernel's include/uapi/linux/prctl.h, capability.h, landlock.h, asm-generic/signal.h; those of Landlock's
calls are the same on every processor. confine.py says in which order. Python's module signal would do as well, but takes
longer to import than everything else here.
"""

from __future__ import annotations

import ctypes
import os

_SET_PDEATHSIG, _SET_SECCOMP, _CAPBSET_DROP, _SET_SECUREBITS = 1, 22, 24, 28
_SET_CHILD_SUBREAPER, _SET_NO_NEW_PRIVS, _CAP_AMBIENT, _CAP_AMBIENT_CLEAR_ALL = 36, 38, 47, 4
_MODE_FILTER = 2
_NO_ROOT_LOCKED = (
    0x2F  # NOROOT, NO_SETUID_FIXUP, NO_CAP_AMBIENT_RAISE and their locks but KEEP_CAPS'
)
_CAPABILITY_VERSION_3 = 0x20080522
_CAPABILITIES = 64
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1

SIGINT, SIGKILL, SIGPIPE, SIGTERM, SIGCHLD, SIGXFSZ = 2, 9, 13, 15, 17, 25
_SIG_BLOCK, _SIG_SETMASK, _SIG_DFL = 0, 2, 0
_SIGNAL_INFO_BYTES = 128


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


_libc = ctypes.CDLL(None, use_errno=True)


def landlock_version() -> int:
    """Which version of Landlock the kernel has; 0 for none."""
    try:
        return _call(_CREATE_RULESET, None, 0, _VERSION)
    except OSError:
        return 0


def create_ruleset(files: int, network: int, scopes: int, *, version: int) -> int:
    """A ruleset that refuses what it handles, as a descriptor."""
    ruleset = _Ruleset(files, network, scopes)
    size = 8 if version < 4 else 16 if version < 6 else 24
    return _call(_CREATE_RULESET, ctypes.byref(ruleset), size, 0)


def allow_beneath(ruleset: int, place: int, rights: int) -> None:
    """Allow rights on an open file, or on a folder and all below it."""
    _call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(_PathBeneath(rights, place)), 0)


def restrict_self(ruleset: int) -> None:
    """Put a ruleset on this process and all that comes from it, for good."""
    _call(_RESTRICT_SELF, ruleset, 0)


def filter_system_calls(steps: bytes) -> None:
    """Put a seccomp filter (../isolation/seccomp.py) on this process and all that comes from it."""
    _prctl(_SET_SECCOMP, _MODE_FILTER, ctypes.byref(_Program(len(steps) // 8, steps)))


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _prctl(_SET_CHILD_SUBREAPER, 1)


def be_told_of_parents_end(signal: int) -> None:
    """Get a signal when the parent ends."""
    _prctl(_SET_PDEATHSIG, signal)


def hold_back(*signals: int) -> int:
    """Let signals wait until `next_signal` takes them; the descriptor that it reads."""
    held = (ctypes.c_ulong * 16)()  # sigset_t
    for one in signals:
        _check(_libc.sigaddset(held, one))
    _check(_libc.sigprocmask(_SIG_BLOCK, held, None))
    return _check(_libc.signalfd(-1, held, os.O_CLOEXEC))


def next_signal(held_back: int) -> int:
    """The number of a signal that came; waits for one."""
    return int.from_bytes(os.read(held_back, _SIGNAL_INFO_BYTES)[:4], "little")


def meet_signals_as_any_program() -> None:
    """Hold no signal back, and ignore none of those that Python ignores."""
    _check(_libc.sigprocmask(_SIG_SETMASK, (ctypes.c_ulong * 16)(), None))
    for one in (SIGINT, SIGPIPE, SIGXFSZ):
        _libc.signal(one, ctypes.c_void_p(_SIG_DFL))


def gain_no_rights() -> None:
    """No program that is started from here on has more rights than this one."""
    _prctl(_SET_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Give up what makes root more than a user; an ordinary user has nothing to give up."""
    for capability in range(_CAPABILITIES):
        _try_prctl(_CAPBSET_DROP, capability)
    _try_prctl(_CAP_AMBIENT, _CAP_AMBIENT_CLEAR_ALL)
    _try_prctl(_SET_SECUREBITS, _NO_ROOT_LOCKED)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _check(_libc.capset(header, nothing))


def _prctl(option: int, *arguments: object) -> None:
    _check(
        _libc.prctl(option, *(_word(one) for one in arguments), *[_word(0)] * (4 - len(arguments)))
    )


def _try_prctl(option: int, *arguments: object) -> None:
    """For what only root may do, and not every kernel knows."""
    try:
        _prctl(option, *arguments)
    except OSError:
        return


def _call(number: int, *arguments: object) -> int:
    return _check(_libc.syscall(ctypes.c_long(number), *(_word(one) for one in arguments)))


def _word(value: object) -> object:
    """Variadic calls take whole words; pointers are that already."""
    return ctypes.c_ulong(value) if isinstance(value, int) else value


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
