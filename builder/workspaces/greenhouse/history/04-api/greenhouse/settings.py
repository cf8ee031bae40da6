"""Settings from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs from one installation to the next."""

    database: str
    api_key: str


def read_settings(env: Mapping[str, str] = os.environ) -> Settings:
    """Read the GREENHOUSE_ variables. Raises ValueError for one that is missing or malformed."""
    api_key = env.get("GREENHOUSE_API_KEY", "")
    if len(api_key) < 12:
        raise ValueError("GREENHOUSE_API_KEY needs at least 12 characters")
    return Settings(env.get("GREENHOUSE_DATABASE", "greenhouse.db"), api_key)
