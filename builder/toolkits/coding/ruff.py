"""Runs ruff, the analyser, over a piece of code: nothing of the code is run.

The code comes by stdin; no configuration of the machine or the workspace counts, nor do the code's own `noqa` comments.
"""

from __future__ import annotations

import subprocess
import sys

import msgspec

from builder.errors import NotPlayableError
from builder.sandbox.isolation import secret_free_environment
from builder.toolkits.installed import installed_program

TIMEOUT_S = 10.0
SYNTAX_ERROR = "invalid-syntax"
_WITH_FINDINGS = 1


class Place(msgspec.Struct, frozen=True):
    """Both from 1."""

    row: int
    column: int


class Finding(msgspec.Struct, frozen=True):
    """One thing that a rule found; `code` names the rule, `invalid-syntax` for code that does not parse."""

    message: str
    location: Place
    code: str | None = None

    @property
    def is_syntax_error(self) -> bool:
        return self.code in (None, SYNTAX_ERROR)


def run_ruff(code: str, rules: str, *settings: str) -> list[Finding]:
    """What the rules (`E9,F`) find, by line. `settings`: further options of `ruff check`.

    Raises NotPlayableError when it does not end in time, or ends otherwise than with a list of findings.
    """
    version = f"py{sys.version_info.major}{sys.version_info.minor}"
    argv = [
        installed_program("ruff", "ruff"),
        "check",
        "--isolated",
        "--no-cache",
        "--ignore-noqa",
        "--quiet",
    ]
    argv += ["--select", rules, "--target-version", version, "--output-format", "json"]
    argv += [*settings, "--stdin-filename", "code.py", "-"]
    try:
        done = subprocess.run(
            argv,
            input=code.encode(),
            env={**secret_free_environment(), "RAYON_NUM_THREADS": "1"},
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        found = msgspec.json.decode(done.stdout, type=list[Finding])
    except (subprocess.TimeoutExpired, msgspec.DecodeError) as error:
        raise NotPlayableError("the code cannot be analysed") from error
    if done.returncode > _WITH_FINDINGS:
        raise NotPlayableError(f"ruff ended with {done.returncode}")
    return sorted(found, key=lambda one: (one.location.row, one.location.column, one.code or ""))
