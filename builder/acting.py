"""A conversation that somebody else wrote → its calls played in a fresh copy, and the row that it becomes.

A model says what the user asks, what the assistant says and calls; every result comes from here. A conversation that goes
on is handed over whole each time and played from its beginning, so that no state hangs between two turns, and a result
that changes on the way is noticed. Judging rows is validation's job, asking models that of the strategies.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from builder.control_characters import make_visible
from builder.conversation import Example, Message, Metadata, ToolCall, to_json, with_ids
from builder.errors import NotPlayableError, SandboxError, WorkspaceError
from builder.generation import shows_failure
from builder.grounded import unsupported_facts
from builder.sandbox.isolation import best_isolation
from builder.sandbox.toolchains import counts_on_toolchain
from builder.sandbox.workcopy import WorkCopy
from builder.scene import Scene
from builder.shape import RECOVERY, with_shape
from builder.tool_spec import Toolset
from builder.toolkits.loading import load_toolkit
from builder.toolkits.playing import Result, Toolkit, parsed_arguments, play
from builder.toolkits.session import Session
from builder.workspaces.catalog import Workspace


class Act(msgspec.Struct, frozen=True):
    """A conversation to be played: from the system message on, results left out where nothing was played yet.

    `facts`: what the row's metadata is to say besides what playing shows; without it no row is made. `may_fail`: a failed
    call is what the example shows. `verified`: it is a finished row in other words, whose failed calls and answers have
    been looked at.
    """

    scene: Scene
    messages: tuple[Message, ...]
    facts: Metadata | None = None
    may_fail: bool = False
    verified: bool = False


class Acted(msgspec.Struct, frozen=True):
    """What came of it: the conversation with every result, cut behind a call that cannot be played.

    `failures`: what failed where success was meant, in the order of the calls; a command may fail before the end (a test,
    until the fix is in). `recovered`: a call did better after one that failed. `unsupported`: what the answers tell that
    stands nowhere in the conversation. `unanswered`: a request has no closing answer. `row`: the finished row, where
    nothing stood against it. `problem`: why nothing can be made of it.
    """

    messages: tuple[Message, ...] = ()
    ends_at_call: bool = False
    unanswered: bool = False
    failures: tuple[str, ...] = ()
    recovered: bool = False
    unsupported: tuple[str, ...] = ()
    row: bytes = b""
    problem: str = ""


class Stage:
    """Plays conversations over the given workspaces and toolsets."""

    def __init__(
        self, workspaces: Mapping[str, Workspace], toolsets: Mapping[str, Toolset]
    ) -> None:
        self._workspaces = workspaces
        self._toolsets = toolsets

    def act(self, task: Act) -> Acted:
        """Play a conversation, and finish its row where there are `facts` and nothing stands against it."""
        workspace = self._workspaces[task.scene.workspace]
        toolset = self._toolsets[task.scene.toolset]
        try:
            tree = workspace.tree(task.scene.pending)
            with (
                WorkCopy(tree) as copy,
                _session(task.scene, copy, workspace, toolset) as session,
            ):
                played = _Played(load_toolkit(toolset.surface), session)
                played.through(task.messages)
        except (SandboxError, WorkspaceError, OSError) as error:
            return Acted(problem=f"{type(error).__name__}: {error}")
        acted = played.outcome(task)
        if task.facts is None or not _is_finished(acted):
            return acted
        facts = _with_world(task.facts, task.scene, session, tree.revision, toolset)
        return _with_row(acted, facts, toolset)


def _session(scene: Scene, copy: WorkCopy, workspace: Workspace, toolset: Toolset) -> Session:
    return Session(
        copy,
        best_isolation(),
        release=toolset.release,
        open_file=scene.open_file or workspace.about.open_file,
        chosen=scene.chosen,
        job=scene.job,
        pages=workspace.pages,
        web_results={query: tuple(found) for query, *found in scene.web_results},
        offered=frozenset(tool.name for tool in toolset.tools),
    )


class _Done(NamedTuple):
    """A call that was played: its result, and the number of its message."""

    call: ToolCall
    result: Result
    message: int


class _Played:
    """Goes through a conversation, and keeps what it becomes."""

    def __init__(self, toolkit: Toolkit, session: Session) -> None:
        self.messages: list[Message] = []
        self.done: list[_Done] = []
        self.ends_at_call = False
        self.problem = ""
        self._toolkit = toolkit
        self._session = session
        self._calls = 0

    def through(self, messages: Sequence[Message]) -> None:
        """Play every message with calls; results that are there already are only compared."""
        for place, message in enumerate(messages):
            if message.role == "tool":
                continue
            if not message.tool_calls:
                self.messages.append(message)
                continue
            stored = _results_behind(messages, place)
            if not self._play(message, stored):
                return

    def _play(self, message: Message, stored: list[str]) -> bool:
        kept = self._toolkit.kept([self._renamed(call) for call in message.tool_calls])
        self.messages.append(msgspec.structs.replace(message, tool_calls=tuple(kept)))
        is_refused = self._session.chosen == "no"  # such a command is not run anyway
        can_play = is_refused or not any(needs_toolchain(call) for call in kept)
        results = play(self._toolkit, self._session, kept) if can_play else None
        if results is None:
            self.ends_at_call = True
            return False
        number = len(self.messages)
        self.done += [_Done(call, one, number) for call, one in zip(kept, results, strict=True)]
        texts = [result.text for result in results]
        if stored and stored != texts:
            self.problem = "a result is another one when it is played again"
            return False
        self.messages += [
            Message("tool", result.text, tool_call_id=call.id)
            for call, result in zip(kept, results, strict=True)
        ]
        return True

    def _renamed(self, call: ToolCall) -> ToolCall:
        """Ids that a model gave may be missing, or given twice."""
        self._calls += 1
        return ToolCall(f"call_{self._calls}", call.function)

    def outcome(self, task: Act) -> Acted:
        problem = self.problem or _unfit_words(self.messages)
        if (
            task.may_fail
            and not problem
            and not any(shows_failure(one.result) for one in self.done)
        ):
            problem = "no call failed, and one was meant to"
        is_free = task.may_fail or task.verified
        return Acted(
            tuple(self.messages),
            self.ends_at_call,
            not task.verified and _is_unanswered(self.messages, ends_at_call=self.ends_at_call),
            () if is_free else tuple(self._failures()),
            task.may_fail and (task.verified or self._recovers()),
            () if task.verified else tuple(unsupported_facts(self.messages)),
            problem=problem,
        )

    def _failures(self) -> Iterator[str]:
        for call, result, message in self.done:
            is_last = message == self.done[-1].message
            if not result.ok and (is_last or "command" not in parsed_arguments(call)):
                yield result.text

    def _recovers(self) -> bool:
        failed = [one.message for one in self.done if shows_failure(one.result)]
        well = [one.message for one in self.done if not shows_failure(one.result)]
        return bool(failed and well) and min(failed) < max(well)


def needs_toolchain(call: ToolCall) -> bool:
    """Whether a call waits for a command that this machine may have no program for: it would answer otherwise elsewhere."""
    try:
        arguments = parsed_arguments(call)
    except NotPlayableError:
        return False
    command = arguments.get("command")
    in_background = arguments.get("waitForCompletion") is False
    return isinstance(command, str) and not in_background and counts_on_toolchain(command)


def _unfit_words(messages: Sequence[Message]) -> str:
    """Whether somebody speaks in codes that drive a terminal or turn the order of letters; results may hold them."""
    for message in messages:
        words = message.content + message.reasoning
        if message.role != "tool" and make_visible(words) != words:
            return f"a message of the {message.role} holds control characters"
    return ""


def _is_finished(acted: Acted) -> bool:
    return not (acted.problem or acted.failures or acted.unsupported or acted.unanswered)


def _is_unanswered(messages: Sequence[Message], *, ends_at_call: bool) -> bool:
    """Whether the user speaks, or the conversation stops, where the assistant has not answered."""
    ended = [before for before, after in itertools.pairwise(messages) if after.role == "user"]
    if not ends_at_call:
        ended += messages[-1:]
    return any(one.role in ("user", "tool") for one in ended)


def _results_behind(messages: Sequence[Message], place: int) -> list[str]:
    texts = []
    for message in messages[place + 1 :]:
        if message.role != "tool":
            break
        texts.append(message.content)
    return texts


def _with_world(
    facts: Metadata, scene: Scene, session: Session, revision: str, toolset: Toolset
) -> Metadata:
    """What playing showed, added to what was known before."""
    return msgspec.structs.replace(
        facts,
        toolset=toolset.id,
        release=toolset.release,
        workspace=scene.workspace,
        revision=revision,
        pending=scene.pending,
        open_file=session.open_file,
        chosen=scene.chosen,
        job=scene.job,
        web_results=scene.web_results,
        fixtures=tuple(sorted(session.fixtures)),
        normalised=tuple(sorted(session.normalised)),
        isolation=session.isolation.name if session.ran_command else "",
    )


def _with_row(acted: Acted, facts: Metadata, toolset: Toolset) -> Acted:
    calls = (call for message in acted.messages for call in message.tool_calls)
    specs = (toolset.find(call.name) for call in calls)
    facts = msgspec.structs.replace(
        facts,
        gates=tuple(sorted({gate for spec in specs if spec for gate in spec.gates})),
        ends_at_call=acted.ends_at_call,
        reasoned=facts.reasoned and not acted.ends_at_call,
        shape=(RECOVERY,) if acted.recovered and not acted.ends_at_call else (),
    )
    example = with_ids(with_shape(Example(acted.messages, facts)))
    return msgspec.structs.replace(acted, row=to_json(example))
