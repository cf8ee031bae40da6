"""Safe mode: what would run is shown to the user, who allows or declines it.

The session knows whom to ask (`Session.confirm`). Without anybody to ask, as in generation and replay, the scenario
says what the user answers: `chosen` "no" declines, anything else allows.
"""

from __future__ import annotations

from builder.toolkits.session import Session

CANCELLED = "Execution cancelled by user"
_FIXTURE = "user_choice"


def is_allowed(session: Session, heading: str, code: str) -> bool:
    """Whether the user lets this run: `heading` says what it is, as in `PYTHON CODE TO EXECUTE`."""
    if session.confirm is not None:
        return session.confirm(f"{heading}:\n{_visible(code)}\n\nExecute this? (yes/no): ")
    if session.chosen != "no":
        return True
    session.fixtures.add(_FIXTURE)
    return False


def _visible(code: str) -> str:
    """The code without characters that a terminal obeys: what is asked about must be what is seen."""
    return "".join(
        one if one in "\n\t" or one.isprintable() else f"\\x{ord(one):02x}" for one in code
    )
