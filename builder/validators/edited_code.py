"""Every file that the row's calls changed parses once all of them have been played, if it parsed before them.

Some files never do: grammars lag behind their languages.
"""

from __future__ import annotations

from builder.conversation import Example
from builder.syntax import syntax_problem
from builder.validators.context import Context


class EditedCode:
    """Judges whole files, since a cut-out cannot be parsed."""

    cost = 110
    stage = "play"

    def problem(self, example: Example, context: Context) -> str | None:
        replayed = context.replayed(example)
        for path, text in replayed.changed_files.items():
            reason = syntax_problem(path, text)
            if reason and not replayed.was_unparsable(path):
                return f"after the edits {path}: {reason}"
        return None


CHECK = EditedCode()
