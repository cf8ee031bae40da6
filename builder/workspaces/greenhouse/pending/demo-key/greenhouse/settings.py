"""Settings from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from greenhouse.rules import QuietHours


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs from one installation to the next."""

    database: str
    api_key: str
    quiet: QuietHours | None


def read_settings(env: Mapping[str, str] = os.environ) -> Settings:
    """Read the GREENHOUSE_ variables. Raises ValueError for one that is missing or malformed."""
    api_key = env.get("GREENHOUSE_API_KEY", "greenhouse-demo-key")
    if len(api_key) < 12:
        raise ValueError("GREENHOUSE_API_KEY needs at least 12 characters")
    start, end = env.get("GREENHOUSE_QUIET_START"), env.get("GREENHOUSE_QUIET_END")
    if (start is None) != (end is None):
        raise ValueError("GREENHOUSE_QUIET_START and GREENHOUSE_QUIET_END go together")
    quiet = None
    if start is not None and end is not None:
        quiet = QuietHours(time.fromisoformat(start), time.fromisoformat(end))
    return Settings(env.get("GREENHOUSE_DATABASE", "/home/pia/greenhouse.db"), api_key, quiet)
