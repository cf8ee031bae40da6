"""The eight task tools of CodeTether's voice agent, over a store of tasks, sessions and agents in the workspace.

Names, parameters and defaults follow apps/voice-agent/finetuning/codetether_tools.json of rileyseaburg/codetether at
f3296bd; rules and results follow a2a_server/{mcp_http_server,agent_bridge}.py there. Not imitated: models and routing,
workers that take tasks up while a conversation lasts, agents that answer, voice. Otherwise than there: every task and
list item has its codebase, agent type and priority; a task names its session; an active title is not taken twice in a
codebase; errors name what is near. A workspace without a store ends the example at the call.
"""

from __future__ import annotations

from collections.abc import Mapping

from builder.errors import ToolError
from builder.toolkits.codetether import agents, sessions, tasks
from builder.toolkits.codetether.results import error_text
from builder.toolkits.own_tools import NamedTools
from builder.toolkits.playing import Tool


class CodeTether(NamedTools):
    """Tools that tasks call by name."""

    surface = "codetether"
    tools: Mapping[str, Tool] = {**tasks.TOOLS, **sessions.TOOLS, **agents.TOOLS}

    def failure_text(self, _tool: str, error: ToolError) -> str:
        return error_text(error.message)


TOOLKIT = CodeTether()
