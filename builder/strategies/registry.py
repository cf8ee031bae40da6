"""Finds the strategies: every file here with a STRATEGY."""

from __future__ import annotations

import functools
import importlib
from pathlib import Path

from builder.errors import UsageError, choose
from builder.strategies.desk import Strategy


@functools.cache
def load_strategies() -> dict[str, Strategy]:
    """Every strategy by its name, sorted."""
    found: dict[str, Strategy] = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem not in ("__init__", "registry"):
            module = importlib.import_module(f"builder.strategies.{path.stem}")
            if hasattr(module, "STRATEGY"):
                found[path.stem] = module.STRATEGY
    return found


def find_strategy(name: str) -> Strategy:
    """The strategy of that name. Raises UsageError that lists those there are."""
    found = load_strategies()
    if name not in found:
        raise UsageError(choose("strategy", name, list(found)))
    return found[name]
