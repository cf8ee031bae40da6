"""Finds what the files of a folder expose under one name: a plugin is a file, and its name is its id."""

from __future__ import annotations

import importlib
from pathlib import Path

_ROOT = Path(__file__).resolve().parent


def exposed(package: str, name: str) -> dict[str, object]:
    """What the files of `builder.<package>` expose as `name`, by the files' names, sorted; files without it are no plugins."""
    found: dict[str, object] = {}
    for path in sorted((_ROOT / package).glob("*.py")):
        # A file that looks for its kin is being imported itself.
        if path.stem in ("__init__", "loading", "registry"):
            continue
        module = importlib.import_module(f"builder.{package}.{path.stem}")
        if hasattr(module, name):
            found[path.stem] = getattr(module, name)
    return found
