"""Runs the real ripgrep over a work copy. The pattern is data: it goes behind `-e`, never through a shell."""

from __future__ import annotations

import subprocess
from typing import NamedTuple

from builder.errors import NotPlayableError
from builder.sandbox.isolation import secret_free_environment
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.installed import installed_program

TIMEOUT_S = 10.0


class Found(NamedTuple):
    """ripgrep's exit code (0 found, 1 nothing, 2 error) and outputs."""

    code: int
    stdout: str
    stderr: str


def run_ripgrep(copy: WorkCopy, arguments: list[str]) -> Found:
    """Run rg in the root of a copy, one thread and sorted by path, so that the order never varies.

    Raises NotPlayableError for arguments that no process can be given, and when it does not end in time.
    """
    directory = copy.directory(writable=False)
    argv = [
        installed_program("rg", "ripgrep==14.1.0"),
        "--no-config",
        "-j",
        "1",
        "--sort",
        "path",
        *arguments,
    ]
    try:
        done = subprocess.run(
            argv,
            cwd=directory,
            env=secret_free_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (ValueError, subprocess.TimeoutExpired) as error:
        raise NotPlayableError("the search cannot be run, or does not end") from error
    root = str(directory)
    stdout = done.stdout.decode("utf-8", errors="replace").replace(root, copy.root)
    stderr = done.stderr.decode("utf-8", errors="replace").replace(root, copy.root)
    return Found(done.returncode, stdout, stderr)
