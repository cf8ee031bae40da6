"""The table of attacks: tables/<kind>.toml, one [[attack]] for each hostile command.

`name`, `command`: what is tried; `@word@` stands for what is planted (ground.py).
`refused`: a pattern for the output of a command that was contained: it shows that the attempt was made, and failed.
`not_stopped`: levels that do not stop it, as their documentation says: there the command must get out.
`not_run`: level → why it is not tried there.
`timeout_s`, `ends`: time allowed; how it may end where it is contained: by itself, `timed_out`, `cut` or `not_played`
(it took too much, or left what no copy takes, so that nothing of it counts).
`at_most`: the last number that the command prints may not be larger; if it is, the limit does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

TABLES = Path(__file__).parent / "tables"
LEVELS = ("bubblewrap", "landlock", "limits")
_USUAL = "No such file or directory|Permission denied|Operation not permitted|Read-only file system|nonexistent|cross-device"


End = Literal["by itself", "timed_out", "cut", "not_played"]


class Attack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One hostile command."""

    name: str
    command: str
    refused: str = _USUAL
    not_stopped: tuple[str, ...] = ()
    not_run: Mapping[str, str] = {}
    timeout_s: float = 5.0
    ends: tuple[End, ...] = ("by itself",)
    at_most: int | None = None

    def written_for(self, words: Mapping[str, str]) -> str:
        """The command with what is planted put in."""
        return re.sub(r"@([a-z_0-9]+)@", lambda match: words[match[1]], self.command)


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    attack: tuple[Attack, ...]


class Case(NamedTuple):
    """An attack at a level."""

    kind: str
    level: str
    attack: Attack

    @property
    def id(self) -> str:
        return f"{self.level}-{self.kind}-{self.attack.name.replace(' ', '-')}"


def read_attacks() -> dict[str, tuple[Attack, ...]]:
    """Every kind with its attacks."""
    return {
        path.stem: msgspec.toml.decode(path.read_text(), type=_Table).attack
        for path in sorted(TABLES.glob("*.toml"))
    }


def cases() -> Iterator[Case]:
    """Every attack at every level at which it is run."""
    for kind, attacks in read_attacks().items():
        for attack in attacks:
            for level in LEVELS:
                if level not in attack.not_run:
                    yield Case(kind, level, attack)


def attack_named(kind: str, name: str) -> Attack:
    """One attack of the table."""
    return next(attack for attack in read_attacks()[kind] if attack.name == name)
