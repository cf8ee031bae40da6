"""Writes what a run did: coverage-NNN.json and .md after each iteration, report.html at its end."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

import msgspec

from builder.control_characters import make_visible
from builder.coverage import Coverage, Kind, Target
from builder.gateway.ledger import Ledger, LedgerRow
from builder.guide import read_guide
from builder.iteration import Added, Iterations
from builder.run_folder import RunFolder, write_atomically

_KINDS: tuple[Kind, ...] = ("tool", "category", "area", "language", "framework", "complexity", "label", "workspace", "toolset", "recipe")  # fmt: skip
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1a202c}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem}
table{border-collapse:collapse;font-size:.86rem}td,th{padding:.22rem .7rem;border-bottom:1px solid #e2e8f0;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}.met{color:#2f7d5b}.open{color:#c8553d;font-weight:600}
svg{max-width:100%;height:auto}.note{color:#4a5568}details summary{cursor:pointer}
"""


class CoverageFile(msgspec.Struct, frozen=True):
    """coverage-NNN.json."""

    iteration: int
    total: int
    targets: tuple[Target, ...]
    counts: dict[str, dict[str, int]]
    added: Added | None = None
    asked: Ledger | None = None


def coverage_file(iteration: int, coverage: Coverage, targets: Sequence[Target], added: Added | None = None, asked: Ledger | None = None) -> CoverageFile:  # fmt: skip
    """What is known of a dataset's coverage, ready to be written; `asked`: of models, since the run began."""
    counts: dict[str, dict[str, int]] = {kind: coverage.of_kind(kind) for kind in _KINDS}
    return CoverageFile(iteration, coverage.total, tuple(targets), counts, added, asked)


class Reporter:
    """Reports one run."""

    def report(self, run: Iterations, iteration: int) -> int:
        """Write the files of one iteration and remove what only its steps needed; returns the number of rows."""
        added = run.added(iteration)
        found = coverage_file(iteration, run.coverage, run.targets(), added, run.ledger())
        run.folder.write(run.folder.numbered("coverage", iteration, "json"), found)
        text = coverage_markdown(found)
        write_atomically(run.folder.numbered("coverage", iteration, "md"), text.encode())
        run.clear(iteration)
        return found.total

    def finish(self, run: Iterations, notes: Sequence[str]) -> Path:
        """Write report.html over all iterations of the run; returns its path."""
        history = read_history(run.folder)
        if not history:
            history = [coverage_file(0, run.coverage, run.targets(), asked=run.ledger())]
        path = run.folder.path / "report.html"
        write_atomically(path, report_html(run.folder.id, history, notes).encode())
        return path


def read_history(folder: RunFolder) -> list[CoverageFile]:
    """What the iterations of a run left, in order."""
    paths = sorted(folder.path.glob("coverage-*.json"))
    return [folder.read(path, CoverageFile) for path in paths]


def shown_value(target: Target, value: float) -> str:
    """A target's number as people read it: shares in percent."""
    return f"{100 * value:.1f} %" if target.unit == "share" else f"{value:g}"


def shown_wanted(target: Target) -> str:
    """What a target asks for."""
    if target.at_most is None:
        return f"≥ {target.wanted:g}"
    return f"{100 * target.wanted:.0f} to {100 * target.at_most:.0f} %"  # fmt: skip


def coverage_markdown(found: CoverageFile) -> str:
    """One iteration as Markdown: what was added, every target, the counts."""
    met = sum(target.met for target in found.targets)
    lines = [f"# Coverage after iteration {found.iteration}", ""]
    lines.append(f"{found.total} rows; {met} of {len(found.targets)} targets met.")
    if found.added is not None:
        lines += ["", *_added_lines(found.added)]
    if found.asked is not None:
        lines += ["", *_asked_lines(found.asked)]
    lines += ["", "| target | wanted | actual | met |", "| --- | ---: | ---: | --- |"]
    for target in found.targets:
        state = "yes" if target.met else "**no**"
        lines.append(
            f"| {target.title} | {shown_wanted(target)} | {shown_value(target, target.actual)} | {state} |"
        )
    for kind in _KINDS:
        counts = ", ".join(f"{name} {n}" for name, n in found.counts.get(kind, {}).items())
        lines += ["", f"**{kind}**: {counts or 'none'}"]
    return make_visible("\n".join(lines) + "\n")


def _added_lines(added: Added) -> list[str]:
    gaps = ", ".join(f"{gap} ({n})" for gap, n in added.gaps.items())
    lines = [f"Added {added.added} rows for the gaps: {gaps}."]
    if added.rejected:
        reasons = ", ".join(f"{name} {n}" for name, n in added.reasons.items())
        lines.append(f"Rejected {added.rejected}: {reasons} (rejected.jsonl has the reasons).")
    return lines


