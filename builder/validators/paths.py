"""Paths in arguments are ones that a developer's project has: inside the workspace, without tricks."""

from __future__ import annotations

import re

from builder.control_characters import make_visible
from builder.conversation import Example
from builder.validators.context import Context

_PATH_ARGUMENTS = frozenset(
    {"filepath", "file_path", "filePath", "dirPath", "dirpath", "path", "directory_path"}
)
_MADE_UP = re.compile(
    r"/?(path/to|your[_-]|foo/bar|example/path)|[<>|\\]|\A\w*:|\w{255}", re.IGNORECASE
)
_LONGEST_CHARACTERS = 1_000


class Paths:
    """Whether a file exists is not asked here: a row may show how a wrong path fails."""

    cost = 35
    stage = "row"

    def problem(self, example: Example, _context: Context) -> str | None:
        root = f"/workspace/{example.metadata.workspace}"
        for call in example.calls:
            for name, value in call.arguments.items():
                if name in _PATH_ARGUMENTS and isinstance(value, str):
                    reason = _path_problem(value, root)
                    if reason:
                        return f"{call.name}.{name} {value[:200]!r} {reason}"
        return None


def _path_problem(path: str, root: str) -> str | None:
    is_long = len(path) > _LONGEST_CHARACTERS
    if is_long or _MADE_UP.search(path) or make_visible(path) != path or "\n" in path:
        return "is no path that a project has"
    if ".." in path.split("/"):
        return "leads out of its folder"
    if path.startswith(("/", "~")) and path != root and not path.startswith(f"{root}/"):
        return "is outside of the workspace"
    return None


CHECK = Paths()
