"""Played again in a fresh copy of its workspace, the row gives the very results that stand in it."""

from __future__ import annotations

from builder.conversation import Example
from builder.validators.context import Context


class Replay:
    """A row that cannot be played here (its workspace is not at hand) passes with its reason in `replayed().skipped`."""

    cost = 100
    stage = "play"

    def problem(self, example: Example, context: Context) -> str | None:
        return context.replayed(example).difference or None


CHECK = Replay()
