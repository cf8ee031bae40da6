"""The model acts turn by turn on the sandbox, with Continue's tools, until it answers; another may play the user.

What it was told to do well stands in a system message that the row does not keep. A message with a call that the toolset
does not offer, or whose arguments do not follow the schema, is not kept either: the model is asked again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from builder.acting import Act, Acted
from builder.conversation import Message
from builder.prompts import render, system_message
from builder.strategies.brief import Brief
from builder.strategies.calling import next_message
from builder.strategies.desk import Desk, UnwritableError, Written, facts_of, written
from builder.strategies.structured import Form, ask_for, nothing


class _Request(msgspec.Struct, frozen=True):
    """What a user says first; `brief` is the number of the brief that it serves."""

    brief: int
    request: str


class _Requests(msgspec.Struct, frozen=True):
    requests: tuple[_Request, ...]


class _FollowUp(msgspec.Struct, frozen=True):
    """What the user says next; empty where there is nothing left to say."""

    request: str


class Rollout:
    """One conversation for each brief; their first requests are asked for together."""

    grouped = True

    async def write(self, briefs: Sequence[Brief], desk: Desk) -> list[Written]:
        """Have requests written, then act on each."""
        try:
            requests = await _requests(briefs, desk)
        except UnwritableError as error:
            return [Written(check=error.check, problem=str(error)) for _ in briefs]
        return list(await asyncio.gather(*(_written(one, requests.get(one.number, ""), desk) for one in briefs)))  # fmt: skip


STRATEGY = Rollout()


async def _requests(briefs: Sequence[Brief], desk: Desk) -> dict[int, str]:
    messages = [
        Message("system", desk.places.system(briefs)),
        Message("user", render("rollout/requests", briefs=briefs)),
    ]
    answer = await ask_for(desk, "user", messages, Form(_Requests, nothing), stage="request")
    return {one.brief: one.request.strip() for one in answer.value.requests}


async def _written(brief: Brief, request: str, desk: Desk) -> Written:
    if not request:
        return Written(check="left_out", problem="the model wrote no request for this brief")
    try:
        conversation = _Conversation(brief, desk)
        return await conversation.through(request)
    except UnwritableError as error:
        return Written(check=error.check, problem=str(error))


class _Conversation:
    """One rollout: `messages` is the row so far, every result in it played."""

    def __init__(self, brief: Brief, desk: Desk) -> None:
        toolset = desk.places.toolsets[brief.scene.toolset]
        self._brief = brief
        self._desk = desk
        self._tools = toolset.offered(frozenset(brief.scene.gates))
        self._messages = [Message("system", system_message(toolset.surface))]
        self._guidance = render(
            "rollout/system", brief=brief, calls=desk.writing.calls, world=desk.places.world(brief)
        )
        self._failed = False
        self._calls = 0

    async def through(self, request: str) -> Written:
        """The whole conversation, from the first request to the last answer."""
        for part in range(self._brief.parts):
            if part:
                request = await self._follow_up()
            if not request:
                break
            self._messages.append(Message("user", request))
            if not await self._answered():
                break
        facts = facts_of(self._brief, self._desk, "rollout")
        task = Act(self._brief.scene, tuple(self._messages), facts, may_fail=self._failed)
        return written(await self._desk.act(task))

    async def _answered(self) -> bool:
        """Act until the model answers; False where the row has to end at a call."""
        for _ in range(self._desk.writing.max_turns):
            message = await next_message(self._desk, self._messages, self._tools, self._guidance)
            self._messages.append(message)
            if not message.tool_calls:
                return self._must_have_called()
            self._calls += len(message.tool_calls)
            if self._calls > self._desk.writing.max_calls:
                raise UnwritableError(
                    "too_long", f"more than {self._desk.writing.max_calls} calls and no answer"
                )
            acted = (await self._desk.act(Act(self._brief.scene, tuple(self._messages)))).acted
            self._take(acted)
            if acted.ends_at_call:
                return False
        raise UnwritableError(
            "too_long", f"no answer after {self._desk.writing.max_turns} messages with calls"
        )

    def _take(self, acted: Acted) -> None:
        if acted.problem:
            raise UnwritableError("generation", acted.problem)
        self._messages = list(acted.messages)
        self._failed = bool(acted.failures)

    def _must_have_called(self) -> bool:
        if self._brief.tools and not self._calls:
            raise UnwritableError("no_call", "the model answered without calling a tool")
        return True

    async def _follow_up(self) -> str:
        prompt = render("rollout/follow_up", messages=self._messages[1:])
        form = Form(_FollowUp, nothing)
        answer = await ask_for(
            self._desk, "user", [Message("user", prompt)], form, stage="follow_up"
        )
        return answer.value.request.strip()
