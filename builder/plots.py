"""The plots of a run's report, as SVG: targets, tools, shares, categories and languages over the iterations.

Takes what report.py collected; knows nothing of datasets. matplotlib is loaded here only.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from builder.coverage import Target

mpl.use("svg")
mpl.rcParams.update(
    {
        "svg.hashsalt": "report",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": "#e6e6e6",
        "axes.axisbelow": True,
        "figure.constrained_layout.use": True,
    }
)
_MET, _OPEN, _BAND = "#2f7d5b", "#c8553d", "#dcebe3"
_PALETTE = ("#2b6cb0", "#2f7d5b", "#d69e2e", "#805ad5", "#c8553d", "#319795", "#718096", "#b7791f", "#4a5568", "#97266d", "#3182ce", "#68a063")  # fmt: skip


class Snapshot(NamedTuple):
    """The dataset after one iteration: number of rows, targets, counts by kind and name."""

    iteration: int
    total: int
    targets: Sequence[Target]
    counts: dict[str, dict[str, int]]


def svg(figure: Figure) -> str:
    """The figure as an SVG element to put into a page."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def targets_plot(targets: Sequence[Target]) -> Figure:
    """Every count against what is wanted, in percent; the line is at 100."""
    shown = [target for target in targets if target.unit != "share"][::-1]
    figure = Figure(figsize=(8, 0.19 * len(shown) + 0.8))
    axes = figure.subplots()
    percents = [min(100 * target.actual / target.wanted, 400) for target in shown]
    colours = [_MET if target.met else _OPEN for target in shown]
    axes.barh([target.title for target in shown], percents, color=colours, height=0.7)
    axes.axvline(100, color="#333333", linewidth=1)
    axes.set_xlabel("percent of what is wanted (cut at 400)")
    axes.margins(y=0.01)
    return figure


def shares_plot(history: Sequence[Snapshot]) -> Figure:
    """Each share over the iterations, its band shaded."""
    names = [target.id for target in history[-1].targets if target.unit == "share"]
    figure = Figure(figsize=(10, 4.6))
    grid = figure.subplots(2, 4, sharex=True)
    flat: list[Axes] = list(grid.flat)
    for axes, name in zip(flat, names, strict=False):
        _share(axes, name, history)
    for axes in flat[len(names) :]:
        axes.set_visible(False)
    return figure


def _share(axes: Axes, name: str, history: Sequence[Snapshot]) -> None:
    points = [next(t for t in one.targets if t.id == name) for one in history]
    last = points[-1]
    axes.axhspan(100 * last.wanted, 100 * (last.at_most or 1.0), color=_BAND)
    axes.plot(
        [one.iteration for one in history],
        [100 * point.actual for point in points],
        color=_MET if last.met else _OPEN,
        marker="o",
        markersize=3,
    )
    axes.set_title(f"{last.title}: {100 * last.actual:.1f} %", fontsize=9)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def tools_plot(history: Sequence[Snapshot], wanted: int) -> Figure:
    """Rows for each tool, the shades telling the iteration that added them."""
    final = history[-1].counts.get("tool", {})
    names = sorted(final, key=lambda name: final[name])
    figure = Figure(figsize=(8, 0.19 * len(names) + 0.8))
    axes = figure.subplots()
    left = [0] * len(names)
    for number, one in enumerate(history):
        counts = [one.counts.get("tool", {}).get(name, 0) for name in names]
        added = [count - before for count, before in zip(counts, left, strict=True)]
        shade = 0.25 + 0.75 * (number + 1) / len(history)
        axes.barh(names, added, left=left, color="#2b6cb0", alpha=shade, height=0.7)
        left = counts
    axes.axvline(wanted, color="#333333", linewidth=1)
    axes.set_xlabel(f"rows that call the tool (line: {wanted}); darker was added later")
    axes.margins(y=0.01)
    return figure


def growth_plot(history: Sequence[Snapshot], kind: str) -> Figure:
    """Rows of each name of a kind over the iterations, stacked where a row has one name, else as lines."""
    final = history[-1].counts.get(kind, {})
    names = sorted(final, key=lambda name: (-final[name], name))[: len(_PALETTE)]
    figure = Figure(figsize=(8, 3.4))
    axes = figure.subplots()
    iterations = [one.iteration for one in history]
    for colour, name in zip(_PALETTE, names, strict=False):
        counts = [one.counts.get(kind, {}).get(name, 0) for one in history]
        axes.plot(iterations, counts, color=colour, label=name, marker="o", markersize=3)
    axes.set_xlabel("iteration")
    axes.set_ylabel("rows")
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if names:
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=8)
    return figure
