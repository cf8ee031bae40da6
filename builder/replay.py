"""Plays a finished row again, in a fresh copy of its workspace, and compares what comes back with what stands in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from builder.conversation import Example, Message, Metadata
from builder.errors import BuilderError, SandboxError
from builder.sandbox.isolation import Isolation
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy
from builder.syntax import syntax_problem
from builder.toolkits.loading import load_toolkit
from builder.toolkits.playing import Result, Toolkit, play
from builder.toolkits.session import Session
from builder.workspaces.catalog import Workspace

_PYTHON = "python-"


@dataclass(frozen=True, slots=True)
class Replayed:
    """How a replay went: the first difference, or why there was none to look for; the files that were changed."""

    difference: str = ""
    skipped: str = ""
    changed_files: Mapping[str, str] = field(default_factory=dict)
    tree: Tree | None = None

    def was_unparsable(self, path: str) -> bool:
        """Whether the file did not parse in the workspace either."""
        if self.tree is None or path not in self.tree.entries:
            return False
        text = self.tree.read(path).decode("utf-8", errors="replace")
        return syntax_problem(path, text) is not None


class Replayer:
    """Replays rows over the given workspaces. `surfaces`: toolset id → surface.

    `may_run` False: rows with commands are skipped.
    """

    def __init__(
        self,
        workspaces: Mapping[str, Workspace],
        surfaces: Mapping[str, str],
        isolation: Isolation,
        *,
        may_run: bool = True,
    ) -> None:
        self._workspaces = workspaces
        self._surfaces = surfaces
        self._isolation = isolation
        self._may_run = may_run

    def replay(self, example: Example) -> Replayed:
        """Play every call of a row in order."""
        metadata = example.metadata
        workspace = self._workspaces.get(metadata.workspace)
        surface = self._surfaces.get(metadata.toolset)
        version = _other_python(metadata)
        if version:
            return Replayed(skipped=f"it was played with {version}")
        if surface is None or workspace is None:
            missing = metadata.workspace if surface else f"toolset {metadata.toolset}"
            return Replayed(skipped=f"{missing or 'its workspace'} is not at hand")
        try:
            tree = workspace.tree(metadata.pending)
        except BuilderError as error:
            return Replayed(skipped=str(error))
        if tree.revision != metadata.revision:
            return Replayed(
                difference=f"{workspace.name} is at {tree.revision}, the row at {metadata.revision}"
            )
        with WorkCopy(tree) as copy, self._session(copy, workspace, metadata) as session:
            try:
                difference = _first_difference(example, load_toolkit(surface), session)
            except SandboxError as error:
                return Replayed(skipped=str(error))
            return Replayed(difference, changed_files=_texts(copy), tree=tree)

    def _session(self, copy: WorkCopy, workspace: Workspace, metadata: Metadata) -> Session:
        return Session(
            copy,
            self._isolation,
            release=metadata.release,
            open_file=metadata.open_file,
            chosen=metadata.chosen,
            job=metadata.job,
            may_run=self._may_run,
            pages=workspace.pages,
            web_results={query: tuple(found) for query, *found in metadata.web_results},
        )


def _other_python(metadata: Metadata) -> str:
    """The version of Python that the results rest on (`python-3.11`), where another one runs now."""
    running = f"{_PYTHON}{sys.version_info.major}.{sys.version_info.minor}"
    needed = (one for one in metadata.fixtures if one.startswith(_PYTHON) and one != running)
    return next(needed, "")


def _texts(copy: WorkCopy) -> dict[str, str]:
    changes = ((path, data) for path, data in copy.changes.items() if data is not None)
    return {path: data.decode("utf-8", errors="replace") for path, data in changes}


def _first_difference(example: Example, toolkit: Toolkit, session: Session) -> str:
    for message, stored in _rounds(example.messages):
        if not stored:
            return ""  # the row ends at this call
        results = play(toolkit, session, message.tool_calls)
        if results is None:
            return f"{message.tool_calls[0].name} can no longer be played"
        for result, text in zip(results, stored, strict=False):
            if result.text != text:
                return _describe(message, result, text)
    return ""


def _rounds(messages: tuple[Message, ...]) -> Iterator[tuple[Message, list[str]]]:
    """Every message with calls, and the results that stand behind it."""
    for position, message in enumerate(messages):
        if message.tool_calls:
            behind = messages[position + 1 : position + 1 + len(message.tool_calls)]
            yield message, [m.content for m in behind if m.role == "tool"]


def _describe(message: Message, result: Result, text: str) -> str:
    names = ", ".join(call.name for call in message.tool_calls)
    return f"{names} gave {result.text[:120]!r}, the row has {text[:120]!r}"
