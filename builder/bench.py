"""Measures a run and what it is made of: examples a second, seconds for each step, peak memory; one line for runs/bench.jsonl.

The run is a real one, over the snapshot's toolsets, in a temporary folder. Figures depend on the machine: compare those
of one machine only.
"""

from __future__ import annotations

import os
import platform
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from builder.config import RunConfig
from builder.generation import generate
from builder.iteration import Iterations
from builder.loop import State, run_loop
from builder.pool import Pool
from builder.prompts import system_message
from builder.report import Reporter
from builder.run_folder import new_run
from builder.sandbox.isolation import best_isolation
from builder.sandbox.workcopy import WorkCopy


class Figures(msgspec.Struct, frozen=True):
    """One measurement. Seconds unless the name says otherwise; memory of this process and its largest child."""

    when: str
    machine: str
    isolation: str
    iterations: int
    rows: int
    open_targets: int
    seconds: float
    rows_a_second: float
    by_step: dict[str, float]
    peak_mib: int
    peak_worker_mib: int
    copy_ms: float
    play_without_commands_ms: float
    play_with_commands_ms: float


def measure(iterations: int) -> Figures:
    """Run once and measure."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        config = RunConfig(
            dataset=Path(folder) / "bench.jsonl", iterations=iterations, offline=True
        )
        run = Iterations(config, new_run(Path(folder) / "runs"), lambda *_: None)
        clock = _Clock()
        try:
            state = run_loop(run, Reporter(), clock.on_node)
            Reporter().finish(run, [])
            clock.lap("report.html")
        finally:
            run.close()
        seconds = clock.total
        copy, without, with_commands = _plays(run.pool)
        return Figures(
            when=datetime.now(UTC).isoformat(timespec="seconds"),
            machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
            isolation=best_isolation().name,
            iterations=state["iteration"],
            rows=state["total"],
            open_targets=state["open_targets"],
            seconds=round(seconds, 2),
            rows_a_second=round(state["total"] / seconds, 1),
            by_step={step: round(spent, 2) for step, spent in clock.by_step.items()},
            peak_mib=_peak_mib(resource.RUSAGE_SELF),
            peak_worker_mib=_peak_mib(resource.RUSAGE_CHILDREN),
            copy_ms=copy,
            play_without_commands_ms=without,
            play_with_commands_ms=with_commands,
        )


class _Clock:
    """Adds up the time between one node's end and the next one's."""

    def __init__(self) -> None:
        self.by_step: dict[str, float] = {}
        self._begun = self._last = time.perf_counter()

    def on_node(self, node: str, _state: State) -> None:
        self.lap(node)

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.by_step[step] = self.by_step.get(step, 0.0) + now - self._last
        self._last = now

    @property
    def total(self) -> float:
        return self._last - self._begun


def _peak_mib(who: int) -> int:
    peak = resource.getrusage(who).ru_maxrss
    return peak // (1024 if platform.system() == "Linux" else 1024 * 1024)


def _plays(pool: Pool) -> tuple[float, float, float]:
    """Milliseconds for a fresh copy, for a mean row without commands and for one with them."""
    tree = pool.candidates[0].bound.scenario.workspace.tree()
    begun = time.perf_counter()
    for _ in range(200):
        WorkCopy(tree).close()
    copy = (time.perf_counter() - begun) / 200
    spent: dict[bool, list[float]] = {False: [], True: []}
    for candidate in pool.candidates[::37]:
        bound = candidate.bound
        begun = time.perf_counter()
        played = generate(
            bound, bound.scenario.requests[0], system_message(bound.toolset.surface), 0
        )
        if played.example is not None:
            spent[bool(played.example.metadata.isolation)].append(time.perf_counter() - begun)
    means = [1000 * sum(times) / max(1, len(times)) for times in (spent[False], spent[True])]
    return round(1000 * copy, 4), round(means[0], 2), round(means[1], 2)
