"""Finds toolkits: the package of a surface's name; a package is a toolkit if it exposes one."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from builder.actions import SAMPLES
from builder.errors import UsageError, choose
from builder.tool_spec import kind_of
from builder.toolkits.playing import Toolkit


def known_tools(toolkit: Toolkit) -> frozenset[str]:
    """Tools that the toolkit plays or words an action with: all others are strangers to it."""
    worded = (name for action in SAMPLES for name, _ in toolkit.wordings(action, "/workspace"))
    return frozenset((*toolkit.tools, *worded))


@functools.cache
def load_toolkit(surface: str) -> Toolkit:
    """The toolkit of a surface: of `ide`, the package continue_ide; of `mcp:COMMAND`, the package mcp.

    A package has a TOOLKIT, or a function `toolkit_for` that is given what stands behind the colon. Raises UsageError.
    """
    kind = kind_of(surface)
    argument = surface.removeprefix(kind).removeprefix(":")
    exposed = "toolkit_for" if argument else "TOOLKIT"
    found = next((one for one in _packages(kind) if hasattr(one, exposed)), None)
    if found is None:
        raise UsageError(choose("toolkit", surface, _known_kinds()))
    toolkit: Toolkit = found.toolkit_for(argument) if argument else found.TOOLKIT
    return toolkit


def _packages(kind: str = "*") -> Iterator[ModuleType]:
    """The packages of that name, with or without the mark of Continue."""
    for path in sorted(Path(__file__).parent.glob("*/__init__.py")):
        if kind in ("*", path.parent.name, path.parent.name.removeprefix("continue_")):
            yield importlib.import_module(f"builder.toolkits.{path.parent.name}")


def _known_kinds() -> list[str]:
    return [
        one.__name__.rpartition(".")[2].removeprefix("continue_")
        for one in _packages()
        if hasattr(one, "TOOLKIT") or hasattr(one, "toolkit_for")
    ]
