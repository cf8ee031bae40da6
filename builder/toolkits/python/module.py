"""A user's Python module, running in the sandbox: asked for its tools, given calls.

Whoever names the module trusts it to be shown to the sandbox, not more: it is imported there, with the packages of this
environment to read, without network, keys, or any file but itself and the workspace.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from builder.errors import NotPlayableError, SourceError, ToolError
from builder.sandbox.isolation import Isolation, Shown
from builder.sandbox.service import ANSWER_TIMEOUT_S, Service
from builder.sandbox.workcopy import WorkCopy

_HOST = Path(__file__).with_name("host.py")
_FOLDER = "/opt/tools"
_START_TIMEOUT_S = 20.0
"""For the first answer, which waits for imports."""


class PythonModule:
    """One process with the module. Close it when done."""

    def __init__(self, name: str, copy: WorkCopy, isolation: Isolation) -> None:
        """Start it. `name`: a file, or a dotted name as `import` takes it. Raises SourceError, NotPlayableError."""
        file = _file_of(name)
        known_as = f"{_FOLDER}/{file.name}" if file else name
        shown = [Shown(_HOST, f"{_FOLDER}/host/host.py"), *_environment()]
        if file:
            shown.append(Shown(file, known_as))
        command = [sys.executable, "-I", "-B", f"{_FOLDER}/host/host.py", known_as]
        self._service = Service(command, copy, isolation, read_only=shown)
        self._has_answered = False

    def close(self) -> None:
        """End the process."""
        self._service.close()

    def tools(self) -> list[object]:
        """Every function as an object with name, description and parameters. Raises SourceError."""
        try:
            answer = self._ask({})
        except NotPlayableError as error:
            raise SourceError(f"the module does not load in the sandbox: {error}") from error
        if "tools" not in answer:
            raise SourceError(str(answer.get("error")))
        tools = answer["tools"]
        return tools if isinstance(tools, list) else []

    def call(self, tool: str, arguments: dict[str, object]) -> str:
        """What a function gives. Raises ToolError where it fails, NotPlayableError where it does not answer."""
        answer = self._ask({"tool": tool, "arguments": arguments})
        if "error" in answer:
            raise ToolError("python_error", str(answer["error"]))
        return str(answer.get("text", ""))

    def _ask(self, request: dict[str, object]) -> dict[str, object]:
        timeout_s = ANSWER_TIMEOUT_S if self._has_answered else _START_TIMEOUT_S
        answer = json.loads(self._service.ask(json.dumps(request), timeout_s))
        self._has_answered = True
        return answer if isinstance(answer, dict) else {}


def _file_of(name: str) -> Path | None:
    """The file or folder of a module that stands here; None for one that is installed. Raises SourceError."""
    path = Path(name)
    if path.suffix == ".py":
        if not path.is_file():
            raise SourceError(f"python:{name}: there is no such file")
        return path.resolve()
    here = Path(*name.split("."))
    if here.with_suffix(".py").is_file():
        return here.with_suffix(".py").resolve()
    return None


def _environment() -> list[Shown]:
    """The interpreter and the packages that are installed beside it, at their own paths."""
    places = {
        Path(sys.prefix),
        Path(sys.base_prefix),
        Path(os.path.realpath(sys.executable)).parent.parent,
    }
    return [
        Shown(place, str(place)) for place in sorted(places) if not place.is_relative_to("/usr")
    ]
