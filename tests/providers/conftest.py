"""Keys of the tests: each provider finds the same one, and none of the machine's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.providers.loading import load_providers
from tests.providers.contracts import KEY


@pytest.fixture(autouse=True)
def _planted_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for kind in load_providers().values():
        monkeypatch.setenv(kind.key_variable, KEY)
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    monkeypatch.chdir(tmp_path)
