"""The environments of child processes: made from nothing, so that no key of the caller can leak.

Used by every level (limits.py, landlock.py, bubblewrap.py) and by our own helpers, git and ripgrep.
"""

from __future__ import annotations

import os

SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"


def bare_environment(path: str, home: str) -> dict[str, str]:
    """All that a command is told: where programs are, where it may leave things, and how to be reproducible."""
    return {
        "PATH": path,
        "HOME": home,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_SYSTEM": "/dev/null",
        "GIT_PAGER": "cat",
        "GIT_OPTIONAL_LOCKS": "0",
    }


def secret_free_environment() -> dict[str, str]:
    """The environment for our own trusted helpers (git, ripgrep): paths and locale, no keys."""
    kept = ("PATH", "LANG", "TMPDIR", "SYSTEMROOT")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    return {
        **env,
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_SYSTEM": "/dev/null",
    }
