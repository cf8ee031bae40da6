"""What the toolkits of tools that tasks call by name share: a call is worded as it stands, a failure as it came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from builder.actions import Action, RawCall
from builder.conversation import Arguments, ToolCall
from builder.errors import ToolError
from builder.toolkits.playing import Preparation, Tool
from builder.toolkits.session import Session

PlayByName = Callable[[Session, str, Arguments], str]
"""Plays a call: session, name of the tool, arguments → text."""


class NamedTools:
    """A toolkit whose tools are called by name, each as it stands, one after the other."""

    preparations: Mapping[str, Preparation] = {}
    decided_early: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    shown_first: frozenset[str] = frozenset()
    declined = ""

    def kept(self, calls: Sequence[ToolCall]) -> list[ToolCall]:
        return list(calls)

    def asks(self, _tool: str, _arguments: Arguments) -> bool:
        """Where a tool of these asks, it does so itself."""
        return False

    def failure_text(self, _tool: str, error: ToolError) -> str:
        """A failure is worded where it arises."""
        return error.message

    def wordings(self, action: Action, _root: str) -> list[tuple[str, Arguments]]:
        return [(action.tool, action.arguments)] if isinstance(action, RawCall) else []


class OwnTools(NamedTools):
    """Tools that are known by their definitions only. `tools` answers to every name, or to none where nothing plays."""

    def __init__(self, surface: str, play: PlayByName | None = None) -> None:
        self.surface = surface
        self.tools: Mapping[str, Tool] = EveryTool(play) if play is not None else {}


class EveryTool(Mapping[str, Tool]):
    """A mapping that has a tool for each name: whether there is such a tool, whoever plays it says."""

    def __init__(self, play: PlayByName) -> None:
        self._play = play

    def __getitem__(self, name: str) -> Tool:
        return lambda session, arguments, _parallel: self._play(session, name, arguments)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __contains__(self, _name: object) -> bool:
        return True
