"""Bash and CheckBackgroundJob.

Imitates extensions/cli/src/tools/{runTerminalCommand,checkBackgroundJob}.ts and services/BackgroundJobService.ts at
d0a3c0b626. Does not imitate: the login shell, the idle limit of 180 s and the `timeout` argument (the sandbox's own
limit is shorter), the clock: a job starts at a fixed time and takes two seconds. A background job exists where the
session names one.
"""

from __future__ import annotations

import json

from builder.conversation import Arguments
from builder.errors import RefusedCallError, ToolError
from builder.toolkits.continue_cli.required import require, required_string
from builder.toolkits.session import Session
from builder.toolkits.terminal_security import refuse_if_disabled
from builder.toolkits.truncation import keep_end

MAX_CHARACTERS = 50_000
MAX_LINES = 1_000
MAX_JOB_LINES = 1_000
JOB_ID = "bg-1-1740992400000"
_JOB_STARTED = "2025-03-03T09:00:00.000Z"
_JOB_ENDED = "2025-03-03T09:00:02.000Z"


def _bash(session: Session, arguments: Arguments, parallel: int) -> str:
    require(arguments, "Bash", "command")
    command = arguments["command"]
    if not command or not isinstance(command, str):
        raise RefusedCallError(
            "invalid_arguments", "command arg is required and must be a non-empty string"
        )
    refuse_if_disabled(command, "Command blocked by security policy")
    done = session.run(command, merge=False)
    if done.exit_code != 0 and done.stderr:
        raise ToolError(
            "command_execution_failed", f"Error (exit code {done.exit_code}): {done.stderr}"
        )
    output = f"{done.stdout}\nStderr: {done.stderr}" if done.stderr else done.stdout
    shown, was_cut = keep_end(output, MAX_CHARACTERS // parallel, MAX_LINES // parallel)
    if not was_cut or parallel == 1:
        return shown
    return (
        f"{shown}\n\n(Note: output limit reduced due to {parallel} parallel tool calls. Single-tool limit: "
        f"{MAX_CHARACTERS:,} characters or {MAX_LINES:,} lines.)"
    )


def _check_background_job(session: Session, arguments: Arguments, _parallel: int) -> str:
    job_id = required_string(arguments, "CheckBackgroundJob", "job_id")
    if not session.job or job_id != JOB_ID:
        known = [{"id": JOB_ID, "status": "completed", "command": _short(session.job)}]
        found = {"error": f"Job {job_id} not found", "available_jobs": known if session.job else []}
        return json.dumps(found, separators=(",", ":"), ensure_ascii=False)
    session.fixtures.add("background_job")
    done = session.run(session.job, merge=True)
    state = {
        "job_id": JOB_ID,
        "status": "completed" if done.exit_code == 0 else "failed",
        "command": session.job,
        "output": "\n".join(done.stdout.split("\n")[-MAX_JOB_LINES:]),
        "started_at": _JOB_STARTED,
        "ended_at": _JOB_ENDED,
        "duration_seconds": 2,
        "exit_code": done.exit_code,
    }
    return json.dumps(state, indent=2, ensure_ascii=False)


def _short(command: str) -> str:
    return command[:50] + ("..." if len(command) > 50 else "")


TOOLS = {"Bash": _bash, "CheckBackgroundJob": _check_background_job}
