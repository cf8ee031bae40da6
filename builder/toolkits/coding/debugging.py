"""debug_code: runs code and says whether a given error comes up, where, with which values, and what usually helps.

The hints are in hints.toml. Nothing here changes the code.
"""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path

import msgspec

from builder.conversation import Arguments
from builder.errors import ToolError
from builder.toolkits.coding.arguments import text_argument
from builder.toolkits.coding.confirmation import CANCELLED, is_allowed
from builder.toolkits.coding.interpreter import run_program
from builder.toolkits.coding.output import capped, steady, time_limit_text
from builder.toolkits.session import Session

_CONTEXT_LINES = 2
_MAX_OUTPUT_CHARACTERS = 2_000
_MAX_HINTS = 3
_GIVEN = re.compile(r"(?m)^(?P<kind>(?:\w+\.)*[A-Z]\w*)(?:: (?P<message>.*))?$")


class Report(msgspec.Struct, frozen=True):
    """How a run ended (inside/debug.py): `kinds` are the exception's class and its bases, empty where there was none.

    `line` 0: the exception arose outside of the code.
    """

    kinds: tuple[str, ...] = ()
    message: str = ""
    line: int = 0
    function: str = ""
    values: dict[str, str] = {}

    @property
    def kind(self) -> str:
        return self.kinds[0] if self.kinds else ""

    @property
    def exception(self) -> str:
        return f"{self.kind}: {self.message}" if self.message else self.kind


class Hint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Advice on exceptions of a kind whose message has the pattern."""

    kind: str
    text: str
    pattern: str = ""


class Hints(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """hints.toml: the more particular ones first."""

    hints: tuple[Hint, ...]


def _debug_code(session: Session, arguments: Arguments, _parallel: int) -> str:
    code = text_argument(arguments, "code")
    given = text_argument(arguments, "error", allow_empty=True).strip()
    if not is_allowed(session, "PYTHON CODE TO DEBUG", code):
        return CANCELLED
    done = run_program(session, "debug", [code])
    if done.timed_out:
        raise ToolError("timeout", time_limit_text("code"))
    try:
        report = msgspec.json.decode(steady(session, done.stdout), type=Report)
    except msgspec.DecodeError as error:
        ended = f"The code ended the process with exit code {done.exit_code}, without an exception."
        raise ToolError("failed", ended) from error
    return "\n\n".join(_sections(code, given, report, steady(session, done.stderr)))


def _sections(code: str, given: str, report: Report, printed: str) -> list[str]:
    sections = [_verdict(given, report)]
    if report.line:
        sections.append(_place(code, report))
    if report.values:
        values = "\n".join(f"  {name} = {value}" for name, value in report.values.items())
        sections.append(f"Local variables:\n{values}")
    if printed.strip():
        sections.append(f"Output:\n{capped(printed.rstrip(), _MAX_OUTPUT_CHARACTERS)}")
    hints = _hints(report, given)
    if hints:
        sections.append("Hints:\n" + "\n".join(f"- {hint}" for hint in hints))
    return sections


def _verdict(given: str, report: Report) -> str:
    """One line on whether the given error came up."""
    if not report.kinds:
        return "Not reproduced: the code ran to its end without an exception."
    if not given:
        return f"The code raised {report.exception}"
    kind, message = _parts(given)
    if kind and kind not in report.kinds:
        return f"Not reproduced: the code raised {report.exception}"
    if message and message not in report.message and report.message not in message:
        return f"Reproduced in kind, with another message: {report.exception}"
    return f"Reproduced: {report.exception}"


def _parts(given: str) -> tuple[str, str]:
    """Kind and message of an error as a user pastes it: the last line of a traceback, or a message alone."""
    found = list(_GIVEN.finditer(given))
    if not found:
        return "", given.splitlines()[-1].strip()
    return found[-1]["kind"].rpartition(".")[2], (found[-1]["message"] or "").strip()


def _place(code: str, report: Report) -> str:
    """The failing line between its neighbours."""
    lines = code.splitlines()
    first = max(1, report.line - _CONTEXT_LINES)
    last = min(len(lines), report.line + _CONTEXT_LINES)
    shown = [
        f"{'>' if number == report.line else ' '} {number:>3} | {lines[number - 1]}".rstrip()
        for number in range(first, last + 1)
    ]
    within = f", in {report.function}" if report.function not in ("", "<module>") else ""
    return "\n".join([f"Line {report.line}{within}:", *shown])


def _hints(report: Report, given: str) -> list[str]:
    """Advice on what was raised; on what was given where nothing was."""
    kinds, message = report.kinds, report.message
    if not kinds:
        kind, message = _parts(given) if given else ("", "")
        kinds = (kind,)
    fitting = (
        hint.text
        for kind in kinds
        for hint in _all_hints()
        if hint.kind == kind and re.search(hint.pattern, message)
    )
    return list(dict.fromkeys(fitting))[:_MAX_HINTS]


@functools.cache
def _all_hints() -> tuple[Hint, ...]:
    text = Path(__file__).with_name("hints.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), type=Hints).hints


TOOLS = {"debug_code": _debug_code}
