"""What a person sees while the program works: a progress display on a terminal, plain lines elsewhere, tables at the end.

Results go to stdout, progress to stderr. Nothing here decides anything.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from builder.control_characters import make_visible
from builder.coverage import Target
from builder.gateway.ledger import Ledger
from builder.iteration import Added
from builder.report import shown_usd, shown_value, shown_wanted


class Display:
    """Progress of a run, as a context manager; `quiet` shows nothing (for programs that read our output)."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.console = Console(
            stderr=True, quiet=quiet, highlight=False, soft_wrap=True, emoji=False
        )
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
            disable=quiet or not self.console.is_terminal,
        )
        self._task = self._bar.add_task("starting", total=None)

    def __enter__(self) -> Display:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def progress(self, what: str, done: int, total: int) -> None:
        """Show how far a step is."""
        self._bar.update(self._task, description=what, completed=done, total=total or None)

    def line(self, text: str) -> None:
        """One plain line."""
        self.console.print(escape(make_visible(text)))

    def iteration(self, added: Added, open_targets: int, ledger: Ledger | None = None) -> None:
        """One line for a finished iteration; `ledger`: what was asked of models so far."""
        gaps = ", ".join(f"{gap} {n}" for gap, n in added.gaps.items())
        rejected = f", {added.rejected} rejected" if added.rejected else ""
        self.line(
            f"iteration {added.iteration:>2}: +{added.added} rows{rejected}, {added.total} in all, "
            f"{open_targets} targets open  [{gaps}]{shown_spending(ledger)}"
        )


def shown_spending(ledger: Ledger | None) -> str:
    """What a run has asked so far and what it cost, for the end of a line."""
    if ledger is None:
        return ""
    total = ledger.total
    kept = f", {total.cached_answers} from the store" if total.cached_answers else ""
    return f"  {total.requests} requests{kept}, {shown_usd(total.usd)}"


def print_targets(targets: Sequence[Target]) -> None:
    """Every target with its state, on stdout."""
    console = Console(highlight=False, emoji=False)
    if not console.is_terminal:
        for target in targets:
            state = "met " if target.met else "OPEN"
            wanted, actual = shown_wanted(target), shown_value(target, target.actual)
            sys.stdout.write(f"{state}  {target.title:<34} {actual:>9}   wanted {wanted}\n")
        return
    table = Table("target", "wanted", "actual", "state", box=None, pad_edge=False)
    for target in targets:
        state = "[green]met[/]" if target.met else "[red]open[/]"
        table.add_row(
            escape(target.title), shown_wanted(target), shown_value(target, target.actual), state
        )
    console.print(table)
