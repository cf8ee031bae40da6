"""Finds the strategies: every file here with a STRATEGY."""

from __future__ import annotations

import functools
from typing import cast

from builder.errors import UsageError, choose
from builder.plugins import exposed
from builder.strategies.desk import Strategy


@functools.cache
def load_strategies() -> dict[str, Strategy]:
    """Every strategy by its name, sorted."""
    return cast(dict[str, Strategy], exposed("strategies", "STRATEGY"))


def find_strategy(name: str) -> Strategy:
    """The strategy of that name. Raises UsageError that lists those there are."""
    found = load_strategies()
    if name not in found:
        raise UsageError(choose("strategy", name, list(found)))
    return found[name]
