"""execute_python and execute_bash."""

from __future__ import annotations

from builder.conversation import Arguments
from builder.toolkits.coding.arguments import text_argument
from builder.toolkits.coding.confirmation import CANCELLED, is_allowed
from builder.toolkits.coding.interpreter import run_program
from builder.toolkits.coding.output import shown
from builder.toolkits.session import Session


def _execute_python(session: Session, arguments: Arguments, _parallel: int) -> str:
    """Files that the code writes stay in the workspace for the calls that follow."""
    code = text_argument(arguments, "code")
    if not is_allowed(session, "PYTHON CODE TO EXECUTE", code):
        return CANCELLED
    return shown(session, run_program(session, "execute", [code]), "code")


def _execute_bash(session: Session, arguments: Arguments, _parallel: int) -> str:
    command = text_argument(arguments, "command")
    if not is_allowed(session, "BASH COMMAND TO EXECUTE", command):
        return CANCELLED
    return shown(session, session.run_anyhow(command, merge=False), "command")


TOOLS = {"execute_python": _execute_python, "execute_bash": _execute_bash}
