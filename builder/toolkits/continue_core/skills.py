"""Finds the skills of a workspace below `.continue/skills` and `.claude/skills`: SKILL.md and the files beside it.

Imitates core/config/markdown/loadMarkdownSkills.ts and extensions/cli/src/util/loadMarkdownSkills.ts at d0a3c0b626. Does
not imitate: skills in the home folder; `.ignore` files, by which the terminal program leaves files unnamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.continue_core.folder_walk import walk
from builder.toolkits.continue_core.front_matter import parse_document

_FOLDERS = (".continue/skills", ".claude/skills")
_ORDER = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789"
"""How English sorts what is no letter."""


class Skill(NamedTuple):
    """One skill: where it stands and what it says."""

    name: str
    description: str
    content: str
    path: str


def find_skill(skills: list[Skill], name: object) -> tuple[Skill | None, list[str]]:
    """The first skill of that name, and the names of all."""
    return next((s for s in skills if s.name == name), None), [s.name for s in skills]


def walked_skills(copy: WorkCopy) -> list[Skill]:
    """The extension's skills, at any depth: every one that has a name and a description."""
    found = (
        f"{folder}/{path}"
        for folder in _FOLDERS
        if copy.is_dir(folder)
        for path in walk(copy, folder, recursive=True, indexing=True)
    )
    return list(_read_all(copy, (path for path in found if path.endswith("SKILL.md"))))


def top_skills(copy: WorkCopy) -> list[Skill]:
    """The terminal program's skills, each in a folder of its own."""
    found = (
        f"{folder}/{name}/SKILL.md"
        for folder in _FOLDERS
        for name, is_folder in copy.children(folder)
        if is_folder
    )
    return list(_read_all(copy, (path for path in found if copy.is_file(path))))


def _read_all(copy: WorkCopy, paths: Iterable[str]) -> Iterator[Skill]:
    for path in paths:
        document = parse_document(copy.read_text(path))
        name, description = document.fields.get("name"), document.fields.get("description")
        if name and description:
            yield Skill(name, description, document.body, path)


def files_indexed_beside(copy: WorkCopy, skill: Skill) -> list[str]:
    """The files in the skill's folder that the extension names, in its order."""
    folder = skill.path.rpartition("/")[0]
    lines = walk(copy, folder, recursive=True, indexing=True)
    return [f"{folder}/{line}" for line in lines if not line.endswith(("/", "SKILL.md"))]


def files_walked_over(copy: WorkCopy, skill: Skill) -> list[str]:
    """The files in the skill's folder that the terminal program names, in its order."""
    folder = skill.path.removesuffix("SKILL.md")
    found = (p.removeprefix(folder) for p in copy.paths() if p.startswith(folder))
    return [folder + path for path in sorted(found, key=_english) if not path.endswith("SKILL.md")]


def _english(text: str) -> tuple[list[tuple[int, str]], list[bool]]:
    """A key to sort by: letters without regard to case, small ones first where nothing else differs."""
    places = [(_ORDER.find(letter), "") for letter in text]
    letters = [
        place if place[0] >= 0 else (len(_ORDER), letter.lower())
        for place, letter in zip(places, text, strict=True)
    ]
    return letters, [letter.isupper() for letter in text]
