"""analyze_code: mistakes, security and complexity, as ruff sees them (ruff.py).

Does not judge style, types or what the code does when it runs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from builder.conversation import Arguments
from builder.toolkits.coding.arguments import choice_argument, text_argument
from builder.toolkits.coding.output import capped
from builder.toolkits.coding.ruff import Finding, run_ruff
from builder.toolkits.session import Session

_RULES = {"syntax": "E9,F", "security": "S", "complexity": "C901"}
_NOTHING = {
    "syntax": "The code parses, and no undefined or unused names were found.",
    "security": "No security problems found.",
    "complexity": "There are no functions in the code.",
}
_EVERY_FUNCTION = ("--config", "lint.mccabe.max-complexity=0")
_COMPLEXITY = re.compile(r"`(?P<name>.+)` is too complex \((?P<number>\d+) > 0\)")
_SIMPLE, _MODERATE = 5, 10


def _analyze_code(_session: Session, arguments: Arguments, _parallel: int) -> str:
    code = text_argument(arguments, "code")
    kind = choice_argument(arguments, "analysis_type", tuple(_RULES))
    settings = _EVERY_FUNCTION if kind == "complexity" else ()
    found = run_ruff(code, _RULES[kind], *settings)
    broken = [one for one in found if one.is_syntax_error]
    if broken:
        return f"The code does not parse:\n{_listed(broken)}"
    if not found:
        return _NOTHING[kind]
    return capped(_complexities(found) if kind == "complexity" else _problems(found, kind))


def _problems(found: Sequence[Finding], kind: str) -> str:
    what = "problem" if len(found) == 1 else "problems"
    what = f"security {what}" if kind == "security" else what
    return f"{len(found)} {what} found:\n{_listed(found)}"


def _listed(found: Sequence[Finding]) -> str:
    return "\n".join(
        f"- line {one.location.row}, column {one.location.column}: {_named(one)}" for one in found
    )


def _named(one: Finding) -> str:
    message = " ".join(one.message.split())
    return message if one.is_syntax_error else f"{one.code} {message}"


def _complexities(found: Sequence[Finding]) -> str:
    """Every function with its cyclomatic complexity, highest first."""
    numbers = [(match, one) for one in found if (match := _COMPLEXITY.search(one.message))]
    numbers.sort(key=lambda item: -int(item[0]["number"]))
    lines = [
        f"- {match['name']} (line {one.location.row}): {match['number']}, {_grade(int(match['number']))}"
        for match, one in numbers
    ]
    return "Cyclomatic complexity of each function, highest first:\n" + "\n".join(lines)


def _grade(number: int) -> str:
    if number <= _SIMPLE:
        return "simple"
    return "moderate" if number <= _MODERATE else "complex, split it up"


TOOLS = {"analyze_code": _analyze_code}
