"""Finds the skills of a workspace: `.continue/skills/<folder>/SKILL.md` and the same below `.claude`, for both clients.

Imitates core/config/markdown/loadMarkdownSkills.ts at d0a3c0b626. Does not imitate: skills in the home folder, the
ignore rules by which some of the files beside a skill go unnamed.
"""

from __future__ import annotations

from typing import NamedTuple

from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.front_matter import parse_document


class Skill(NamedTuple):
    """One skill: where it stands and what it says."""

    name: str
    description: str
    content: str
    path: str


def find_skill(copy: WorkCopy, name: str) -> tuple[Skill | None, list[str]]:
    """The skill of that name, and the names of all."""
    skills = list_skills(copy)
    return next((s for s in skills if s.name == name), None), [s.name for s in skills]


def list_skills(copy: WorkCopy) -> list[Skill]:
    """Every skill that has a name and a description."""
    found = []
    folders = (".continue/skills/", ".claude/skills/")
    for path in sorted(copy.paths(), key=lambda path: path.startswith(folders[1])):
        if path.startswith(folders) and path.endswith("/SKILL.md"):
            document = parse_document(copy.read_text(path))
            name, description = document.fields.get("name"), document.fields.get("description")
            if name and description:
                found.append(Skill(name, description, document.body, path))
    return found


def supporting_files(copy: WorkCopy, skill: Skill) -> list[str]:
    """The other files in the skill's folder."""
    folder = skill.path.removesuffix("SKILL.md")
    return [p for p in copy.paths() if p.startswith(folder) and not p.endswith("SKILL.md")]
