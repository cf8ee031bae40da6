"""get_session_history and playback_session.

Imitates the speakers and the default style of `SessionPlayback` in the voice agent's session_playback.py
(rileyseaburg/codetether at 68f00c6). There a model words the summary; here it is cut out of the messages by fixed rules.
"""

from __future__ import annotations

from collections.abc import Mapping

from builder.conversation import Arguments
from builder.errors import ToolError
from builder.toolkits.codetether import results
from builder.toolkits.codetether.arguments import not_found, one_of, required_text
from builder.toolkits.codetether.store import Store, Talk
from builder.toolkits.playing import Tool
from builder.toolkits.session import Session

STYLES = ("verbatim", "summary")


def _get_session_history(session: Session, arguments: Arguments, _parallel: int) -> str:
    return results.session_history(_find(Store(session.copy), arguments))


def _playback_session(session: Session, arguments: Arguments, _parallel: int) -> str:
    style = one_of(arguments, "style", STYLES) or "verbatim"
    talk = _find(Store(session.copy), arguments)
    if not talk.messages:
        raise ToolError("empty", f"Session {talk.session_id} has no messages to play back")
    return results.summary(talk) if style == "summary" else results.verbatim(talk)


def _find(store: Store, arguments: Arguments) -> Talk:
    wanted = required_text(arguments, "session_id")
    for talk in store.talks:
        if talk.session_id == wanted.casefold():
            return talk
    for task in store.tasks:
        if task.task_id == wanted.casefold():
            raise ToolError(
                "not_found", f"Session {wanted} not found. {_session_of(task.session_id)}"
            )
    known = {talk.session_id: talk.title for talk in store.talks}
    raise not_found("Session", wanted, known, "get_task names the session of a task.")


def _session_of(session_id: str | None) -> str:
    if session_id is None:
        return "This is the id of a task that has no session."
    return f"This is the id of a task; its session is {session_id}."


TOOLS: Mapping[str, Tool] = {
    "get_session_history": _get_session_history,
    "playback_session": _playback_session,
}
