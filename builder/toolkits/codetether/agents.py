"""discover_agents and send_message.

Imitates `_discover_agents` and `_send_to_agent` of a2a_server/mcp_http_server.py (rileyseaburg/codetether at f3296bd): a
message is queued until its agent takes it up, also where that is offline. Does not imitate the task that is made for
it there, nor agents without a name on the register.
"""

from __future__ import annotations

from collections.abc import Mapping

from builder.conversation import Arguments
from builder.errors import ToolError
from builder.toolkits.codetether import results
from builder.toolkits.codetether.arguments import nearest, required_text
from builder.toolkits.codetether.store import GLOBAL, Agent, Message, Store, Talk, new_id
from builder.toolkits.playing import Tool
from builder.toolkits.session import Session

_ID_DIGITS = 8


def _discover_agents(session: Session, _arguments: Arguments, _parallel: int) -> str:
    return results.agent_list(Store(session.copy).agents)


def _send_message(session: Session, arguments: Arguments, _parallel: int) -> str:
    store = Store(session.copy)
    agent = _find(store, required_text(arguments, "agent_name"))
    content = required_text(arguments, "message")
    inbox = _inbox(store, agent)
    inbox.messages.append(Message(role="user", content=content, timestamp=store.tick()))
    store.save_talk(inbox)
    message_id = new_id("message", inbox.session_id, len(inbox.messages), content)
    return results.sent_message(message_id, inbox, agent)


def _inbox(store: Store, agent: Agent) -> Talk:
    """The session in which messages to an agent wait; begun with the first one."""
    session_id = f"session-{new_id('inbox', agent.name)[:_ID_DIGITS]}"
    for talk in store.talks:
        if talk.session_id == session_id:
            return talk
    title = f"Messages to {agent.name}"
    return Talk(session_id=session_id, title=title, agent_name=agent.name, codebase_id=GLOBAL, messages=[])  # fmt: skip


def _find(store: Store, wanted: str) -> Agent:
    for agent in store.agents:
        if agent.name == wanted:
            return agent
    known = {agent.name: agent.description for agent in store.agents}
    near = nearest(wanted, dict.fromkeys(known, ""))
    hint = f"Did you mean {near[0]}? " if near else ""
    names = ", ".join(known) or "none"
    raise ToolError("not_found", f"Agent {wanted} not found. {hint}Agents: {names}.")


TOOLS: Mapping[str, Tool] = {
    "discover_agents": _discover_agents,
    "send_message": _send_message,
}