def shown_usd(usd: float | None) -> str:
    """Money as people read it; a question mark where a price is not known."""
    return "$?" if usd is None else f"${usd:.4f}" if usd < 1 else f"${usd:.2f}"


_ASKED = ("model", "stage", "requests", "from the store", "retries", "tokens in", "of them cached", "tokens out", "cost")  # fmt: skip


def _asked_rows(asked: Ledger) -> list[list[str]]:
    """What was asked of models, one line for each model and stage, and the sum."""
    return [
        [
            one.model or "all",
            one.stage or "all",
            f"{one.requests}",
            f"{one.cached_answers}",
            f"{one.retries}" + (f" ({_errors(one)})" if one.errors else ""),
            f"{one.prompt_tokens}",
            f"{one.cached_tokens}",
            f"{one.completion_tokens}",
            shown_usd(one.usd),
        ]
        for one in (*asked.rows, asked.total)
    ]


def _errors(row: LedgerRow) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in row.errors.items())


def _asked_lines(asked: Ledger) -> list[str]:
    lines = [f"| {' | '.join(_ASKED)} |", f"|{' --- |' * len(_ASKED)}"]
    return lines + [f"| {' | '.join(row)} |" for row in _asked_rows(asked)]


def _asked_table(asked: Ledger) -> str:
    head = "".join(f"<th>{name}" for name in _ASKED)
    body = "".join(
        "<tr>"
        + "".join(f"<td>{html.escape(cell)}" for cell in row[:2])
        + "".join(f"<td class=n>{html.escape(cell)}" for cell in row[2:])
        + "\n"
        for row in _asked_rows(asked)
    )
    return f"<table><tr>{head}\n{body}</table>"


def report_html(run_id: str, history: Sequence[CoverageFile], notes: Sequence[str]) -> str:
    """The page: everything in one file, nothing loaded from elsewhere."""
    from builder import plots  # noqa: PLC0415 - loads matplotlib

    last = history[-1]
    snapshots = [
        plots.Snapshot(one.iteration, one.total, one.targets, one.counts) for one in history
    ]
    guide = read_guide()
    sections = [
        ("Targets", targets_table(last.targets)),
        ("Shares over the iterations", plots.shares_plot(snapshots)),
        ("Counts against targets", plots.targets_plot(last.targets)),
        ("Tools", plots.tools_plot(snapshots, guide.each_tool.wanted)),
        ("Complexity", plots.growth_plot(snapshots, "complexity")),
        ("Categories", plots.growth_plot(snapshots, "category")),
        ("Languages", plots.growth_plot(snapshots, "language")),
        ("Workspaces", plots.growth_plot(snapshots, "workspace")),
        ("Iterations", _iterations_table(history)),
    ]
    if last.asked is not None:
        sections.insert(1, ("Asked of models", _asked_table(last.asked)))
    met = sum(target.met for target in last.targets)
    name = html.escape(run_id)
    head = f"{last.total} rows, {met} of {len(last.targets)} targets met"
    body = "".join(f"<h2>{title}</h2>\n{content}\n" for title, content in sections)
    paragraphs = "".join(f"<p class=note>{html.escape(note)}</p>\n" for note in notes)
    return make_visible(
        f"<!doctype html>\n<html lang=en><meta charset=utf-8><title>Run {name}</title>"
        f"<meta name=viewport content='width=device-width'><style>{_STYLE}</style>\n"
        f"<h1>Run {name}: {head}</h1>\n{paragraphs}{body}</html>\n"
    )


def targets_table(targets: Sequence[Target]) -> str:
    """Every target with its state."""
    rows = "".join(
        f"<tr><td>{html.escape(t.title)}<td class=n>{shown_wanted(t)}<td class=n>{shown_value(t, t.actual)}"
        f"<td class={'met>met' if t.met else 'open>open'}\n"
        for t in targets
    )
    return f"<table><tr><th>Target<th>Wanted<th>Actual<th>State\n{rows}</table>"


def _iterations_table(history: Sequence[CoverageFile]) -> str:
    rows = []
    for one in history:
        if one.added is None:
            continue
        gaps = ", ".join(f"{gap} ({n})" for gap, n in one.added.gaps.items())
        reasons = ", ".join(f"{name} {n}" for name, n in one.added.reasons.items()) or "none"
        rows.append(
            f"<tr><td class=n>{one.iteration}<td class=n>{one.added.added}<td class=n>{one.total}"
            f"<td>{html.escape(gaps)}<td>{html.escape(reasons)}\n"
        )
    head = "<tr><th>Iteration<th>Added<th>Rows<th>For the gaps<th>Rejected\n"
    return f"<table>{head}{''.join(rows)}</table>"
