"""Bash and CheckBackgroundJob.

Imitates extensions/cli/src/tools/{runTerminalCommand,checkBackgroundJob}.ts and services/BackgroundJobService.ts at
d0a3c0b626. Does not imitate: the login shell; a silence of more than the sandbox's own limit (such a call ends the
example); the clock: a job starts at a fixed time and takes two seconds. In the original a job comes about only when the
user sends a running command to the background, so one exists where the session names one: at most one, and it is over
when it is looked at.
"""

from __future__ import annotations

import json

from builder.conversation import Arguments
from builder.errors import ToolError
from builder.sandbox.process import Completed
from builder.toolkits.continue_cli.required import require, requiring, shown_text
from builder.toolkits.continue_core.javascript import as_number, cut, length, number_text
from builder.toolkits.continue_core.terminal_security import refuse_if_disabled
from builder.toolkits.continue_core.truncation import keep_end
from builder.toolkits.session import Session

MAX_CHARACTERS = 50_000
MAX_LINES = 1_000
MAX_JOB_LINES = 1_000
MAX_TIMEOUT_S = 600
JOB_ID = "bg-1-1740992400000"
_JOB_STARTED = "2025-03-03T09:00:00.000Z"
_JOB_ENDED = "2025-03-03T09:00:02.000Z"
_AT_ONCE_S = 0.001
"""A timeout up to this one is over before a shell has started."""


def _prepare_bash(_session: Session, arguments: Arguments) -> Arguments:
    require(arguments, "Bash", "command")
    command = arguments["command"]
    if not command or not isinstance(command, str):
        raise ToolError(
            "invalid_arguments", "command arg is required and must be a non-empty string"
        )
    return arguments


def _bash(session: Session, arguments: Arguments, parallel: int) -> str:
    refuse_if_disabled(arguments["command"], "Command blocked by security policy")
    idle_s = _idle_timeout_s(arguments)
    if idle_s is not None and not idle_s > _AT_ONCE_S:
        return _timed_out("", idle_s)
    done = session.run(str(arguments["command"]), merge=False, idle_timeout_s=idle_s)
    if done.idle and idle_s is not None:
        return _shown(_timed_out(_output(done), idle_s), parallel)
    if done.exit_code != 0 and done.stderr:
        raise ToolError(
            "command_execution_failed", f"Error (exit code {done.exit_code}): {done.stderr}"
        )
    return _shown(_output(done), parallel)


def _idle_timeout_s(arguments: Arguments) -> float | None:
    """After how many seconds without output the command ends; None: after the usual 180."""
    if "timeout" not in arguments:
        return None
    wanted = as_number(arguments["timeout"])
    return min(wanted, MAX_TIMEOUT_S)


def _timed_out(output: str, idle_s: float) -> str:
    return f"{output}\n\n[Command timed out after {number_text(idle_s)} seconds of no output]"


def _output(done: Completed) -> str:
    return f"{done.stdout}\nStderr: {done.stderr}" if done.stderr else done.stdout


def _shown(output: str, parallel: int) -> str:
    shown, was_cut = keep_end(output, MAX_CHARACTERS // parallel, MAX_LINES // parallel)
    if not was_cut or parallel == 1:
        return shown
    return (
        f"{shown}\n\n(Note: output limit reduced due to {parallel} parallel tool calls. Single-tool limit: "
        f"{MAX_CHARACTERS:,} characters or {MAX_LINES:,} lines.)"
    )


def _check_background_job(session: Session, arguments: Arguments, _parallel: int) -> str:
    job_id = arguments["job_id"]
    if not session.job or job_id != JOB_ID:
        return _not_found(session, shown_text(job_id))
    done = _job_done(session)
    state = {
        "job_id": JOB_ID,
        "status": _status(done),
        "command": session.job,
        "output": "\n".join(done.stdout.split("\n")[-MAX_JOB_LINES:]),
        "started_at": _JOB_STARTED,
        "ended_at": _JOB_ENDED,
        "duration_seconds": 2,
        "exit_code": done.exit_code,
    }
    return json.dumps(state, indent=2, ensure_ascii=False)


def _job_done(session: Session) -> Completed:
    """How the job ended: it runs once in a conversation."""
    session.fixtures.add("background_job")
    if session.job_done is None:
        session.job_done = session.run(session.job, merge=True)
    return session.job_done


def _status(done: Completed) -> str:
    return "completed" if done.exit_code == 0 else "failed"


def _not_found(session: Session, job_id: str) -> str:
    known = []
    if session.job:
        short = cut(session.job, 0, 50) + ("..." if length(session.job) > 50 else "")
        known = [{"id": JOB_ID, "status": _status(_job_done(session)), "command": short}]
    found = {"error": f"Job {job_id} not found", "available_jobs": known}
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False)


TOOLS = {"Bash": _bash, "CheckBackgroundJob": _check_background_job}
PREPARATIONS = {
    "Bash": _prepare_bash,
    "CheckBackgroundJob": requiring("CheckBackgroundJob", "job_id"),
}
