"""Code that a row writes parses: whole new files here, edited files once the row has been played (edited_code.py)."""

from __future__ import annotations

from builder.conversation import Example
from builder.syntax import syntax_problem
from builder.validators.context import Context

_CONTENT = {"create_new_file": ("filepath", "contents"), "Write": ("filepath", "content")}


class CodeParses:
    """tree-sitter, by the file's suffix; files of other kinds pass."""

    cost = 60
    stage = "row"

    def problem(self, example: Example, _context: Context) -> str | None:
        for call in example.calls:
            if call.name not in _CONTENT:
                continue
            path_name, content_name = _CONTENT[call.name]
            path, content = call.arguments.get(path_name), call.arguments.get(content_name)
            if isinstance(path, str) and isinstance(content, str):
                reason = syntax_problem(path, content)
                if reason:
                    return f"{path}: {reason}"
        return None


CHECK = CodeParses()
