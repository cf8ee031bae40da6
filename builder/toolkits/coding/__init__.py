"""Tools for a conversation about Python: run code and commands, search the documentation, analyse, test, debug.

What runs, runs in the sandbox, for five seconds at most, and only after the user has allowed it (confirmation.py).
`analyze_code` and `search_docs` run nothing. The tools imitate no client: what they answer is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping

from builder.actions import Action, RawCall
from builder.conversation import Arguments
from builder.errors import ToolError
from builder.toolkits.coding import analysis, debugging, execution, lookup, testing
from builder.toolkits.session import Tool


class Coding:
    """Tasks call these tools by name."""

    surface = "coding"
    tools: Mapping[str, Tool] = {
        **execution.TOOLS,
        **lookup.TOOLS,
        **analysis.TOOLS,
        **testing.TOOLS,
        **debugging.TOOLS,
    }

    def failure_text(self, _tool: str, error: ToolError) -> str:
        """A failure is worded where it arises: a traceback needs no other words."""
        return error.message

    def wordings(self, action: Action, _root: str) -> list[tuple[str, Arguments]]:
        return [(action.tool, action.arguments)] if isinstance(action, RawCall) else []


TOOLKIT = Coding()
