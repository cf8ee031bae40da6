"""The model writes whole examples: request, calls and words; the sandbox plays them.

Briefs of one place share a request, and with it the tools and the files that are shown. A call that fails where success
was meant goes back once with its error; an answer that tells what no result shows is written anew with the results in view.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from builder.acting import Act, Acted
from builder.conversation import Message
from builder.prompts import render, system_message
from builder.strategies.brief import Brief
from builder.strategies.desk import (
    Desk,
    UnwritableError,
    Written,
    facts_of,
    written,
)
from builder.strategies.opening import as_text, opening
from builder.strategies.script import (
    Scripted,
    Scripts,
    messages_of,
    with_answers,
    without_cut,
)
from builder.strategies.structured import Answered, Form, ask_for, nothing

_ROUNDS = 3
"""How often is asked for examples that an answer left out."""
_LADDERS = 3
"""How often is begun anew where no answer can be read (structured.py): a row hangs on it, or several."""


class _Answers(msgspec.Struct, frozen=True):
    """The closing answers of one conversation, in the order of its requests."""

    answers: tuple[str, ...]


class Author:
    """One request for several examples."""

    grouped = True

    async def write(self, briefs: Sequence[Brief], desk: Desk) -> list[Written]:
        """Have all written, then play each."""
        scripts = await _scripts(briefs, desk)
        return list(await asyncio.gather(*(_enact(one, scripts, desk) for one in briefs)))


STRATEGY = Author()


class _Draft(msgspec.Struct, frozen=True):
    scripted: Scripted
    repaired: bool


class _Drafts(NamedTuple):
    """What the model wrote, by the number of the brief; `missing`: what became of the others."""

    found: dict[int, _Draft]
    missing: Written


async def _scripts(briefs: Sequence[Brief], desk: Desk) -> _Drafts:
    """Every example that the model writes; asked again for what it left out."""
    found: dict[int, _Draft] = {}
    for turn in range(_ROUNDS):
        missing = [one for one in briefs if one.number not in found]
        if not missing:
            break
        try:
            answer = await _asked(missing, desk, turn)
        except UnwritableError as error:
            return _Drafts(found, Written(check=error.check, problem=str(error)))
        wanted = {one.number for one in missing}
        for scripted in answer.value.examples:
            if scripted.brief in wanted and scripted.parts:
                found.setdefault(scripted.brief, _Draft(scripted, answer.repaired))
    return _Drafts(found, Written(check="left_out", problem="the model wrote no example for this brief"))  # fmt: skip


async def _asked(briefs: Sequence[Brief], desk: Desk, turn: int) -> Answered[Scripts]:
    """Ask for examples. A later turn may ask the same as the one before, and is to be answered anew."""
    messages = opening(briefs, desk.places, await desk.shots(briefs[0]))
    form = Form(Scripts, without_cut)
    return await ask_for(
        desk, "writer", messages, form, stage="author", sample=2 * _LADDERS * turn, ladders=_LADDERS
    )


async def _enact(brief: Brief, drafts: _Drafts, desk: Desk) -> Written:
    """Play one example; mended once where a call fails, its answers written anew where they do not follow."""
    draft = drafts.found.get(brief.number)
    if draft is None:
        return drafts.missing
    system = system_message(desk.places.toolsets[brief.scene.toolset].surface)
    messages, repaired = messages_of(draft.scripted, system), draft.repaired
    try:
        _check_length(messages, desk)
        task = _act(brief, messages, desk, repaired=repaired)
        checked = await desk.act(task)
        if checked.acted.failures:
            messages, repaired = await _mended(brief, draft, checked.acted, system, desk), True
            checked = await desk.act(_act(brief, messages, desk, repaired=True))
        lost = checked.acted.failures or checked.acted.problem
        if not lost and (checked.acted.unanswered or checked.acted.unsupported):
            messages = await _answered(checked.acted, desk)
            checked = await desk.act(_act(brief, messages, desk, repaired=repaired))
    except UnwritableError as error:
        return Written(check=error.check, problem=str(error))
    return written(checked)


def _act(brief: Brief, messages: Sequence[Message], desk: Desk, *, repaired: bool) -> Act:
    facts = facts_of(brief, desk, "author", repaired=repaired)
    return Act(brief.scene, tuple(messages), facts, may_fail=brief.fails)


async def _mended(
    brief: Brief, draft: _Draft, acted: Acted, system: str, desk: Desk
) -> list[Message]:
    """The example written again by a model that is told what failed."""
    messages = opening([brief], desk.places, await desk.shots(brief))
    messages += [
        Message("assistant", as_text(Scripts((draft.scripted,)))),
        Message("user", render("author/repair", number=brief.number, failures=acted.failures)),
    ]
    form = Form(Scripts, without_cut)
    answer = await ask_for(desk, "writer", messages, form, stage="author", ladders=_LADDERS)
    found = [one for one in answer.value.examples if one.parts]
    if not found:
        raise UnwritableError(
            "left_out", "the model gave no example back for one whose call failed"
        )
    messages = messages_of(found[0], system)
    _check_length(messages, desk)
    return messages


def _check_length(messages: Sequence[Message], desk: Desk) -> None:
    """Each call takes time: what is no example is not played either."""
    most = desk.writing.max_calls
    if sum(len(message.tool_calls) for message in messages) > most:
        raise UnwritableError("too_long", f"more than {most} calls")
    if sum(message.role == "user" for message in messages) > desk.writing.max_turns:
        raise UnwritableError("too_long", f"more than {desk.writing.max_turns} requests")


async def _answered(acted: Acted, desk: Desk) -> list[Message]:
    """The played conversation with answers that a model wrote with all results in view."""
    prompt = render("author/answer", messages=acted.messages[1:], unsupported=acted.unsupported)
    form = Form(_Answers, nothing)
    answer = await ask_for(
        desk, "writer", [Message("user", prompt)], form, stage="answer", ladders=_LADDERS
    )
    return with_answers(acted.messages, answer.value.answers)
