"""What checks may know besides the row: toolsets, what the dataset holds, the row played again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from builder.conversation import Example
from builder.tool_spec import Toolset

Stage = Literal["row", "dataset", "play"]


class KnownRows(Protocol):
    """What is asked of the dataset's index, and of the rows accepted before in the same batch."""

    def known_call_ids(self, ids: list[str]) -> set[str]:
        """Those that are in use."""
        ...

    def nearest_row(self, signature: list[int]) -> tuple[str, float]:
        """The most similar row and its similarity (0 to 1)."""
        ...

    def has_row(self, row_id: str) -> bool:
        """Whether a row with this content is there."""
        ...


class ReplayedRow(Protocol):
    """A row that was played again."""

    @property
    def difference(self) -> str:
        """How its results differ from those in the row; empty where they are the same."""

    @property
    def skipped(self) -> str:
        """Why it could not be played here; empty where it was."""

    @property
    def changed_files(self) -> Mapping[str, str]:
        """Files that the row's calls wrote: path to text."""

    def was_unparsable(self, path: str) -> bool:
        """Whether the file did not parse before the row's calls either."""


class Player(Protocol):
    """Plays a row again."""

    def replay(self, example: Example) -> ReplayedRow:
        """Play every call in a fresh copy of the row's workspace and compare."""
        ...


@dataclass(slots=True)
class Context:
    """Everything that checks may use. `rows` is None where a row is judged on its own, `player` where nothing is played."""

    toolsets: Mapping[str, Toolset]
    player: Player | None = None
    rows: KnownRows | None = None
    system_messages: Mapping[str, str] = field(default_factory=dict)
    _replayed: tuple[Example, ReplayedRow] | None = None

    def replayed(self, example: Example) -> ReplayedRow:
        """The row played again; once for all checks."""
        if self._replayed is None or self._replayed[0] is not example:
            if self.player is None:
                raise TypeError("checks that play need a player")
            self._replayed = (example, self.player.replay(example))
        return self._replayed[1]


class Check(Protocol):
    """One validator."""

    cost: int
    stage: Stage

    def problem(self, example: Example, context: Context) -> str | None:
        """Why the row is rejected, or None."""
        ...
