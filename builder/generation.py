"""A bound scenario → an example: its calls are played in a fresh copy, its results are what came back.

What a scenario says is decided by recipes, whether the example is good enough by validation; a finished row is played
again by replay.py.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from builder.conversation import Example, Function, Message, Metadata, ToolCall, with_ids
from builder.recipes.scenario import Answer, Bound, BoundMessage, BoundPart
from builder.sandbox.isolation import best_isolation
from builder.sandbox.workcopy import WorkCopy
from builder.shape import RECOVERY, with_shape
from builder.toolkits.loading import load_toolkit
from builder.toolkits.playing import Result, Toolkit, play
from builder.toolkits.session import Session


class Played(NamedTuple):
    """What a scenario became: an example, or why it became none (`problem`)."""

    example: Example | None
    problem: str = ""


def generate(bound: Bound, request: str, system: str, seed: int) -> Played:
    """Play a bound scenario whose user opens with `request`. The same arguments always give the same row."""
    scenario = bound.scenario
    toolkit = load_toolkit(bound.toolset.surface)
    with (
        WorkCopy(scenario.workspace.tree(scenario.pending)) as copy,
        _session(bound, copy) as session,
    ):
        teller = _Teller(toolkit, session, system)
        for number, part in enumerate(bound.parts):
            opening = request if number == 0 else part.request
            if not teller.tell(part._replace(request=opening)):
                break
        missing = [text for text in scenario.expects if not teller.shows(text)]
        if missing and not teller.ends_at_call:
            return Played(None, f"the results do not show {missing[0]!r}")
        problem = teller.unexpected(fails=scenario.fails, expects=scenario.expects)
        if problem:
            return Played(None, problem)
        metadata = _metadata(bound, teller, session, seed)
        return Played(with_ids(with_shape(Example(tuple(teller.messages), metadata))))


def _session(bound: Bound, copy: WorkCopy) -> Session:
    scenario = bound.scenario
    return Session(
        copy,
        best_isolation(),
        release=bound.toolset.release,
        open_file=scenario.open_file or scenario.workspace.about.open_file,
        chosen=bound.chosen,
        job=bound.job,
        pages=scenario.workspace.pages,
        web_results=bound.web_results,
        offered=frozenset(tool.name for tool in bound.toolset.tools),
    )


class _Teller:
    """Writes the messages of one conversation while its calls are played."""

    def __init__(self, toolkit: Toolkit, session: Session, system: str) -> None:
        self.messages = [Message("system", system)]
        self.results: list[Result] = []
        self.ends_at_call = False
        self._toolkit = toolkit
        self._session = session
        self._calls = 0
        self._last_calls = 0
        self._is_command: list[bool] = []

    def tell(self, part: BoundPart) -> bool:
        """One request and what follows; False where the example has to end at a call."""
        self.messages.append(Message("user", part.request.strip()))
        for message in part.messages:
            if not self._act(message):
                self.ends_at_call = True
                return False
        text = self._answer(part.answer).strip()
        if text:
            self.messages.append(Message("assistant", text))
        return True

    def _answer(self, answer: Answer) -> str:
        return answer if isinstance(answer, str) else answer(self.results)

    def _act(self, message: BoundMessage) -> bool:
        meant = [self._call(name, arguments) for name, arguments in message.calls]
        calls = tuple(self._toolkit.kept(meant))
        self.messages.append(Message("assistant", message.say.strip(), tool_calls=calls))
        results = play(self._toolkit, self._session, calls) if message.plays else None
        if results is None:
            return False
        self._last_calls = len(calls)
        for call, result in zip(calls, results, strict=True):
            self.results.append(result)
            self._is_command.append("command" in call.arguments)
            self.messages.append(Message("tool", result.text, tool_call_id=call.id))
        return True

    def _call(self, name: str, arguments: dict[str, object]) -> ToolCall:
        self._calls += 1
        text = json.dumps(arguments, ensure_ascii=False)
        return ToolCall(f"call_{self._calls}", Function(name, text))

    def shows(self, text: str) -> bool:
        """Whether a result contains the text."""
        return any(text in result.text for result in self.results)

    def unexpected(self, *, fails: bool, expects: tuple[str, ...]) -> str:
        """What went otherwise than the scenario says, or nothing.

        A command may fail before the end (a test that fails until the fix is in), and so may a call whose failure the
        scenario expects to see; nothing else may.
        """
        failed = [i for i, result in enumerate(self.results) if not result.ok]
        if fails:
            seen = failed or [i for i, r in enumerate(self.results) if shows_failure(r)]
            return "" if seen else "no call failed, and one was meant to"
        last = len(self.results) - self._last_calls
        seen_coming = [any(text in result.text for text in expects) for result in self.results]
        wrong = [i for i in failed if not seen_coming[i] and (i >= last or not self._is_command[i])]
        return f"a call failed: {self.results[wrong[0]].text[:200]}" if wrong else ""


def shows_failure(result: Result) -> bool:
    """Whether a result tells the model that something went wrong, also where the tool itself worked."""
    signs = (
        "[Status: Command failed",
        "The search failed due to",
        "No matches found",
        "no results",
    )
    return not result.ok or any(sign in result.text for sign in signs)


def _metadata(bound: Bound, teller: _Teller, session: Session, seed: int) -> Metadata:
    scenario, about = bound.scenario, bound.scenario.workspace.about
    return Metadata(
        toolset=bound.toolset.id,
        release=bound.toolset.release,
        gates=bound.gates,
        recipe=scenario.recipe,
        scenario=bound.id,
        workspace=about.name,
        revision=scenario.workspace.tree(scenario.pending).revision,
        pending=scenario.pending,
        open_file=session.open_file,
        chosen=bound.chosen,
        job=bound.job,
        web_results=tuple((query, *found) for query, found in bound.web_results.items()),
        category=scenario.category,
        areas=scenario.areas,
        languages=about.languages[:1],
        frameworks=about.frameworks,
        reasoned=scenario.reasoned and not teller.ends_at_call,
        ends_at_call=teller.ends_at_call,
        shape=(RECOVERY,) if scenario.fails and not teller.ends_at_call else (),
        fixtures=tuple(sorted(session.fixtures)),
        normalised=tuple(sorted(session.normalised)),
        isolation=session.isolation.name if session.ran_command else "",
        seed=seed,
    )
