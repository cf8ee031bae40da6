"""Paths at the levels without mounts: commands name those of the workspace, processes see those of the host.

A command is rewritten where it names the root or what is shown to it; its output is rewritten back. What a program in
the workspace names by itself is not. A private folder stands for `/tmp`: programs find it by TMPDIR, not by that name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from builder.sandbox.isolation.level import Command, Shown

_TEMPORARY = "/tmp"  # noqa: S108 - how outputs name the private folder, as at the level with mounts


class Paths:
    """Each path as commands know it, with the one it has on the host; longer ones count first."""

    def __init__(self, named: Mapping[str, str], scratch: Path) -> None:
        self._hosts = named
        pairs = [*named.items(), (_TEMPORARY, str(scratch))]
        self._back = sorted(pairs, key=lambda pair: -len(pair[1]))
        # Not within a longer path (`src/workspace`, `/workspaces`), but behind `=`, `:` or the letter of an option.
        names = "|".join(map(re.escape, sorted(named, key=len, reverse=True)))
        self._named = re.compile(rf"(?:(?<![\w.~}}/-])|(?<=\s-\w))(?:{names})(?![\w-])")

    def into(self, command: Command) -> Command:
        """The command with the paths of the host."""
        if isinstance(command, str):
            return self._to_host(command)
        return [self._to_host(argument) for argument in command]

    def back(self, text: str) -> str:
        """Output with the paths that the command knows."""
        for inside, host in self._back:
            text = text.replace(host, inside)
        return text

    def _to_host(self, text: str) -> str:
        return self._named.sub(lambda found: self._hosts[found.group()], text)


def host_paths(directory: Path, root: str, scratch: Path, read_only: Sequence[Shown]) -> Paths:
    """The paths of a command that runs in `directory`, with `scratch` for its temporary files."""
    shown = {one.inside: str(one.place) for one in read_only}
    return Paths({root: str(directory), **shown}, scratch)
