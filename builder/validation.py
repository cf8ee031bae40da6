"""Runs the validators over rows, cheap ones first, and says for each row which it passed or why it is rejected."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import cast

import msgspec

from builder.conversation import Example
from builder.errors import RowError
from builder.plugins import exposed
from builder.validators.context import Check, Context, Stage


class Verdict(msgspec.Struct, frozen=True):
    """What became of one row: `reason` is empty where it passed, else says which check failed and why.

    `replayed`: its calls were played again (a row without calls, or whose workspace is not at hand, is not).
    """

    row: str
    validator: str = ""
    reason: str = ""
    passed: tuple[str, ...] = ()
    replayed: bool = False

    @property
    def is_accepted(self) -> bool:
        return not self.reason


@functools.cache
def load_validators() -> dict[str, Check]:
    """Every validator by its name, cheap ones first."""
    found = cast(dict[str, Check], exposed("validators", "CHECK"))
    return dict(sorted(found.items(), key=lambda item: (item[1].cost, item[0])))


def validate(example: Example, context: Context, stages: Iterable[Stage]) -> Verdict:
    """Run the checks of the given stages until one fails."""
    wanted = set(stages)
    passed: list[str] = []
    for name, check in load_validators().items():
        if check.stage not in wanted:
            continue
        try:
            reason = check.problem(example, context)
        except RowError as error:
            reason = str(error)
        if reason:
            return Verdict(example.metadata.id, name, reason, tuple(passed))
        passed.append(name)
    return Verdict(
        example.metadata.id, passed=tuple(passed), replayed=_was_replayed(example, context, wanted)
    )


def _was_replayed(example: Example, context: Context, stages: set[Stage]) -> bool:
    has_calls = any(True for _ in example.calls)
    return "play" in stages and has_calls and not context.replayed(example).skipped


def with_validators(example: Example, names: Iterable[str]) -> Example:
    """The row with the names of the checks that it passed in its metadata."""
    metadata = msgspec.structs.replace(example.metadata, validators=tuple(names))
    return Example(example.messages, metadata)
