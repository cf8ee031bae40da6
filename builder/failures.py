"""The mistakes of an evaluated model, as gaps: more examples of the same tools, shapes and arguments, never the same rows.

The file is written by an evaluation; docs/FAILURES.md describes it. What it says is data: of an evaluated row nothing
reaches a prompt but the names of its tool and argument and the kind of mistake.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from builder.conversation import Example, Function, Message, Metadata, ToolCall
from builder.coverage import Coverage, Feature
from builder.errors import UsageError
from builder.planning import Gap

MistakeKind = Literal[
    "no_call", "needless_call", "wrong_tool", "unknown_tool", "invalid_json", "wrong_argument", "missing_call",
    "edit_mismatch", "no_answer",
]  # fmt: skip
"""`missing_call`: one of several independent calls was left out. `no_answer`: it never came to an end."""

_EXAMPLES_A_MISTAKE = 3
_MOST_A_GAP = 20
_WORDS: dict[MistakeKind, str] = {
    "no_call": "it answered in words where it should have called {tool}",
    "needless_call": "it called a tool where it should have answered at once",
    "wrong_tool": "it took another tool where it should have called {tool}",
    "unknown_tool": "it invented a tool where it should have called {tool}",
    "invalid_json": "its arguments of {tool} were no JSON",
    "wrong_argument": "it got the argument {argument} of {tool} wrong",
    "missing_call": "it called {tool} alone where independent calls belong together",
    "edit_mismatch": "the text that it wanted to replace with {tool} was not in the file",
    "no_answer": "it went on and on and never answered",
}


class Mistake(msgspec.Struct, frozen=True):
    """One thing that the model got wrong.

    `row`, `scenario`, `request`: of the evaluated row, which is not to be made again. `tool`: the one that was expected,
    empty where none was; `expected`: its arguments as JSON. `shape`: the evaluated row's labels.
    """

    kind: MistakeKind
    row: str = ""
    scenario: str = ""
    request: str = ""
    tool: str = ""
    argument: str = ""
    expected: str = ""
    shape: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What went wrong, for a brief."""
        return _WORDS[self.kind].format(tool=self.tool, argument=self.argument or "…")

    @property
    def feature(self) -> Feature:
        """What an example must count for to show it done right."""
        if self.kind == "needless_call" or not self.tool:
            return ("label", "explanation" if self.kind == "needless_call" else "multi_turn")
        if self.kind == "missing_call":
            return ("label", "parallel")
        return ("tool", self.tool)


class Failures(msgspec.Struct, frozen=True):
    """An evaluation's mistakes. `format` is 1."""

    format: int
    model: str
    mistakes: tuple[Mistake, ...]

    @property
    def scenarios(self) -> frozenset[str]:
        """The evaluated scenarios: no example may come from one."""
        return frozenset(one.scenario for one in self.mistakes if one.scenario)

    @property
    def requests(self) -> list[str]:
        return [one.request for one in self.mistakes if one.request]

    def rows(self) -> Iterator[Example]:
        """What is known of the evaluated rows, for near-copies to be found."""
        named: set[str] = set()
        for number, one in enumerate(self.mistakes):
            if one.request:
                call = ToolCall("call_0", Function(one.tool, one.expected or "{}"))
                calls = (call,) if one.tool else ()
                messages = (Message("user", one.request), Message("assistant", "", calls))
                is_new = one.row and one.row not in named
                named.add(one.row)
                yield Example(messages, Metadata(id=one.row if is_new else f"evaluated-{number}"))

    def repeats(self, example: Example) -> bool:
        """Whether the row asks what was evaluated, in the same words."""
        asked = {_words_of(one) for one in self.requests}
        return any(_words_of(one) in asked for one in example.requests)

    def wanted(self, coverage: Coverage) -> dict[str, int]:
        """How many rows each gap's feature is to have: those that there are, and some for each mistake."""
        counted = Counter(one.feature for one in self.mistakes)
        return {
            _gap_id(feature): coverage.counts[feature] + min(_MOST_A_GAP, _EXAMPLES_A_MISTAKE * n)
            for feature, n in counted.items()
        }

    def gaps(self, coverage: Coverage, wanted: dict[str, int], per_gap: int) -> list[Gap]:
        """What is still missing, most frequent mistakes first."""
        counted = Counter(one.feature for one in self.mistakes)
        found = []
        for feature, _ in counted.most_common():
            missing = wanted.get(_gap_id(feature), 0) - coverage.counts[feature]
            if missing > 0:
                found.append(Gap(_gap_id(feature), missing, min(missing, per_gap), (feature,)))
        return found

    def of_gap(self, gap: str) -> Sequence[str]:
        """What went wrong, in words, for the briefs of a gap: each once, frequent ones first."""
        words = Counter(one.words for one in self.mistakes if _gap_id(one.feature) == gap)
        return [text for text, _ in words.most_common(3)]


def _words_of(request: str) -> str:
    return " ".join(request.casefold().split())


def _gap_id(feature: Feature) -> str:
    return f"failures:{feature[0]}:{feature[1]}"


def read_failures(path: Path) -> Failures:
    """Read an evaluation's mistakes. Raises UsageError with what is wrong with the file."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Failures)
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(
            f"{path} is no report of an evaluation's mistakes: {error}; see docs/FAILURES.md"
        ) from error
    if found.format != 1:
        raise UsageError(f"{path} has format {found.format}; this version reads format 1")
    if not found.mistakes:
        raise UsageError(f"{path} tells of no mistakes: there is nothing to learn from it")
    return found
