"""The model writes whole examples: request, calls and words; the sandbox plays them.

Briefs of one place share a request, and with it the tools and the files that are shown. A call that fails where success
was meant goes back once with its error; an answer that tells what no result shows is written anew with the results in view.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

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
from builder.strategies.ground import excerpts_of, listing_of
from builder.strategies.script import (
    Scripted,
    Scripts,
    messages_of,
    scripted_of,
    with_answers,
    without_cut,
)
from builder.strategies.structured import Form, ask_for, nothing
from builder.tool_spec import Toolset

_ROUNDS = 3
"""How often is asked for examples that an answer left out."""


class _Answers(msgspec.Struct, frozen=True):
    """The closing answers of one conversation, in the order of its requests."""

    answers: tuple[str, ...]


class Author:
    """One request for several examples."""

    grouped = True

    async def write(self, briefs: Sequence[Brief], desk: Desk) -> list[Written]:
        """Have all written, then play each."""
        try:
            scripts = await _scripts(briefs, desk)
        except UnwritableError as error:
            return [Written(check=error.check, problem=str(error)) for _ in briefs]
        return list(await asyncio.gather(*(_enact(one, scripts.get(one.number), desk) for one in briefs)))  # fmt: skip


STRATEGY = Author()


class _Draft(msgspec.Struct, frozen=True):
    scripted: Scripted
    repaired: bool


async def _scripts(briefs: Sequence[Brief], desk: Desk) -> dict[int, _Draft]:
    """What the model wrote, by the number of the brief; asked again for what it left out."""
    found: dict[int, _Draft] = {}
    for _ in range(_ROUNDS):
        missing = [one for one in briefs if one.number not in found]
        if not missing:
            break
        messages = await opening(missing, desk)
        answer = await ask_for(desk, "writer", messages, Form(Scripts, without_cut), stage="author")
        wanted = {one.number for one in missing}
        for scripted in answer.value.examples:
            if scripted.brief in wanted and scripted.parts:
                found.setdefault(scripted.brief, _Draft(scripted, answer.repaired))
    return found


async def opening(briefs: Sequence[Brief], desk: Desk) -> list[Message]:
    """The request for examples: what stays the same for a place comes first, so that it can be cached by providers."""
    first = briefs[0]
    workspace = desk.workspaces[first.scene.workspace]
    wanted = list(dict.fromkeys(path for one in briefs for path in one.paths))
    rng = random.Random(f"{desk.seed}/{first.candidate}/{first.number}")
    shots = await desk.shots(first)
    user = render(
        "author/request",
        briefs=briefs,
        excerpts=excerpts_of(workspace, first.scene.pending, wanted, rng),
        shots=[_as_text(scripted_of(one, place + 1)) for place, one in enumerate(shots)],
    )
    return [Message("system", opening_system(briefs, desk)), Message("user", user)]


def opening_system(briefs: Sequence[Brief], desk: Desk) -> str:
    """What stays the same for a place: what examples are, its tools, its files."""
    scene = briefs[0].scene
    workspace = desk.workspaces[scene.workspace]
    return render(
        "author/system",
        tools=offered_tools(desk.toolsets[scene.toolset], briefs),
        workspace=workspace.about,
        root=workspace.root,
        files=listing_of(workspace, scene.pending),
    )


def offered_tools(toolset: Toolset, briefs: Sequence[Brief]) -> list[dict[str, object]]:
    """The tools of a place as a model is told of them, those behind an open gate included."""
    gates = frozenset(gate for one in briefs for gate in one.scene.gates)
    return [
        {"name": one.name, "description": one.description, "parameters": _as_text(one.parameters)}
        for one in toolset.offered(gates)
    ]


def _as_text(value: object) -> str:
    return msgspec.json.encode(value).decode()


async def _enact(brief: Brief, draft: _Draft | None, desk: Desk) -> Written:
    """Play one example; mended once where a call fails, its answers written anew where they do not follow."""
    if draft is None:
        return Written(check="left_out", problem="the model wrote no example for this brief")
    system = system_message(desk.toolsets[brief.scene.toolset].surface)
    messages, repaired = messages_of(draft.scripted, system), draft.repaired
    try:
        task = _act(brief, messages, desk, repaired=repaired)
        checked = await desk.act(task)
        if checked.acted.failures:
            messages, repaired = await _mended(brief, draft, checked.acted, system, desk), True
            checked = await desk.act(_act(brief, messages, desk, repaired=True))
        if checked.acted.unanswered or checked.acted.unsupported:
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
    messages = await opening([brief], desk)
    messages += [
        Message("assistant", _as_text(Scripts((draft.scripted,)))),
        Message("user", render("author/repair", number=brief.number, failures=acted.failures)),
    ]
    answer = await ask_for(desk, "writer", messages, Form(Scripts, without_cut), stage="author")
    found = [one for one in answer.value.examples if one.parts]
    if not found:
        raise UnwritableError(
            "left_out", "the model gave no example back for one whose call failed"
        )
    return messages_of(found[0], system)


async def _answered(acted: Acted, desk: Desk) -> list[Message]:
    """The played conversation with answers that a model wrote with all results in view."""
    prompt = render("author/answer", messages=acted.messages[1:], unsupported=acted.unsupported)
    form = Form(_Answers, nothing)
    answer = await ask_for(desk, "writer", [Message("user", prompt)], form, stage="answer")
    return with_answers(acted.messages, answer.value.answers)
