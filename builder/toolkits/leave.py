"""Whether the user lets a call of Continue's tools run, where the client asks.

The session knows whom to ask (`Session.confirm`). Without anybody to ask, as in generation and replay, the scenario
says what the user answers, for the whole conversation: `chosen` "no" declines, anything else allows. Which calls are
asked about, each toolkit says; the coding toolset, no client of its own, asks in its tools (coding/confirmation.py).
"""

from __future__ import annotations

import json

from builder.conversation import Arguments
from builder.toolkits.session import Session

_FIXTURE = "user_choice"


def is_allowed(session: Session, tool: str, arguments: Arguments) -> bool:
    """Whether the user allows this call, asked or as the scenario says."""
    if session.confirm is not None:
        return session.confirm(f"{tool} {json.dumps(arguments)}\n\nAllow this? (yes/no): ")
    if session.chosen != "no":
        return True
    session.fixtures.add(_FIXTURE)
    return False
