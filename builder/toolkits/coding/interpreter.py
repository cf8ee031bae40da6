"""Starts Python inside the sandbox: the version that this program runs on, without the machine's own packages.

What it runs are the programs in inside/, which are given the code as an argument. Other versions word errors in other
ways, so a row says which one it was played with.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence
from pathlib import Path

from builder.sandbox.isolation import Shown
from builder.sandbox.process import Completed
from builder.toolkits.session import Session

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
FIXTURE = f"python-{VERSION}"
"""Stands in the fixtures of every row whose results depend on the version."""


def run_program(
    session: Session, program: str, arguments: Sequence[str], read_only: Sequence[Shown] = ()
) -> Completed:
    """Run a program of inside/ by its name; also returns what ran too long or printed too much.

    -S: standard library only. -P: nothing in the workspace stands in for a module that the program needs.
    """
    session.fixtures.add(FIXTURE)
    argv = [f"python{VERSION}", "-S", "-P", "-c", _source(program), *arguments]
    return session.run_anyhow(argv, merge=False, read_only=read_only)


@functools.cache
def _source(program: str) -> str:
    return (Path(__file__).parent / "inside" / f"{program}.py").read_text(encoding="utf-8")
