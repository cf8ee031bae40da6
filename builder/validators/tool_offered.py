"""Every call is of a tool that the row's toolset offers, under the gates that the row says were open."""

from __future__ import annotations

from builder.conversation import Example
from builder.validators.context import Context


class ToolOffered:
    """Also refuses a toolset that nobody knows."""

    cost = 20
    stage = "row"

    def problem(self, example: Example, context: Context) -> str | None:
        toolset = context.toolsets.get(example.metadata.toolset)
        if toolset is None:
            return f"toolset {example.metadata.toolset!r} is none of {', '.join(context.toolsets)}"
        offered = {tool.name for tool in toolset.offered(frozenset(example.metadata.gates))}
        for call in example.calls:
            if call.name not in offered:
                gated = (
                    " (behind a gate that the row does not open)" if toolset.find(call.name) else ""
                )
                return f"{toolset.id} does not offer the tool {call.name!r}{gated}"
        return None


CHECK = ToolOffered()
