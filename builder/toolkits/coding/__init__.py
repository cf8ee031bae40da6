"""The tools of the `coding` toolset."""

from __future__ import annotations

from collections.abc import Mapping

from builder.actions import Action, RawCall
from builder.conversation import Arguments
from builder.errors import ToolError
from builder.toolkits.session import Tool


class Coding:
    """Tools that tasks call by name."""

    surface = "coding"
    tools: Mapping[str, Tool] = {}

    def failure_text(self, _tool: str, error: ToolError) -> str:
        return f"Error: {error.message}"

    def wordings(self, action: Action, _root: str) -> list[tuple[str, Arguments]]:
        return [(action.tool, action.arguments)] if isinstance(action, RawCall) else []


TOOLKIT = Coding()
