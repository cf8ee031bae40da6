"""What a recipe makes: a scenario, and how it is bound to the tools of a toolset before it is played.

A scenario speaks of actions. Binding turns it into messages with calls: an action that the toolset has no tool
for makes the scenario impossible there; edits of one message that may not run in parallel become messages of
their own. Playing is generation.py's job.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from builder.actions import Action, Ask, CheckJob, Edit, Edits, LazyEdit, Run, WebSearch
from builder.conversation import Arguments
from builder.tool_spec import Toolset
from builder.toolkits.playing import Result, Toolkit
from builder.workspaces.catalog import Workspace

Answer = str | Callable[[list[Result]], str]
"""What the assistant says at the end: a text, or a function of all results."""


class Beat(NamedTuple):
    """One message of the assistant: what it says, and actions that need not one another's results."""

    say: str
    actions: tuple[Action, ...]


class Part(NamedTuple):
    """One request of the user and all that follows from it."""

    request: str
    beats: tuple[Beat, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Scenario:
    """A conversation that can be had in one workspace.

    `family`: scenarios that come from the same task; `requests`: ways of putting the first request, of which one
    is chosen when it is played. `chosen`: what the user answers when asked for leave. `fails`: its first calls fail for real, and are recovered from. `expects`: strings
    that must stand in the results, or the answer would not follow from them.
    """

    recipe: str
    workspace: Workspace
    task: str
    category: str
    requests: tuple[str, ...]
    parts: tuple[Part, ...]
    areas: tuple[str, ...] = ()
    variant: str = ""
    reasoned: bool = False
    fails: bool = False
    pending: str = ""
    open_file: str = ""
    chosen: str = ""
    expects: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        return f"{self.workspace.name}/{self.task}"

    @property
    def id(self) -> str:
        variant = f":{self.variant}" if self.variant else ""
        return f"{self.recipe}/{self.workspace.name}/{self.task}{variant}"


class BoundMessage(NamedTuple):
    """A message of the assistant with its calls (tool and arguments); `plays` False: the example ends here."""

    say: str
    calls: tuple[tuple[str, Arguments], ...]
    plays: bool = True


class BoundPart(NamedTuple):
    """A part whose actions have become calls."""

    request: str
    messages: tuple[BoundMessage, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Bound:
    """A scenario on a toolset: everything that is known of the example before it is played."""

    scenario: Scenario
    toolset: Toolset
    parts: tuple[BoundPart, ...]
    gates: tuple[str, ...] = ()
    chosen: str = ""
    job: str = ""
    web_results: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.toolset.id}|{self.scenario.id}"

    @property
    def calls(self) -> Iterator[tuple[str, Arguments]]:
        return (call for part in self.parts for message in part.messages for call in message.calls)


class Recipe(Protocol):
    """A kind of scenario. The name of its file is its id."""

    def scenarios(self, workspace: Workspace, toolset: Toolset) -> Iterator[Scenario]:
        """Every scenario of this kind in a workspace; cheap, nothing is played."""
        ...


_EDITING = (Edit, Edits)


def bind(scenario: Scenario, toolset: Toolset, toolkit: Toolkit) -> Bound | None:
    """Map a scenario's actions to the tools of a toolset; None where one has no tool there."""
    parts = []
    for part in scenario.parts:
        messages = _bind_beats(part.beats, toolset, toolkit, scenario.workspace.root)
        if messages is None:
            return None
        parts.append(BoundPart(part.request, tuple(messages), part.answer))
    bound = _with_world(Bound(scenario, toolset, tuple(parts)))
    return replace(bound, gates=_gates(bound, toolset))


def _bind_beats(
    beats: Sequence[Beat], toolset: Toolset, toolkit: Toolkit, root: str
) -> list[BoundMessage] | None:
    messages: list[BoundMessage] = []
    for beat in beats:
        say = beat.say
        for group in _apart(_split_edits(beat.actions, toolset, toolkit, root)):
            calls = [_wording(action, toolset, toolkit, root) for action in group]
            bound = tuple(call for call in calls if call is not None)
            if len(bound) < len(calls):
                return None
            plays = all(is_playable(action) for action in group)
            messages.append(BoundMessage(say, bound, plays))
            say = ""
    return messages


def _split_edits(
    actions: Sequence[Action], toolset: Toolset, toolkit: Toolkit, root: str
) -> Iterator[Action]:
    """Several edits of one file in one call, or one after the other where the toolset has no tool for that."""
    for action in actions:
        if isinstance(action, Edits) and _wording(action, toolset, toolkit, root) is None:
            yield from action.edits
        else:
            yield action


def _apart(actions: Iterable[Action]) -> Iterator[tuple[Action, ...]]:
    """Edits may not run in parallel with one another: each but the first gets a message of its own."""
    together: list[Action] = []
    for action in actions:
        if isinstance(action, _EDITING) and any(isinstance(a, _EDITING) for a in together):
            yield tuple(together)
            together = []
        together.append(action)
    if together:
        yield tuple(together)


def _wording(
    action: Action, toolset: Toolset, toolkit: Toolkit, root: str
) -> tuple[str, Arguments] | None:
    """The first wording that the toolset has a tool for, if possible one whose arguments that tool knows."""
    found = ((toolset.find(wording[0]), wording) for wording in toolkit.wordings(action, root))
    offered = [(spec, wording) for spec, wording in found if spec is not None]
    fitting = (w for spec, w in offered if w[1].keys() <= spec.properties.keys())
    return next(fitting, offered[0][1] if offered else None)


def _with_world(bound: Bound) -> Bound:
    """Add what the session must have ready: the user's choice, a job, what the web search finds."""
    scenario, results = bound.scenario, dict(bound.web_results)
    chosen, job = scenario.chosen, ""
    for action in (a for part in scenario.parts for beat in part.beats for a in beat.actions):
        if isinstance(action, Ask):
            chosen = action.chosen
        elif isinstance(action, CheckJob):
            job = action.command
        elif isinstance(action, WebSearch):
            results[action.query] = scenario.workspace.page_addresses(action.pages)
    return replace(bound, chosen=chosen, job=job, web_results=results)


def _gates(bound: Bound, toolset: Toolset) -> tuple[str, ...]:
    specs = (toolset.find(name) for name, _ in bound.calls)
    return tuple(sorted({gate for spec in specs if spec is not None for gate in spec.gates}))


def is_playable(action: Action) -> bool:
    """Whether an action is meant to be played (a command without its toolchain, a snippet for a model are not)."""
    return not (isinstance(action, Run | LazyEdit) and not action.plays)
