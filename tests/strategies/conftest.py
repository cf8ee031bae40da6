"""One world for all tests of strategies: loading it takes a second, and starting its process another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from builder.tool_spec import Toolset
from tests.strategies.sitting import World


@pytest.fixture(scope="session")
def world(toolsets: dict[str, Toolset]) -> Iterator[World]:
    made = World(tuple(toolsets.values()))
    yield made
    if "workers" in vars(made):
        with made.workers:
            pass


@pytest.fixture(autouse=True)
def _planted_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-for-tests")
