"""How the edit tools of a release behave: edit_behaviour.toml beside this file, asked by the release's tag.

Knows Continue's tags `v*-vscode` on their two channels, stable and pre-release; the terminal program is the one of the
same tag. A commit, a branch or another tag counts as the newest release that the table knows.
"""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import msgspec

_TAG = re.compile(r"v(\d+)\.(\d+)\.(\d+)(?:-vscode)?")

Version = tuple[int, int, int]


class EditBehaviour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs between releases.

    `shared_engine`: find_and_replace.py serves both clients; before it, each had its own (early_edits.py).
    `ways`, `block_ways`: names in text_matching.py. `edited`, `lazily_edited`: what the extension's model is told,
    `{address}` being the file's. `refuses_early`: a failing edit counts as a call with wrong arguments. `plays_snippets`: what becomes of
    edit_existing_file's snippets is known.
    """

    shared_engine: bool
    ways: tuple[str, ...]
    reindents: bool
    strict_arguments: bool
    refuses_early: bool
    plays_snippets: bool
    edited: str
    lazily_edited: str
    names_missing_arguments: bool
    drops_leading_dot: bool
    block_argument: str
    block_ways: tuple[str, ...]
    resolves_links: bool


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By what the source shows that a step was made; `gone`: what it shows no more."""

    file: str
    text: str
    gone: bool = False


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One change and the first tags that have it, without their `-vscode`."""

    what: str
    stable: str
    prerelease: str
    marks: tuple[Mark, ...]
    set: dict[str, bool | str | tuple[str, ...]] = {}


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    start: EditBehaviour
    steps: tuple[Step, ...]


class Release(NamedTuple):
    """A tag taken apart. Odd minor versions, from 0.9 on, are pre-releases."""

    version: Version

    @property
    def is_prerelease(self) -> bool:
        return self.version[1] % 2 == 1 and self.version[0] < 2

    def has(self, step: Step) -> bool:
        """Whether the change is in this release."""
        first = parse_release(step.prerelease if self.is_prerelease else step.stable)
        return first is not None and self.version >= first.version


def parse_release(tag: str) -> Release | None:
    """The release that a tag names, or None for what is no tag of the extension."""
    found = _TAG.fullmatch(tag)
    return Release((int(found[1]), int(found[2]), int(found[3]))) if found else None


@functools.cache
def _table() -> _Table:
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Table)


def steps() -> tuple[Step, ...]:
    """Every change, in the order in which they lie over one another."""
    return _table().steps


@functools.cache
def behaviour_of(release: str) -> EditBehaviour:
    """How edits behave at a tag; what is no tag behaves as the newest release."""
    known = parse_release(release)
    behaviour = msgspec.to_builtins(_table().start)
    for step in steps():
        if known is None or known.has(step):
            behaviour.update(step.set)
    return msgspec.convert(behaviour, EditBehaviour)


NEWEST = behaviour_of("")
