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
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from builder.config import RunConfig
from builder.generation import generate
from builder.iteration import Iterations
from builder.loop import State, run_loop
from builder.pool import Pool
from builder.prompts import system_message
from builder.replay import Replayer
from builder.report import Reporter
from builder.run_folder import new_run
from builder.sandbox.isolation import best_isolation
from builder.sandbox.process import run_command
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.continue_core.ripgrep import run_ripgrep


class Timings(msgspec.Struct, frozen=True):
    """What one example costs, in milliseconds; the mean of many.

    `copy_*`: a fresh copy of so many files, one of them read and one written. `search_edited`: a search after an edit.
    `replay_*`: a row played again, validated against what it says.
    """

    copy_50_files: float
    copy_5000_files: float
    search: float
    search_edited: float
    launch: float
    play_without_commands: float
    play_with_commands: float
    replay_without_commands: float
    replay_with_commands: float


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
    sandbox: Timings


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
        timings = _timings(run.pool)
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
            sandbox=timings,
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


def _timings(pool: Pool) -> Timings:
    tree = pool.candidates[0].bound.scenario.workspace.tree()
    played = _plays(pool)
    with TemporaryTree(50) as small, TemporaryTree(5_000) as large:
        return Timings(
            copy_50_files=_mean_ms(lambda: _touch(small), 200),
            copy_5000_files=_mean_ms(lambda: _touch(large), 200),
            search=_mean_ms(lambda: _search(small, edit=False), 20),
            search_edited=_mean_ms(lambda: _search(small, edit=True), 20),
            launch=_mean_ms(lambda: _launch(tree), 20),
            **played,
        )


class TemporaryTree:
    """A tree of small files in a folder of its own, as a context manager."""

    def __init__(self, files: int) -> None:
        self._files = files
        self._folder = tempfile.TemporaryDirectory(prefix="bench-")

    def __enter__(self) -> Tree:
        for number in range(self._files):
            path = Path(self._folder.name, f"folder{number % 40}", f"file{number}.txt")
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"number {number}\n" * 50)
        return Tree(Path(self._folder.name), "/workspace/bench")

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def _mean_ms(act: Callable[[], None], times: int) -> float:
    begun = time.perf_counter()
    for _ in range(times):
        act()
    return round(1000 * (time.perf_counter() - begun) / times, 4)


def _touch(tree: Tree) -> None:
    with WorkCopy(tree) as copy:
        copy.children("folder1")
        copy.read_text("folder1/file1.txt")
        copy.write_text("folder1/file1.txt", "changed\n")


def _search(tree: Tree, *, edit: bool) -> None:
    with WorkCopy(tree) as copy:
        if edit:
            copy.write_text("folder1/file1.txt", "changed\n")
        run_ripgrep(copy, ["--files-with-matches", "-e", "number 7"])


def _launch(tree: Tree) -> None:
    with WorkCopy(tree) as copy:
        run_command("true", copy, best_isolation(), merge=True)


def _plays(pool: Pool) -> dict[str, float]:
    """A mean row played, and played again, without and with commands; of a sample of all candidates."""
    surfaces = {one.id: one.surface for one in pool.toolsets}
    workspaces = {
        one.bound.scenario.workspace.name: one.bound.scenario.workspace for one in pool.candidates
    }
    replayer = Replayer(workspaces, surfaces, best_isolation())
    spent: dict[str, list[float]] = {}
    for candidate in pool.candidates[::37]:
        bound = candidate.bound
        begun = time.perf_counter()
        system = system_message(bound.toolset.surface)
        played = generate(bound, bound.scenario.requests[0], system, 0).example
        middle = time.perf_counter()
        if played is not None and any(True for _ in played.calls):
            replayer.replay(played)
            kind = "with_commands" if played.metadata.isolation else "without_commands"
            spent.setdefault(f"play_{kind}", []).append(middle - begun)
            spent.setdefault(f"replay_{kind}", []).append(time.perf_counter() - middle)
    return {name: round(1000 * sum(all_s) / len(all_s), 2) for name, all_s in spent.items()}
