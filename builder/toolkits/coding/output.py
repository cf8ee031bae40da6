"""What the tools that run something answer: outputs, exit code, and what stands there when a limit was met.

The same run gives the same text: of a process that was stopped at the time limit nothing is shown, since how far it came
is chance, and addresses in memory are made equal.
"""

from __future__ import annotations

import re

from builder.errors import ToolError
from builder.sandbox.process import DEFAULT_TIMEOUT_S, MAX_OUTPUT_BYTES, Completed
from builder.toolkits.session import Session

MAX_CHARACTERS = 6_000
"""Of a longer output the beginning and the end are shown, half each."""
ADDRESSES = "addresses"
_ADDRESS = re.compile(r"(?<= at )0x[0-9a-f]{6,16}\b")
_SAME_ADDRESS = "0x7f0000000000"


def shown(session: Session, done: Completed, what: str) -> str:
    """The result text of a run that ended well. `what` ran: `code`, `command`.

    Raises ToolError with the text of one that failed, took too long or printed too much.
    """
    if done.timed_out:
        raise ToolError("timeout", time_limit_text(what))
    if done.cut:
        text = capped(steady(session, done.stdout or done.stderr)[: MAX_CHARACTERS // 2])
        notice = f"[stopped: the {what} printed more than {MAX_OUTPUT_BYTES:,} bytes]"
        raise ToolError("output_limit", f"{text}\n{notice}")
    text = steady(session, _both(done))
    if done.exit_code != 0:
        text = f"{text}\n[exit code: {done.exit_code}]".lstrip("\n")
        raise ToolError("failed", text)
    return text or "(no output)"


def time_limit_text(what: str) -> str:
    """What stands in place of a result at the time limit."""
    return (
        f"Stopped: the {what} was still running after {DEFAULT_TIMEOUT_S:g} seconds, the time limit. "
        "Its output is not shown."
    )


def steady(session: Session, text: str) -> str:
    """The text with every memory address replaced by the same one; the session notes that."""
    same = _ADDRESS.sub(_SAME_ADDRESS, text)
    if same != text:
        session.normalised.add(ADDRESSES)
    return same


def capped(text: str, limit: int = MAX_CHARACTERS) -> str:
    """The text, or its beginning and end with a notice of what is left out."""
    if len(text) <= limit:
        return text
    half = limit // 2
    left_out = len(text) - 2 * half
    return f"{text[:half]}\n[… {left_out:,} characters left out …]\n{text[-half:]}"


def _both(done: Completed) -> str:
    stdout, stderr = capped(done.stdout).rstrip("\n"), capped(done.stderr).rstrip("\n")
    if not stderr:
        return stdout
    return f"{stdout}\n[stderr]\n{stderr}" if stdout else f"[stderr]\n{stderr}"
