"""Tools of which only the definitions are known (`file:PATH`): nothing plays them, so examples end at the call."""

from __future__ import annotations

from builder.toolkits.own_tools import OwnTools


def toolkit_for(path: str) -> OwnTools:
    """The toolkit of a file of tools."""
    return OwnTools(f"file:{path}")
