"""Edits follow the release: what the tools of 27 releases answered, and the table of releases against Continue's source.

vectors_by_release.json holds inputs made for this project and what the tools of each release made of them, run as they
stand at that tag. A text is the file afterwards. Set CONTINUE_SOURCE to a clone of Continue to check the table too.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from builder.errors import ToolError
from builder.sandbox.isolation import best_isolation
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.continue_core.edit_behaviour import (
    NEWEST,
    Mark,
    Step,
    behaviour_of,
    parse_release,
    steps,
)
from builder.toolkits.loading import load_toolkit
from builder.toolkits.session import Session


class Answer(msgspec.Struct, forbid_unknown_fields=True):
    """What some releases did: a file changed, or an error. `shown`: the first line that the model is shown."""

    releases: list[str]
    path: str = ""
    text: str = ""
    shown: str = ""
    error: str = ""


class Vector(msgspec.Struct, forbid_unknown_fields=True):
    what: str
    tool: str
    file: str
    arguments: dict[str, object]
    answers: list[Answer]
    unread: bool = False


class Vectors(msgspec.Struct, forbid_unknown_fields=True):
    note: str
    files: dict[str, str]
    vectors: list[Vector]


KNOWN = msgspec.json.decode(
    Path(__file__).with_name("vectors_by_release.json").read_bytes(), type=Vectors
)


def _name(vector: Vector) -> str:
    return f"{vector.tool}: {vector.what}"


@pytest.mark.parametrize("vector", KNOWN.vectors, ids=_name)
def test_the_edits_of_a_release_answer_as_its_own_did(vector: Vector, small_tree: Tree) -> None:
    for answer in vector.answers:
        for release in answer.releases:
            assert _played(vector, release, small_tree) == _told(answer), release


class Told(NamedTuple):
    """The file that was changed, its text, the first line of the result; or an error alone."""

    path: str
    text: str
    shown: str
    error: str = ""


def _told(answer: Answer) -> Told:
    return Told(answer.path, answer.text, answer.shown, answer.error)


def _played(vector: Vector, release: str, tree: Tree) -> Told:
    toolkit = load_toolkit("cli" if vector.tool in ("Edit", "MultiEdit") else "ide")
    with WorkCopy(tree) as copy:
        copy.write_text("notes.txt", KNOWN.files[vector.file])
        read = frozenset() if vector.unread else frozenset({"notes.txt"})
        session = Session(copy, best_isolation(), release=f"{release}-vscode", read_before=read)
        arguments = dict(vector.arguments)
        if toolkit.surface == "cli" and arguments["file_path"]:
            arguments["file_path"] = f"/workspace/{arguments['file_path']}"
        before = dict(copy.changes)
        try:
            result = toolkit.tools[vector.tool](session, arguments, 1)
        except ToolError as error:
            assert copy.changes == before
            return Told("", "", "", error.message)
        path = next((p for p, data in copy.changes.items() if before.get(p) != data), "notes.txt")
        shown = result.split("\nDiff:")[0] if toolkit.surface == "cli" else ""
        return Told(path, copy.read_text(path), shown)


def test_what_the_extension_tells_follows_the_release(small_tree: Tree) -> None:
    arguments: dict[str, object] = {
        "filepath": "notes.txt",
        "old_string": "a",
        "new_string": "b",
    }
    told = {}
    for release in ("v1.3.2", "v1.3.7", "v1.3.8", "v1.2.4", "v1.2.5", "main"):
        with WorkCopy(small_tree) as copy:
            copy.write_text("notes.txt", "a")
            session = Session(copy, best_isolation(), release=release)
            told[release] = load_toolkit("ide").tools["single_find_and_replace"](
                session, arguments, 1
            )
    edited = "Successfully edited file:///workspace/notes.txt"
    assert told == {
        "v1.3.2": "No tool output", "v1.3.7": "No tool output", "v1.3.8": edited,
        "v1.2.4": "No tool output", "v1.2.5": edited, "main": edited,
    }  # fmt: skip


def test_what_is_no_tag_of_the_extension_behaves_as_the_newest_release() -> None:
    for release in ("", "main", "d0a3c0b626", "v1.2.3-jetbrains", "v99.0.0-vscode"):
        assert behaviour_of(release) == NEWEST
    assert behaviour_of("v2.1.0-vscode") == behaviour_of("v2.1.0") == NEWEST


def test_a_channel_only_ever_gains_steps() -> None:
    for one, other in pairwise(steps()):
        for channel in ("stable", "prerelease"):
            first, second = (
                parse_release(getattr(one, channel)),
                parse_release(getattr(other, channel)),
            )
            assert first is not None
            assert second is not None
            assert first.version <= second.version, (one.what, other.what)


Shown = dict[tuple[str, str], str]
"""What stands in a file at a tag."""


@pytest.fixture(scope="module")
def source() -> tuple[list[str], Shown]:
    """Every tag of the extension in order, and the files with marks at each."""
    folder = os.environ.get("CONTINUE_SOURCE", "")
    if not folder:
        pytest.skip("CONTINUE_SOURCE does not name a clone of Continue")
    listed = _git(folder, b"", "tag", "-l", "v*-vscode", "--sort=v:refname").decode()
    tags = listed.split()
    files = sorted({mark.file for step in steps() for mark in step.marks})
    asked = [(tag, file) for tag in tags for file in files]
    wanted = "".join(f"{tag}:{file}\n" for tag, file in asked)
    out = _git(folder, wanted.encode(), "cat-file", "--batch")
    return tags, dict(_shown(asked, out))


def _git(folder: str, given: bytes, *arguments: str) -> bytes:
    command = ["git", "-C", folder, *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout


def _shown(asked: list[tuple[str, str]], out: bytes) -> Iterator[tuple[tuple[str, str], str]]:
    at = 0
    for key in asked:
        end = out.index(b"\n", at)
        head = out[at:end].split()
        at = end + 1
        if head[-1] != b"missing":
            size = int(head[-1])
            yield key, out[at : at + size].decode()
            at += size + 1


@pytest.mark.parametrize("step", steps(), ids=lambda step: step.what)
def test_a_step_begins_at_the_tags_that_the_table_names(
    step: Step, source: tuple[list[str], Shown]
) -> None:
    tags, shown = source
    for mark in step.marks:
        for channel, first in (("stable", step.stable), ("prerelease", step.prerelease)):
            _check_mark(step, mark, _of_channel(tags, channel), f"{first}-vscode", shown)


def _of_channel(tags: list[str], channel: str) -> list[str]:
    known = ((tag, parse_release(tag)) for tag in tags)
    return [tag for tag, one in known if one and one.is_prerelease == (channel == "prerelease")]


def _check_mark(step: Step, mark: Mark, tags: list[str], first: str, shown: Shown) -> None:
    """The mark stands at no tag before the first and at all others that have its file; a mark that goes, the other way."""
    place = tags.index(first)
    assert (first, mark.file) in shown
    if mark.gone:
        assert mark.text in shown[tags[place - 1], mark.file]
    for number, tag in enumerate(tags):
        text = shown.get((tag, mark.file))
        if text is not None and not (mark.gone and number < place):
            assert (mark.text in text) == (number >= place and not mark.gone), (step.what, tag)
