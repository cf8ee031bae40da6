"""The results of the tools: compact JSON text, as the service's MCP server puts into a result's text."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable

import msgspec

from builder.toolkits.codetether.store import Agent, Message, Talk, Task

_LISTED = ("task_id", "title", "status", "codebase_id", "agent_type", "priority", "created_at", "updated_at")  # fmt: skip
_CREATED = ("task_id", "title", "description", "codebase_id", "agent_type", "priority", "status", "created_at")  # fmt: skip
_SPEAKER = {"user": "You said:", "agent": "The agent responded:", "system": "System note:"}
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_LEAST_POINT = 20
"""Characters that say something by themselves: a lone "Yes." takes the next sentence along."""


def to_text(value: object) -> str:
    """Compact JSON that keeps letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def error_text(message: str) -> str:
    """What every failure looks like."""
    return to_text({"error": message})


def created_task(task: Task) -> str:
    """What the new task is like."""
    return to_text({"success": True, **_fields(task, _CREATED)})


def task_details(task: Task) -> str:
    """Every field, null where there is nothing."""
    return to_text(msgspec.to_builtins(task))


def task_list(tasks: Iterable[Task]) -> str:
    """Without descriptions and outcomes, which one task alone shows."""
    found = [_fields(task, _LISTED) for task in tasks]
    return to_text({"tasks": found, "count": len(found)})


def cancelled_task(task: Task) -> str:
    """Which task it was, and its new status."""
    return to_text({"success": True, **_fields(task, ("task_id", "title", "status"))})


def agent_list(agents: Iterable[Agent]) -> str:
    """Every agent with all that is known of it."""
    found = [msgspec.to_builtins(agent) for agent in agents]
    return to_text({"agents": found, "count": len(found)})


def sent_message(message_id: str, talk: Talk, agent: Agent) -> str:
    """The message waits for its agent; no answer is made up."""
    return to_text(
        {
            "success": True,
            "message_id": message_id,
            "agent_name": agent.name,
            "agent_status": agent.status,
            "session_id": talk.session_id,
            "status": "queued",
            "timestamp": talk.messages[-1].timestamp,
        }
    )


def session_history(talk: Talk) -> str:
    """Every message with its role and time."""
    return to_text({**msgspec.to_builtins(talk), "count": len(talk.messages)})


def verbatim(talk: Talk) -> str:
    """Every message as it was written, behind its speaker."""
    spoken = [f"{_SPEAKER[message.role]} {message.content}" for message in talk.messages]
    return to_text({**_head(talk, "verbatim"), "playback": spoken})


def summary(talk: Talk) -> str:
    """The first request and the last message in full, what stands first in each message between them."""
    first, *rest = talk.messages
    points = [f"{_SPEAKER[message.role]} {_point(message)}" for message in rest[:-1]]
    roles = Counter(message.role for message in talk.messages)
    return to_text(
        {
            **_head(talk, "summary"),
            "messages_by_role": dict(sorted(roles.items())),
            "started_at": first.timestamp,
            "ended_at": talk.messages[-1].timestamp,
            "opening": first.content,
            "points": points,
            "closing": talk.messages[-1].content,
        }
    )


def _head(talk: Talk, style: str) -> dict[str, object]:
    return {
        "session_id": talk.session_id,
        "style": style,
        "title": talk.title,
        "agent_name": talk.agent_name,
        "codebase_id": talk.codebase_id,
        "message_count": len(talk.messages),
    }


def _point(message: Message) -> str:
    """The first sentence, with more of them where that is very short."""
    said = ""
    for sentence in _SENTENCE_END.split(message.content.strip()):
        said = f"{said} {sentence}".strip()
        if len(said) >= _LEAST_POINT:
            break
    return said


def _fields(task: Task, names: Iterable[str]) -> dict[str, object]:
    return {name: getattr(task, name) for name in names}
