"""Checklist, AskQuestion, Skills, Fetch: tools that touch no files.

Imitates extensions/cli/src/tools/{writeChecklist,askQuestion,skills,fetch}.ts at d0a3c0b626. Does not imitate: the
user, whose choice the session prepares, and the network (a web ships with a workspace; toolkits/web reads it).
"""

from __future__ import annotations

from builder.conversation import Arguments
from builder.errors import NotPlayableError, ToolError
from builder.toolkits.continue_cli.required import required_string, requiring, shown_text
from builder.toolkits.continue_core.argument_values import string_argument
from builder.toolkits.continue_core.javascript import cut
from builder.toolkits.continue_core.skills import files_walked_over, find_skill, top_skills
from builder.toolkits.continue_core.truncation import keep_beginning
from builder.toolkits.continue_core.web.reading import page_text
from builder.toolkits.session import Session

MAX_PAGE_CHARACTERS = 20_000
"""The part that is taken over from the editor cuts here, and its note is dropped."""

MAX_FETCHED_CHARACTERS = 20_000
"""The program's own limit, with a note; the other one leaves nothing for it to cut."""


def _checklist(_session: Session, arguments: Arguments, _parallel: int) -> str:
    return f"Task list status:\n{shown_text(arguments['checklist'])}"


def _ask_question(session: Session, arguments: Arguments, _parallel: int) -> str:
    if not session.chosen:
        raise NotPlayableError("no user to ask")
    session.fixtures.add("user_choice")
    options = arguments["options"]
    if not isinstance(options, list) or not options:
        return f'User answered: "{session.chosen}"'
    if session.chosen in options:
        return f'User selected option {options.index(session.chosen) + 1}: "{session.chosen}"'
    return f'User provided custom answer: "{session.chosen}"'


def _skills(session: Session, arguments: Arguments, _parallel: int) -> str:
    name = arguments["skill_name"]
    skill, known = find_skill(top_skills(session.copy), name)
    if skill is None:
        raise ToolError(
            "skill_not_found",
            f'Skill "{shown_text(name)}" not found. Available skills: {", ".join(known) or "none"}',
        )
    lines = [
        f"<skill_name>{skill.name}</skill_name>",
        f"<skill_description>{skill.description}</skill_description>",
        f"<skill_content>{skill.content}</skill_content>",
    ]
    files = files_walked_over(session.copy, skill)
    if files:
        lines.append(f"<skill_files>{','.join(files)}</skill_files>")
        lines.append(
            "<other_instructions>Use the read file tool to access skill files as needed."
            "</other_instructions>"
        )
    return "\n".join(lines)


def _fetch(session: Session, arguments: Arguments, _parallel: int) -> str:
    url = required_string(arguments, "Fetch", "url")
    try:
        text = page_text(session, string_argument({"url": url}, "url"))
    except ToolError as error:
        raise ToolError(error.kind, f"Error: {error.message}") from error
    return keep_beginning(
        cut(text, 0, MAX_PAGE_CHARACTERS), MAX_FETCHED_CHARACTERS, "fetched content"
    )


TOOLS = {
    "Checklist": _checklist,
    "AskQuestion": _ask_question,
    "Skills": _skills,
    "Fetch": _fetch,
}
PREPARATIONS = {
    "Checklist": requiring("Checklist", "checklist"),
    "AskQuestion": requiring("AskQuestion", "question", "options"),
    "Skills": requiring("Skills", "skill_name"),
    "Fetch": requiring("Fetch", "url"),
}
