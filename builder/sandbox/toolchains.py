"""Whether a command counts on more than a shell, git, Python and the usual Unix tools.

Tasks that ship with the program say of each command whether it can be played; of one that a model wrote nobody does. It
is read here and not tried: a program that happens to be installed answers otherwise on the next machine. Names stand in
toolchains.toml. Says nothing about what a command does: that is the sandbox's.
"""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path

_BEFORE = r"(?:^|[;&|(\n`]|\b(?:then|do|else|exec|env|nohup|sudo|time|timeout \d+|xargs)\s)\s*(?:\w+=\S*\s+)*"
_PYTHON = r"(?:python[\d.]*\s+-m\s+)"


@functools.cache
def _pattern() -> re.Pattern[str]:
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    names = "|".join(map(re.escape, tomllib.loads(text)["programs"]))
    return re.compile(rf"{_BEFORE}(?:[\w./-]*/)?(?:{_PYTHON})?(?:{names})(?=[\s;&|)`]|$)")


def counts_on_toolchain(command: str) -> bool:
    """`npm test`, `cd app && cargo build`, `python3 -m pytest`; not `git log`, not `grep -rn npm .`."""
    return _pattern().search(command) is not None
