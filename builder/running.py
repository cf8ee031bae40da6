"""One run from start to end: lock, folder or resumed folder, loop, report; what the `run` command does."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from builder.config import EMBEDDED, RunConfig
from builder.coverage import Target
from builder.dataset import DatasetLock
from builder.errors import UsageError, choose
from builder.failures import read_failures
from builder.gateway.batches import require_batch_api
from builder.gateway.ledger import Ledger
from builder.index import BadLine
from builder.iteration import Iterations
from builder.loop import State, run_loop
from builder.providers.keys import has_key
from builder.providers.loading import checked_url, load_providers
from builder.report import Reporter
from builder.run_folder import RunFolder, find_run, new_run, unfinished_run
from builder.sandbox.isolation import (
    best_isolation,
    describe_isolation,
    require_strong_isolation,
)
from builder.strategies.registry import find_strategy
from builder.terminal import Display
from builder.tool_spec import kind_of
from builder.workspaces.catalog import load_workspaces


class Outcome(NamedTuple):
    """How a run ended: all targets, the dataset's bad lines, the report; `ended` says why it stopped.

    `ledger`: what was asked of models; None where nothing was. `can_go_on`: it stopped for want of money.
    """

    run_id: str
    dataset: Path
    total: int
    targets: list[Target]
    bad_lines: list[BadLine]
    report: Path
    ended: str
    ledger: Ledger | None = None
    can_go_on: bool = False


def run_dataset(
    config: RunConfig, runs: Path, display: Display, *, resume: str = "", wait: bool = False
) -> Outcome:
    """Run to the end. Raises BuilderError; a KeyboardInterrupt leaves a run that can be resumed."""
    if resume:
        free = {"jobs": config.jobs, "limits": config.limits}
        config = find_run(runs, resume).config().model_copy(update=free)
    check_names(config)
    check_isolation(config)
    with DatasetLock(config.dataset, wait=wait):
        folder = _folder(config, runs, resume, display)
        folder.save(config, "running")
        run = Iterations(config, folder, display.progress)
        try:
            outcome = _finish(run, _loop(run, display))
        finally:
            run.close()
        folder.save(config, "running" if outcome.can_go_on else "finished", outcome.ended)
        return outcome


def check_names(config: RunConfig) -> None:
    """Refuse what cannot be before anything is written: unknown names, broken failure reports. Raises UsageError.

    So are keys: settings stand in run.json, in the store, in reports.
    """
    if has_key(config.model_dump_json()):
        raise UsageError(
            "a key stands on the command line, where other programs and logs can read it: take it away there, and set it "
            "in the environment or in a file .env"
        )
    check_provider(config.provider)
    if config.writing is not None:
        if config.writing.base_url:
            checked_url(config.writing.base_url)
        for strategy in config.writing.strategies:
            find_strategy(strategy)
        if config.limits.batch:
            require_batch_api(config.provider)
    if config.failures is not None:
        read_failures(config.failures)
    load_workspaces(config.workspaces)


def check_provider(name: str) -> None:
    """Refuse an unknown one. Raises UsageError that lists those there are."""
    known = (EMBEDDED, *load_providers())
    if name not in known:
        raise UsageError(choose("provider", name, known))


def check_isolation(config: RunConfig) -> None:
    """Refuse to let a model write calls that a weak sandbox would play, or none. Raises UsageError that says what to do.

    An MCP server acts outside of the sandbox, with the user's rights.
    """
    if config.provider == EMBEDDED:
        return
    require_strong_isolation(best_isolation(), allow_weak=config.allow_weak_sandbox)
    servers = [one for one in config.toolsets if kind_of(one) == "mcp"]
    if servers and not config.allow_weak_sandbox:
        raise UsageError(
            f"{servers[0]} acts outside of the sandbox, and a model would write its calls: give --allow-weak-sandbox "
            "if that server may do whatever it can"
        )


def _folder(config: RunConfig, runs: Path, resume: str, display: Display) -> RunFolder:
    found = find_run(runs, resume) if resume else unfinished_run(runs, config)
    if found is None:
        folder = new_run(runs)
        display.line(f"run {folder.id} → {config.dataset}")
        return folder
    display.line(f"resuming run {found.id} → {config.dataset}")
    return found


def _loop(run: Iterations, display: Display) -> State:
    display.line(describe_isolation(best_isolation()))

    def on_node(node: str, state: State) -> None:
        if node == "discover":
            display.line(f"tools from {state['origin']}")
        elif node == "analyse" and state["iteration"]:
            added = run.added(state["iteration"])
            display.iteration(added, state["open_targets"], run.ledger())

    return run_loop(run, Reporter(), on_node)


def _finish(run: Iterations, state: State) -> Outcome:
    targets, bad = run.targets(), run.index.bad_lines()
    ended = _ended(state, run.config.iterations)
    notes = [ended, f"Tools from {state['origin']}.", describe_isolation(best_isolation())]
    notes += [f"{run.config.dataset} line {line.number} is no row: {line.reason}" for line in bad]
    report = Reporter().finish(run, notes)
    return Outcome(
        run.folder.id,
        run.config.dataset,
        run.coverage.total,
        targets,
        bad,
        report,
        ended,
        run.ledger(),
        can_go_on=bool(state.get("stopped")),
    )


def _ended(state: State, iterations: int) -> str:
    if state.get("stopped"):
        return f"Stopped: {state['stopped']}."
    if state["open_targets"] == 0:
        return f"Every target is met after {state['iteration']} iterations."
    if state["iteration"] >= iterations:
        return f"{state['open_targets']} targets are open after {iterations} iterations; run again to go on."
    return f"{state['open_targets']} targets are open, but no scenario is left that would help: add --workspace."
