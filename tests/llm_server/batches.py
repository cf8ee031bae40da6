"""Batches, whatever the API: lines that are answered later, all at once, and handed back in another order.

A batch has ended by its so many-th retrieval. One that is cancelled has answered the first half of its lines.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tests.llm_server.asking import Json
from tests.llm_server.http_wire import Answer

State = Literal["in progress", "cancelling", "ended", "cancelled"]


class Line(NamedTuple):
    """One request of a batch."""

    custom_id: str
    body: Json


class Outcome(NamedTuple):
    """What became of a line; None: cancelled before it was answered."""

    custom_id: str
    answer: Answer | None


@dataclass(slots=True)
class Batch:
    """One batch; `source`: what it was made from, in its API's words."""

    id: str
    path: str
    lines: list[Line]
    source: str = ""
    state: State = "in progress"
    polls: int = 0
    outcomes: list[Outcome] = field(default_factory=list)

    def count(self, is_counted: Callable[[Answer | None], bool]) -> int:
        """How many of its outcomes are such."""
        return sum(is_counted(outcome.answer) for outcome in self.outcomes)


class Batches:
    """All batches and files of one server. `ask`: answers one line, by the path that it is for."""

    def __init__(self, ask: Callable[[str, Json], Answer], polls: int) -> None:
        self.ask, self.polls = ask, polls
        self.batches: dict[str, Batch] = {}
        self.files: dict[str, bytes] = {}
        self.uploads = 0

    def create(self, prefix: str, path: str, lines: list[Line], source: str = "") -> Batch:
        """A new batch, of which nothing has been answered."""
        batch = Batch(f"{prefix}_{len(self.batches)}", path, lines, source)
        self.batches[batch.id] = batch
        return batch

    def retrieve(self, batch_id: str) -> Batch | None:
        """A batch as it stands now, which is further on than it stood before."""
        batch = self.batches.get(batch_id)
        if batch is None:
            return None
        batch.polls += 1
        if batch.state == "in progress" and batch.polls >= self.polls:
            self._end(batch, "ended", len(batch.lines))
        elif batch.state == "cancelling":
            self._end(batch, "cancelled", len(batch.lines) // 2)
        return batch

    def cancel(self, batch_id: str) -> Batch | None:
        """Ask a batch to end; it has by the next retrieval."""
        batch = self.batches.get(batch_id)
        if batch is not None and batch.state == "in progress":
            batch.state = "cancelling"
        return batch

    def keep_file(self, content: bytes) -> str:
        """Keep a file; its id."""
        file_id = f"file-{self.uploads}"
        self.uploads += 1
        self.files[file_id] = content
        return file_id

    def _end(self, batch: Batch, state: State, answered: int) -> None:
        for number, line in enumerate(batch.lines):
            answer = self.ask(batch.path, line.body) if number < answered else None
            batch.outcomes.append(Outcome(line.custom_id, answer))
        random.Random(batch.id).shuffle(batch.outcomes)
        batch.state = state
