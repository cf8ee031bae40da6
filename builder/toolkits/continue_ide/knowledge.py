"""create_rule_block, request_rule, read_skill.

Imitates core/tools/implementations/{createRuleBlock,requestRule,readSkill}.ts and the rule writer of
packages/config-yaml at d0a3c0b626. Does not imitate: rules and skills outside the workspace, rules.md files beside code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.conversation import Arguments
from builder.errors import ToolError
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.continue_core.argument_values import (
    boolean_argument,
    optional_string_argument,
    string_argument,
)
from builder.toolkits.continue_core.front_matter import parse_document, write_document
from builder.toolkits.continue_core.javascript import SPACE, trim
from builder.toolkits.continue_core.skills import files_indexed_beside, find_skill, walked_skills
from builder.toolkits.continue_ide.addresses import joined_path
from builder.toolkits.session import Session


def rule_file_name(name: str) -> str:
    """The slug of a rule's name."""
    kept = re.sub(f"[^a-z0-9{SPACE}-]", "", name.lower())
    return re.sub(f"[{SPACE}]+", "-", kept).strip("-")


def rule_markdown(rule: str, fields: dict[str, str | bool | None]) -> str:
    """A rule file: front matter with the fields that are given, in their order, then the rule."""
    given = {
        name: trim(value) if isinstance(value, str) else value
        for name, value in fields.items()
        if value not in (None, "")
    }
    return write_document(given, rule)


def _create_rule_block(session: Session, arguments: Arguments, _parallel: int) -> str:
    name = string_argument(arguments, "name")
    rule = string_argument(arguments, "rule")
    description = optional_string_argument(arguments, "description")
    regex = optional_string_argument(arguments, "regex")
    fields: dict[str, str | bool | None] = {
        "globs": optional_string_argument(arguments, "globs"),
        "regex": regex,
        "description": description,
        "alwaysApply": boolean_argument(arguments, "alwaysApply"),
    }
    content = rule_markdown(rule, fields)
    session.copy.write_text(f".continue/rules/{rule_file_name(name)}.md", content)
    return "Rule created successfully"


def _request_rule(session: Session, arguments: Arguments, _parallel: int) -> str:
    name = string_argument(arguments, "name")
    for path in _rule_files(session.copy):
        document = parse_document(session.copy.read_text(path))
        known_as = document.fields.get("name") or "/".join(
            session.copy.absolute(path).split("/")[-2:]
        )
        if known_as == name:
            return document.body
    raise ToolError("rule_not_found", f'Rule with name "{name}" not found or has no file path')


def _rule_files(copy: WorkCopy) -> Iterator[str]:
    """AGENTS.md, then the rules, then the prompts. A rule without a name is called by its folder and file."""
    if copy.is_file("AGENTS.md"):
        yield "AGENTS.md"
    for folder in (".continue/rules/", ".continue/prompts/"):
        yield from (p for p in copy.paths() if p.startswith(folder) and p.endswith(".md"))


def _read_skill(session: Session, arguments: Arguments, _parallel: int) -> str:
    name = string_argument(arguments, "skillName")
    skill, known = find_skill(walked_skills(session.copy), name)
    if skill is None:
        available = ", ".join(known) or "none"
        raise ToolError(
            "skill_not_found", f'Skill "{name}" not found. Available skills: {available}'
        )
    files = files_indexed_beside(session.copy, skill)
    if not files:
        return skill.content
    listing = "\n".join(f"file://{joined_path(session.copy.absolute(path))}" for path in files)
    return (
        f"{skill.content}\n\n## Supporting files\nSkill directory:\n{listing}\n\n"
        "Use the read file tool to access these files as needed."
    )


TOOLS = {
    "create_rule_block": _create_rule_block,
    "request_rule": _request_rule,
    "read_skill": _read_skill,
}
