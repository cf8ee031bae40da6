"""A desk near by, for all tests of what a model may say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from builder import workers
from builder.config import Writing
from builder.tool_spec import Toolset
from tests.writing.near_desk import NearDesk


@pytest.fixture(scope="session")
def session_desk(toolsets: dict[str, Toolset]) -> Iterator[NearDesk]:
    before = workers._world
    yield NearDesk("tidepool", list(toolsets.values()))
    workers._world = before


@pytest.fixture
def near_desk(session_desk: NearDesk) -> NearDesk:
    """Nothing asked yet, nothing set."""
    session_desk.asked.clear()
    session_desk.writing = Writing(model="m")
    return session_desk
