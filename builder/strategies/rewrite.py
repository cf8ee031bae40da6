"""A verified example of the embedded generator, told in other words: calls and results stay as they are.

Every name in a code span and every path of the old words must stand in the new ones, and nothing may be named there that
the example does not show.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

import msgspec

from builder.acting import Act
from builder.conversation import Example, Message, from_json
from builder.grounded import facts_of as named_in
from builder.prompts import render
from builder.strategies.brief import Brief
from builder.strategies.desk import Desk, UnwritableError, Written, facts_of, written
from builder.strategies.structured import Form, ask_for, nothing

_NUMBER = re.compile(r"\b\d+\.\d+\b|\b\d{2,}\b")
_NAME = re.compile(
    r"\b\w+\.[a-z]{1,5}\b|\b\w*[^\W_]_\w+|\b[a-z]+[A-Z]\w*|\b[A-Z][a-z]+[A-Z]\w*|\"[^\"\n]{1,80}\""
)
"""What is named without a code span: files, identifiers, quoted texts."""


class _Words(msgspec.Struct, frozen=True):
    """New words for one message; `message` is its place in the conversation."""

    message: int
    text: str


class _Rewording(msgspec.Struct, frozen=True):
    messages: tuple[_Words, ...]


class Rewrite:
    """One request for each example: its words have to be weighed one by one."""

    grouped = False

    async def write(self, briefs: Sequence[Brief], desk: Desk) -> list[Written]:
        """Play each brief's own scenario, and have its words made anew."""
        return list(await asyncio.gather(*(_rewritten(one, desk) for one in briefs)))


STRATEGY = Rewrite()


async def _rewritten(brief: Brief, desk: Desk) -> Written:
    made = await desk.remake(brief)
    if made.verdict is None or not made.verdict.is_accepted:
        return written(made)
    example = from_json(made.acted.row)
    try:
        messages = await _reworded(example, desk)
    except UnwritableError as error:
        return Written(check=error.check, problem=str(error))
    facts = facts_of(brief, desk, "rewrite", origin=example.metadata.id)
    facts = msgspec.structs.replace(
        facts, recipe=example.metadata.recipe, scenario=example.metadata.scenario
    )
    task = Act(brief.scene, tuple(messages), facts, may_fail=_fails(example), verified=True)
    return written(await desk.act(task))


def _fails(example: Example) -> bool:
    """What the example shows already, its new words may not change."""
    return "error_recovery" in example.metadata.shape


async def _reworded(example: Example, desk: Desk) -> list[Message]:
    opening = Message("user", render("rewrite/request", messages=example.messages))
    problem = ""
    for _ in range(2):
        asked = [opening]
        if problem:
            asked = [Message("user", f"{opening.content}\n\n{render('correct', problem=problem)}")]
        answer = await ask_for(desk, "writer", asked, Form(_Rewording, nothing), stage="rewrite")
        texts = {one.message: one.text.strip() for one in answer.value.messages}
        problem = _lost(example, texts)
        if not problem:
            return [
                msgspec.structs.replace(
                    message, content=(message.content and texts.get(place)) or message.content
                )
                for place, message in enumerate(example.messages)
            ]
    raise UnwritableError("reworded", problem)


def _lost(example: Example, texts: dict[int, str]) -> str:
    """What the new words change that they may not; empty where they only say it otherwise."""
    shown = "\n".join(
        [one.content for one in example.messages]
        + [call.function.arguments for call in example.calls]
    )
    for place, text in texts.items():
        if not 0 < place < len(example.messages):
            return f"there is no message {place}"
        message = example.messages[place]
        if message.role not in ("user", "assistant"):
            return f"message {place} is a result: its words are not yours to change"
        old = _named(message.content)
        gone = [fact for fact in old if fact not in text]
        if gone and text:
            return f"message {place} no longer says {gone[0]!r}"
        new = [fact for fact in _named(text) if fact not in shown]
        if new:
            return f"message {place} now tells of {new[0]!r}, which the conversation does not show"
    return "" if any(texts.values()) else "nothing was reworded"


def _named(text: str) -> list[str]:
    """What the words name exactly."""
    return [*named_in(text), *_NUMBER.findall(text), *_NAME.findall(text)]
