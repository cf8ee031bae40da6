"""Chooses the level of isolation for commands: the best that works here, or the one that is asked for.

A level is tried, not assumed: it has to run a command, and a strong one must not show it a file outside.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from builder.errors import NotPlayableError, SandboxError, UsageError, choose
from builder.sandbox.isolation.bubblewrap import Bubblewrap
from builder.sandbox.isolation.landlock import Landlock
from builder.sandbox.isolation.level import Isolation
from builder.sandbox.isolation.limits import ResourceLimits
from builder.sandbox.isolation.root import make_strangers
from builder.sandbox.isolation.start import started
from builder.sandbox.launcher.kernel import landlock_version

_PROBE_S = 10
_FIRST_USABLE_LANDLOCK = 3
"""Earlier versions do not keep a command from emptying a file that it cannot open for writing."""
_INSTALL = (
    "install bubblewrap 0.8 or newer (apt-get install bubblewrap, dnf install bubblewrap, pacman -S bubblewrap). "
    "If it is installed, it may not make namespaces: set kernel.unprivileged_userns_clone=1 where there is such a "
    "setting, on Ubuntu 24.04 kernel.apparmor_restrict_unprivileged_userns=0 or an AppArmor profile for bwrap; in a "
    "container allow user namespaces"
)
_NEEDS = {
    "bubblewrap": _INSTALL,
    "landlock": "it needs Linux 6.2 or newer with Landlock switched on (CONFIG_LSM or lsm= names it)",
    "limits": "it needs a POSIX system with /bin/sh",
}


def _bubblewrap() -> Isolation | None:
    program = shutil.which("bwrap")
    if program is None:
        return None
    as_nobody = make_strangers()
    levels = [Bubblewrap(program, as_nobody)] if as_nobody else []
    return _first_that_hides_files([*levels, Bubblewrap(program)])


def _landlock() -> Isolation | None:
    if not sys.platform.startswith("linux") or landlock_version() < _FIRST_USABLE_LANDLOCK:
        return None
    return _first_that_hides_files([Landlock()])


def _limits() -> Isolation | None:
    level = ResourceLimits()
    return level if _runs(level) else None


_LEVELS: dict[str, Callable[[], Isolation | None]] = {
    "bubblewrap": _bubblewrap,
    "landlock": _landlock,
    "limits": _limits,
}


@functools.cache
def best_isolation() -> Isolation:
    """The best level that works on this machine. Raises SandboxError where none does."""
    for make in _LEVELS.values():
        level = make()
        if level is not None:
            return level
    raise SandboxError("no command can be run here: not even /bin/sh with resource limits starts")


@functools.cache
def isolation_level(name: str) -> Isolation:
    """The level of that name. Raises UsageError for an unknown one, and for one that does not work here."""
    if name not in _LEVELS:
        raise UsageError(choose("level of isolation", name, list(_LEVELS)))
    level = _LEVELS[name]()
    if level is None:
        raise UsageError(f"the level of isolation {name!r} does not work here: {_NEEDS[name]}")
    return level


def require_strong_isolation(level: Isolation, *, allow_weak: bool) -> None:
    """Raises UsageError unless commands that nobody has looked at may run at this level."""
    if not (level.is_strong or allow_weak):
        raise UsageError(
            f"commands written by a model would run with {level.summary}; {_INSTALL}; or accept the weaker level "
            "with --allow-weak-sandbox"
        )


def describe_isolation(level: Isolation) -> str:
    """One line for the terminal and the report."""
    if level.is_strong:
        return f"commands run in {level.summary}"
    return f"commands run with {level.summary}; for the better level {_INSTALL}"


def _first_that_hides_files(levels: Sequence[Isolation]) -> Isolation | None:
    return next((level for level in levels if _runs(level) and _hides_files(level)), None)


def _runs(level: Isolation) -> bool:
    return _prints(level, "echo works") == "works\n"


def _hides_files(level: Isolation) -> bool:
    """Whether a command cannot read a file beside its workspace that the builder can."""
    with tempfile.NamedTemporaryFile(mode="w", prefix="outside-") as outside:
        outside.write("seen\n")
        outside.flush()
        return _prints(level, f"cat {outside.name}; echo done") == "done\n"


def _prints(level: Isolation, command: str) -> str:
    """What a command prints in an empty workspace; nothing if it cannot be started."""
    with tempfile.TemporaryDirectory(prefix="probe-") as folder:
        prepared = level.prepare(command, Path(folder), "/probe")
        try:
            with started(prepared, stderr=subprocess.DEVNULL) as process:
                return process.communicate(timeout=_PROBE_S)[0].decode(errors="replace")
        except (OSError, NotPlayableError, subprocess.TimeoutExpired):
            return ""
