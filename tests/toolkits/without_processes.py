"""Plays calls in a program of its own in which nothing may start a process or make a folder: `FOLDER SURFACE CALLS`.

Prints the results as JSON. An audit hook cannot be taken away again, so no test can have one in its own process.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from builder.conversation import Function, ToolCall
from builder.sandbox.isolation import best_isolation
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.loading import load_toolkit
from builder.toolkits.playing import play
from builder.toolkits.session import Session

FORBIDDEN = frozenset(
    (
        "subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.exec", "os.system", "pty.spawn",
        "os.mkdir", "shutil.copytree",
    )
)  # fmt: skip


class ForbiddenError(BaseException):
    """Not an Exception, so that nothing on the way takes it for a failure of its own."""


def _forbid(event: str, _arguments: tuple[object, ...]) -> None:
    if event in FORBIDDEN:
        raise ForbiddenError(event)


def main(folder: str, surface: str, calls: str) -> None:
    """Each call is a message of its own."""
    toolkit = load_toolkit(surface)
    with (
        WorkCopy(Tree(Path(folder), "/workspace")) as copy,
        Session(copy, best_isolation(), open_file="src/app.py") as session,
    ):
        sys.addaudithook(_forbid)
        results = [
            play(toolkit, session, [ToolCall("1", Function(name, json.dumps(arguments)))])
            for name, arguments in json.loads(calls)
        ]
    sys.stdout.write(json.dumps(results))


if __name__ == "__main__":
    main(*sys.argv[1:])
