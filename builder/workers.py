"""Processes that play: they turn Wants into rows and replay rows, as many at a time as there are cores.

What a worker needs to know comes once, when it starts; a task then names a candidate or carries a row. Results come in
the order of the tasks, so the number of workers changes nothing. Workers end when the main process does, even killed.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context
from types import TracebackType
from typing import NamedTuple

import msgspec

from builder.acting import Act, Acted, Stage
from builder.conversation import from_json, to_json
from builder.errors import SandboxError, WorkspaceError
from builder.generation import generate
from builder.prompts import system_message
from builder.providers.keys import keys_hidden
from builder.recipes.registry import find_bound
from builder.replay import Replayer
from builder.sandbox.isolation import best_isolation
from builder.tool_spec import Toolset
from builder.toolkits.loading import load_toolkit
from builder.validation import Verdict, load_validators, validate
from builder.validators.context import Context
from builder.workspaces.catalog import load_workspaces


class Setting(NamedTuple):
    """What every worker knows. `may_run` False: rows with commands are not played again."""

    workspaces: tuple[str, ...]
    toolsets: tuple[Toolset, ...]
    seed: int
    may_run: bool = True


class Made(msgspec.Struct, frozen=True):
    """What became of a Want: a row as JSON, or the problem and the check that found it.

    `verdict`: of the checks of row and play, where they were made at once.
    """

    row: bytes
    problem: str = ""
    check: str = "generation"
    verdict: Verdict | None = None


class Checked(NamedTuple):
    """A conversation that was played, and the verdict on its row where it made one."""

    acted: Acted
    verdict: Verdict | None = None


class _World:
    """A worker's own view: workspaces, toolsets, a stage, and a context for checks that play."""

    def __init__(self, setting: Setting) -> None:
        workspaces = load_workspaces(setting.workspaces)
        surfaces = {toolset.id: toolset.surface for toolset in setting.toolsets}
        self.seed = setting.seed
        by_name = {one.name: one for one in workspaces}
        by_id = {toolset.id: toolset for toolset in setting.toolsets}
        self.workspaces, self.toolsets = by_name, by_id
        load_validators()  # now, while the main process counts, and not in the middle of the first row
        for surface in set(surfaces.values()):
            load_toolkit(surface)
        self.stage = Stage(by_name, by_id)
        self.context = Context(
            by_id,
            Replayer(
                by_name,
                surfaces,
                best_isolation(),
                may_run=setting.may_run,
            ),
            system_messages={surface: system_message(surface) for surface in surfaces.values()},
        )


_world: _World | None = None


def _start(setting: Setting, parent: int) -> None:
    global _world
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _world = _World(setting)


def _end_with(parent: int) -> None:
    """End this process soon after its parent has gone."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _make(task: tuple[str, int]) -> Made:
    candidate_id, request = task
    assert _world is not None
    bound = find_bound(candidate_id, _world.workspaces, _world.toolsets)
    if bound is None:
        return Made(b"", f"no such candidate: {candidate_id}")
    system = system_message(bound.toolset.surface)
    try:
        played = generate(bound, bound.scenario.requests[request], system, _world.seed)
    except (SandboxError, WorkspaceError, OSError) as error:
        return Made(b"", f"{type(error).__name__}: {error}")
    row = to_json(played.example) if played.example else b""
    return Made(row, played.problem)


def _act_all(tasks: Sequence[Act]) -> list[Checked]:
    return [_act(task) for task in tasks]


def _act(task: Act) -> Checked:
    assert _world is not None
    acted = _world.stage.act(task)
    if not acted.row:
        return Checked(acted)
    return Checked(acted, validate(from_json(acted.row), _world.context, ("row", "play")))


def _remake(task: tuple[str, int]) -> Checked:
    assert _world is not None
    made = _make(task)
    if not made.row:
        return Checked(Acted(problem=made.problem))
    return Checked(Acted(row=made.row), validate(from_json(made.row), _world.context, ("row",)))


def _check(row: bytes) -> Verdict:
    assert _world is not None
    return validate(from_json(row), _world.context, ("row", "play"))


def _check_play(row: bytes) -> Verdict:
    assert _world is not None
    return validate(from_json(row), _world.context, ("play",))


def _be_ready() -> None:
    """Nothing: a worker is started by its first task."""


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C meanwhile is not lost: it is heard afterwards, and by this process alone."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Workers:
    """The processes, as a context manager. `count` 0 means one for each core."""

    def __init__(self, setting: Setting, count: int = 0) -> None:
        self.count = count or os.cpu_count() or 1
        # What a new process inherits: no key, and no Ctrl-C, which is the main process's. The first one that
        # multiprocessing starts is its own, which keeps count of semaphores: with the executor.
        with _interrupts_held(), keys_hidden():
            self._executor = ProcessPoolExecutor(
                self.count,
                mp_context=get_context("spawn"),
                initializer=_start,
                initargs=(setting, os.getpid()),
            )
            self._starting = [self._executor.submit(_be_ready) for _ in range(self.count)]

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._executor.shutdown(wait=error is None, cancel_futures=True)

    def wait_until_ready(self) -> None:
        """Return once the processes have been started; they are started without being waited for otherwise."""
        wait(self._starting)

    def make(self, tasks: Iterable[tuple[str, int]]) -> Iterator[Made]:
        """Play candidates with one of their requests."""
        return self._executor.map(_make, tasks, chunksize=4)

    def act(self, tasks: Sequence[Act]) -> Future[list[Checked]]:
        """Play conversations that a model wrote, one after the other, and check the rows that they become."""
        return self._executor.submit(_act_all, tasks)

    def remake(self, candidate: str, request: int) -> Future[Checked]:
        """Play one candidate, and check its row by itself: it was played just now."""
        return self._executor.submit(_remake, (candidate, request))

    def check(self, rows: Iterable[bytes], *, only_play: bool = False) -> Iterator[Verdict]:
        """Run the checks that need a row alone, or only those that play it."""
        return self._executor.map(_check_play if only_play else _check, rows, chunksize=4)
