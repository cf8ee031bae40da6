"""run_terminal_command.

Imitates core/tools/implementations/runTerminalCommand.ts at d0a3c0b626, and the answer of
gui/src/redux/thunks/evaluateToolPolicies.ts to a command that is never run. Does not imitate: the login shell, the
variables that ask for colours, remote workspaces, the limit of 120 s (the sandbox's own is shorter). A command in the
background really runs, to its end: what it changes is there for the calls after it, but its output never comes, as if
the model had gone on before. One that does not end within the sandbox's limit (a server) is ended there.
"""

from __future__ import annotations

from builder.conversation import Arguments
from builder.toolkits.continue_core.argument_values import boolean_argument, string_argument
from builder.toolkits.continue_core.terminal_security import refuse_if_disabled
from builder.toolkits.session import Session

# The editor means to show the command here and looks for it under a name that the tool no longer has.
_DISABLED = (
    "This command has been disabled by security policy:\n\nrun_terminal_command\n\n"
    "This command cannot be executed as it may pose a security risk."
)


def _run_terminal_command(session: Session, arguments: Arguments, _parallel: int) -> str:
    refuse_if_disabled(arguments.get("command"), _DISABLED)
    command = string_argument(arguments, "command")
    if boolean_argument(arguments, "waitForCompletion") is False:
        session.run_anyhow(command, merge=True)
        return "\n[Status: Command is running in the background...]"
    done = session.run(command, merge=True)
    status = (
        "Command completed"
        if done.exit_code == 0
        else f"Command failed with exit code {done.exit_code}"
    )
    return f"{done.stdout}\n[Status: {status}]"


TOOLS = {"run_terminal_command": _run_terminal_command}
