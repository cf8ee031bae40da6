"""New scenario ideas for a gap, asked of the model before anything is written; recorded with where they came from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from builder.conversation import Message
from builder.prompts import render, version_of
from builder.strategies.brief import Brief
from builder.strategies.desk import Desk, UnwritableError
from builder.strategies.structured import Form, ask_for, nothing


class _Idea(msgspec.Struct, frozen=True):
    title: str
    situation: str


class _Ideas(msgspec.Struct, frozen=True):
    ideas: tuple[_Idea, ...]


class Idea(msgspec.Struct, frozen=True):
    """One line of ideas.jsonl: a scenario that a model thought of, for which gap, in which workspace."""

    id: str
    gap: str
    workspace: str
    title: str
    situation: str
    model: str
    prompt: str


async def ideas_for(gap: str, briefs: Sequence[Brief], desk: Desk) -> list[Idea]:
    """Ideas for briefs of one gap in one place; none where the model gives nothing readable."""
    messages = [
        Message("system", desk.places.system(briefs)),
        Message("user", render("ideas/request", briefs=briefs, count=len(briefs))),
    ]
    try:
        answer = await ask_for(desk, "writer", messages, Form(_Ideas, nothing), stage="ideas")
    except UnwritableError:
        return []
    workspace = briefs[0].scene.workspace
    return [
        Idea(
            id=_idea_id(gap, workspace, one),
            gap=gap,
            workspace=workspace,
            title=one.title[:200],
            situation=one.situation[:1_000],
            model=f"{desk.provider}/{desk.writing.model}",
            prompt=version_of("ideas"),
        )
        for one in answer.value.ideas[: len(briefs)]
    ]


def _idea_id(gap: str, workspace: str, idea: _Idea) -> str:
    text = "\0".join((gap, workspace, idea.title, idea.situation))
    return f"idea-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def with_idea(brief: Brief, idea: Idea) -> Brief:
    """The brief told to follow an idea."""
    return msgspec.structs.replace(brief, idea=f"{idea.title}: {idea.situation}", origin=idea.id)
