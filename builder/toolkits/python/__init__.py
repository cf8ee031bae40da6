"""Functions of a user's module as tools (`python:MODULE`): called for real, in the sandbox, one process a conversation.

host.py is what runs inside, module.py what talks to it. A function works in the workspace's copy and keeps what it keeps
in memory until the conversation ends. Results depend on the version of Python, so rows name it.
"""

from __future__ import annotations

import sys

from builder.conversation import Arguments
from builder.errors import SandboxError
from builder.toolkits.own_tools import OwnTools
from builder.toolkits.python.module import PythonModule
from builder.toolkits.session import Session


def toolkit_for(name: str) -> OwnTools:
    """The toolkit of a module."""

    def start(session: Session) -> PythonModule:
        return PythonModule(name, session.copy, session.isolation)

    def play(session: Session, tool: str, arguments: Arguments) -> str:
        if not session.may_run:
            raise SandboxError("no function is called here: the sandbox is too weak for it")
        session.ran_command = True
        session.fixtures.add(f"python-{sys.version_info.major}.{sys.version_info.minor}")
        return session.keep(start).call(tool, arguments)

    return OwnTools(f"python:{name}", play)
