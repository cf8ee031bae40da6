"""Tools for a conversation about Python: run code and commands, search the documentation, analyse, test, debug.

What runs, runs in the sandbox, for five seconds at most, and only after the user has allowed it (confirmation.py).
`analyze_code` and `search_docs` run nothing. The tools imitate no client: what they answer is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping

from builder.toolkits.coding import analysis, debugging, execution, lookup, testing
from builder.toolkits.own_tools import NamedTools
from builder.toolkits.playing import Tool


class Coding(NamedTools):
    """Tasks call these tools by name."""

    surface = "coding"
    tools: Mapping[str, Tool] = {
        **execution.TOOLS,
        **lookup.TOOLS,
        **analysis.TOOLS,
        **testing.TOOLS,
        **debugging.TOOLS,
    }


TOOLKIT = Coding()
