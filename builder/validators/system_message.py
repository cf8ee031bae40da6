"""All rows of one surface have the same system message."""

from __future__ import annotations

from builder.conversation import Example
from builder.validators.context import Context


class SystemMessage:
    """The one of prompts/system/, or the one that the run was told to use."""

    cost = 12
    stage = "row"

    def problem(self, example: Example, context: Context) -> str | None:
        toolset = context.toolsets.get(example.metadata.toolset)
        wanted = context.system_messages.get(toolset.surface) if toolset else None
        if wanted is None or example.messages[0].content == wanted:
            return None
        return "the system message differs from that of the other rows"


CHECK = SystemMessage()
