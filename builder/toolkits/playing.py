"""What a toolkit is, and how the calls of one message are played with it.

A tool takes session and arguments and gives text. It raises ToolError for what it refuses (`failure_text` of its
toolkit words that as the client would) and NotPlayableError for what cannot be played here. session.py is the state
that tools act on; loading.py finds toolkits.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from builder.actions import Action
from builder.conversation import Arguments, ToolCall
from builder.errors import DeclinedCallError, NotPlayableError, RefusedCallError, ToolError
from builder.toolkits.continue_core.argument_values import read_arguments
from builder.toolkits.leave import is_allowed
from builder.toolkits.session import Session


class Result(NamedTuple):
    """What a call gave: the text that the model is shown, and whether the tool did what it was asked."""

    text: str
    ok: bool


Tool = Callable[[Session, Arguments, int], str]
"""One tool: session, prepared arguments, number of calls that run in the same message → text."""

Preparation = Callable[[Session, Arguments], Arguments]
"""What happens to a call before any call of its message runs: session, arguments → what the tool is given."""

_Run = Callable[[int], str]
"""A prepared call: number of calls that run in its message → text."""


class Toolkit(Protocol):
    """The tools of one client.

    `decided_early`: tools that work out what they write before any call of the message runs. `late`: tools whose
    effect no other call of the message sees. `shown_first`: tools whose effect is worked out and shown before the user is
    asked about it. `declined`: what the model is shown for a call that the user refused.
    """

    surface: str
    tools: Mapping[str, Tool]
    preparations: Mapping[str, Preparation]
    decided_early: frozenset[str]
    late: frozenset[str]
    shown_first: frozenset[str]
    declined: str

    def kept(self, calls: Sequence[ToolCall]) -> list[ToolCall]:
        """The calls of a message that the client keeps; the others vanish from the conversation."""
        ...

    def asks(self, tool: str, arguments: Arguments) -> bool:
        """Whether the client, as it comes, asks the user for leave before this call takes effect."""
        ...

    def failure_text(self, tool: str, error: ToolError) -> str:
        """How the client words a failure to the model."""
        ...

    def wordings(self, action: Action, root: str) -> list[tuple[str, Arguments]]:
        """Tool and arguments for an action, preferred first; empty where the client cannot do it."""
        ...


def play(toolkit: Toolkit, session: Session, calls: Sequence[ToolCall]) -> list[Result] | None:
    """Play the calls of one message: results in their order; None when one of them cannot be played here.

    A message with calls that the client would not keep cannot be played. Late tools run after the others. Invalid JSON
    in arguments counts as no arguments, as in the clients.
    """
    if len(toolkit.kept(calls)) < len(calls):
        return None
    session.read_before = frozenset(session.read_files)
    try:
        prepared = [_prepare(toolkit, session, call) for call in calls]
        running = sum(not isinstance(one, ToolError) for one in prepared)
        order = sorted(range(len(calls)), key=lambda place: calls[place].name in toolkit.late)
        results = {
            place: _result(toolkit, calls[place].name, prepared[place], running) for place in order
        }
    except NotPlayableError:
        return None
    return [results[place] for place in range(len(calls))]


def _prepare(toolkit: Toolkit, session: Session, call: ToolCall) -> _Run | RefusedCallError:
    """How to run the call, or why it is not run."""
    if session.offered is not None and call.name not in session.offered:
        return RefusedCallError("tool_not_found", f"Tool {call.name} not found")
    tool = toolkit.tools.get(call.name)
    if tool is None:
        raise NotPlayableError(call.name)
    prepare = toolkit.preparations.get(call.name)
    arguments = parsed_arguments(call)
    try:
        given = prepare(session, arguments) if prepare else arguments
        early = call.name in toolkit.decided_early
        run = _decided(session, tool, given) if early else functools.partial(tool, session, given)
    except ToolError as error:
        return RefusedCallError(error.kind, error.message)
    if toolkit.asks(call.name, given) and not is_allowed(session, call.name, given):
        return _declined(toolkit, session, call.name, run)
    return run


def _declined(toolkit: Toolkit, session: Session, name: str, run: _Run) -> _Run:
    """A call that counts among those that run, and does nothing: at most it is found that it could not be done."""

    def decline(running: int) -> str:
        if name in toolkit.shown_first:
            with session.copy.held():
                run(running)
        raise DeclinedCallError(toolkit.declined)

    return decline


def _decided(session: Session, tool: Tool, arguments: Arguments) -> _Run:
    """Run the tool now, and let it write when its turn comes."""
    with session.copy.held() as writes:
        text = tool(session, arguments, 1)

    def write(_running: int) -> str:
        for path, content in writes:
            session.copy.write_text(path, content)
        return text

    return write


def _result(toolkit: Toolkit, name: str, run: _Run | RefusedCallError, running: int) -> Result:
    if isinstance(run, RefusedCallError):
        return Result(toolkit.failure_text(name, run), ok=False)
    try:
        return Result(run(running), ok=True)
    except DeclinedCallError as error:
        return Result(error.message, ok=False)
    except ToolError as error:
        return Result(toolkit.failure_text(name, error), ok=False)


def parsed_arguments(call: ToolCall) -> Arguments:
    """The arguments as the clients take them: none where they are no JSON object.

    Raises NotPlayableError for half of a surrogate pair, a text that no file and no process here can hold, and for a
    number beyond all bounds.
    """
    try:
        arguments = read_arguments(call.function.arguments)
        json.dumps(arguments, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:  # ValueError: UnicodeEncodeError is one, too
        raise NotPlayableError(f"the arguments of {call.name}") from error
    return arguments if isinstance(arguments, dict) else {}
