"""A user's own tools from Python functions: `python:MODULE`, by type hints and docstrings; read in the sandbox."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

from builder.errors import SourceError
from builder.sandbox.isolation import best_isolation
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy
from builder.sources.own_tools import own_surface, own_tool
from builder.tool_spec import Surface, ToolSpec
from builder.toolkits.python.module import PythonModule


def surface(argument: str) -> Surface:
    """The functions of a module as tools, in the order of their definitions. Raises SourceError."""
    with (
        tempfile.TemporaryDirectory(prefix="python-") as folder,
        WorkCopy(Tree(Path(folder), "/workspace")) as copy,
        closing(PythonModule(argument, copy, best_isolation())) as module,
    ):
        found = module.tools()
    return own_surface(f"python:{argument}", [_tool(argument, one) for one in found])


def _tool(argument: str, found: object) -> ToolSpec:
    if not isinstance(found, dict):
        raise SourceError(f"python:{argument}: {found!r} is no tool")
    return own_tool(
        f"python:{argument}", found.get("name"), found.get("description"), found.get("parameters")
    )
