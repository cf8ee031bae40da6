"""Finds the programs that come with packages of ours."""

from __future__ import annotations

import functools
import shutil
import sys
from pathlib import Path

from builder.errors import SandboxError


@functools.cache
def installed_program(name: str, package: str) -> str:
    """The binary that a package installs beside this interpreter, else one on the path. Raises SandboxError."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise SandboxError(f"{name} is missing: pip install {package}")
    return found
