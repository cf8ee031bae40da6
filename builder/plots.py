"""The plots of a run's report, as SVG: targets, tools, shares, categories and languages over the iterations.

Takes what report.py collected; knows nothing of datasets. pygal is loaded here only; its charts are told to load no
script and no font from elsewhere.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Sequence
from typing import NamedTuple

import pygal
from pygal.style import Style

from builder.coverage import Target

# pygal leaves a finder of plugins behind that today's Python can only warn of, at every later import.
sys.meta_path[:] = [one for one in sys.meta_path if type(one).__name__ != "PluginImportFixer"]

_MET, _OPEN, _LIMIT = "#2f7d5b", "#c8553d", "#d69e2e"
_PALETTE = ("#2b6cb0", "#2f7d5b", "#d69e2e", "#805ad5", "#c8553d", "#319795", "#718096", "#b7791f", "#4a5568", "#97266d", "#3182ce", "#68a063")  # fmt: skip
_BLUES = ("#bcd3ea", "#a9c6e4", "#96b9dd", "#83acd7", "#709fd0", "#5d92c9", "#4a85c3", "#3778bc", "#2b6cb0", "#235993", "#1b4676", "#133359")  # fmt: skip
_MOST_NAMES = len(_PALETTE)


class Snapshot(NamedTuple):
    """The dataset after one iteration: number of rows, targets, counts by kind and name."""

    iteration: int
    total: int
    targets: Sequence[Target]
    counts: dict[str, dict[str, int]]


@functools.cache
def _style(colours: tuple[str, ...]) -> Style:
    return Style(
        background="transparent",
        plot_background="transparent",
        foreground="#4a5568",
        foreground_strong="#1a202c",
        foreground_subtle="#718096",
        guide_stroke_color="#e2e8f0",
        major_guide_stroke_color="#cbd5e0",
        colors=colours,
        font_family="system-ui, sans-serif",
        label_font_size=11,
        major_label_font_size=11,
        legend_font_size=12,
        title_font_size=14,
        value_font_size=11,
        opacity="0.95",
        transition="0s",
    )


def _settings(colours: tuple[str, ...], width: int, height: int) -> dict[str, object]:
    return {
        "style": _style(colours),
        "width": width,
        "height": height,
        "js": (),
        "disable_xml_declaration": True,
        "explicit_size": True,
        "margin": 8,
        "truncate_label": -1,
        "truncate_legend": -1,
    }


def _svg(chart: pygal.graph.graph.Graph, name: str) -> str:
    """The chart as an element of the page; its id is fixed, so that the same run gives the same page."""
    chart.uuid = name
    text: str = chart.render(is_unicode=True)
    text = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    return re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)


def targets_plot(targets: Sequence[Target]) -> str:
    """Every count against what is wanted, in percent, cut at 400."""
    shown = [target for target in targets if target.unit != "share"][::-1]
    chart = pygal.HorizontalBar(
        show_legend=False,
        x_title="percent of what is wanted (cut at 400)",
        range=(0, 400),
        spacing=2,
        **_settings((_MET,), 860, 17 * len(shown) + 70),
    )
    chart.x_labels = [target.title for target in shown]
    chart.y_labels = [0, 50, 100, 200, 300, 400]
    bars = [
        {
            "value": min(100 * target.actual / target.wanted, 400),
            "color": _MET if target.met else _OPEN,
        }
        for target in shown
    ]
    chart.add("percent", bars)
    return _svg(chart, "targets")


def shares_plot(history: Sequence[Snapshot]) -> str:
    """Each share over the iterations, between the two ends of its band."""
    names = [target.id for target in history[-1].targets if target.unit == "share"]
    return "".join(_share(name, history) for name in names)


def _share(name: str, history: Sequence[Snapshot]) -> str:
    points = [next(t for t in one.targets if t.id == name) for one in history]
    last = points[-1]
    high = 100 * (last.at_most or 1.0)
    values = [100 * point.actual for point in points]
    chart = pygal.Line(
        title=f"{last.title}: {100 * last.actual:.1f} %",
        show_legend=False,
        range=(0, max(high, *values) * 1.15),
        dots_size=2.5,
        **_settings((_MET if last.met else _OPEN, _LIMIT, _LIMIT), 300, 210),
    )
    chart.x_labels = [str(one.iteration) for one in history]
    chart.add(last.title, values)
    dashes = {"width": 2.5, "dasharray": "6, 4"}
    for title, end in (("at least", 100 * last.wanted), ("at most", high)):
        chart.add(title, [end] * len(history), show_dots=False, stroke_style=dashes)
    return _svg(chart, name.replace(":", "-"))


def tools_plot(history: Sequence[Snapshot], wanted: int) -> str:
    """Rows for each tool; the darker, the later the iteration that added them."""
    final = history[-1].counts.get("tool", {})
    names = sorted(final, key=lambda name: (final[name], name))
    shades = tuple(_BLUES[min(len(_BLUES) - 1, n * len(_BLUES) // len(history))] for n in range(len(history)))  # fmt: skip
    chart = pygal.HorizontalStackedBar(
        show_legend=False,
        x_title=f"rows that call the tool ({wanted} are wanted of each); darker was added later",
        spacing=2,
        **_settings(shades, 860, 17 * len(names) + 70),
    )
    chart.x_labels = names
    before = dict.fromkeys(names, 0)
    for one in history:
        counts = one.counts.get("tool", {})
        added = [counts.get(name, 0) - before[name] for name in names]
        before = {name: counts.get(name, 0) for name in names}
        chart.add(f"iteration {one.iteration}", added)
    return _svg(chart, "tools")


def growth_plot(history: Sequence[Snapshot], kind: str) -> str:
    """Rows of each name of a kind over the iterations, the most frequent names of it."""
    final = history[-1].counts.get(kind, {})
    names = sorted(final, key=lambda name: (-final[name], name))[:_MOST_NAMES]
    chart = pygal.Line(
        x_title="iteration", dots_size=2.5, legend_box_size=10, **_settings(_PALETTE, 860, 330)
    )
    chart.x_labels = [str(one.iteration) for one in history]
    for name in names:
        chart.add(name, [one.counts.get(kind, {}).get(name, 0) for one in history])
    return _svg(chart, kind)
