"""A model's opinion of a row: five marks and a reason, as many votes as are asked for; the mean must reach the threshold.

The last check of all and the dearest: it is asked only of rows that everything else has passed.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec

from builder.conversation import Example, Message, from_json, to_json
from builder.prompts import render, version_of
from builder.strategies.desk import Desk, UnwritableError, Written
from builder.strategies.structured import Form, ask_for, nothing
from builder.tool_spec import Toolset

Mark = Annotated[int, msgspec.Meta(ge=1, le=5)]


class Opinion(msgspec.Struct, frozen=True):
    """1 (bad) to 5 (good): the rubric of prompts/judge/request.j2."""

    reason: str
    realism: Mark
    tool_choice: Mark
    grounded_arguments: Mark
    efficiency: Mark
    truth: Mark

    @property
    def score(self) -> float:
        marks = (
            self.realism,
            self.tool_choice,
            self.grounded_arguments,
            self.efficiency,
            self.truth,
        )
        # An answer that is not true, or a wrong tool, is not made good by a natural request.
        return min(sum(marks) / len(marks), 1.0 + min(self.truth, self.tool_choice))


async def judged(row: Written, desk: Desk) -> Written:
    """The row with its score, or rejected with the judges' reason. Raises ProviderError, BudgetReachedError."""
    writing = desk.writing
    if not writing.votes or row.verdict is None or not row.verdict.is_accepted:
        return row
    example = from_json(row.row)
    try:
        opinions = await _opinions(example, desk)
    except UnwritableError as error:
        return Written(row.row, None, "judge", f"no opinion: {error}")
    score = round(sum(one.score for one in opinions) / len(opinions), 2)
    if score < writing.threshold:
        worst = min(opinions, key=lambda one: one.score)
        reason = f"{score} of 5, below {writing.threshold}: {worst.reason[:300]}"
        return Written(row.row, None, "judge", reason)
    metadata = msgspec.structs.replace(
        example.metadata,
        score=score,
        judge=f"{desk.provider}/{writing.judge_model or writing.model}",
        prompts=(*example.metadata.prompts, version_of("judge")),
    )
    passed = msgspec.structs.replace(row.verdict, passed=(*row.verdict.passed, "judge"))
    return Written(to_json(Example(example.messages, metadata)), passed)


async def _opinions(example: Example, desk: Desk) -> list[Opinion]:
    prompt = render(
        "judge/request",
        messages=example.messages[1:],
        tools=_tools(example, desk.places.toolsets[example.metadata.toolset]),
        ends_at_call=example.metadata.ends_at_call,
    )
    votes = (_vote(prompt, number, desk) for number in range(desk.writing.votes))
    return list(await asyncio.gather(*votes))


async def _vote(prompt: str, number: int, desk: Desk) -> Opinion:
    messages = [Message("user", prompt)]
    form = Form(Opinion, nothing)
    answer = await ask_for(desk, "judge", messages, form, stage="judge", sample=2 * number)
    return answer.value


def _tools(example: Example, toolset: Toolset) -> list[tuple[str, str]]:
    """Name and first line of every tool that was offered."""
    offered = toolset.offered(frozenset(example.metadata.gates))
    return [(one.name, one.description.strip().split("\n", 1)[0][:200]) for one in offered]
