"""The steps of a run, as the loop calls them: each reads what the one before left on disk and may be done twice.

State that has to survive lies in the run's folder and in the dataset. Nothing here knows the graph.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from builder.accepted import AcceptedRows
from builder.config import RunConfig
from builder.conversation import Example, from_json, to_json
from builder.coverage import Coverage, Target, targets
from builder.dataset import append_rows
from builder.failures import Failures, read_failures
from builder.gateway.ledger import Ledger, read_ledger
from builder.gateway.store import Store
from builder.index import DatasetIndex
from builder.planning import Batch, Gap, Want, open_targets, plan_batch
from builder.pool import Pool
from builder.run_folder import RunFolder, write_atomically
from builder.tool_spec import Surface, Toolset, read_surface, write_surface
from builder.toolsets import discover_surfaces, select_toolsets
from builder.validation import Verdict, validate, with_validators
from builder.validators.context import Context
from builder.workers import Made, Setting, Workers
from builder.workspaces.catalog import load_workspaces
from builder.writing.writer import Session, Writer

_T = TypeVar("_T")
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


_LONGEST_REASON = 2_000
"""Characters: a reason may quote what a model wrote."""


class Rejection(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of rejected.jsonl: what was rejected, by which check, why; the row where there was one."""

    iteration: int
    want: int
    candidate: str
    validator: str
    reason: str
    row: msgspec.Raw | None = None


class _Tried(msgspec.Struct, frozen=True):
    candidate: str


def rejected_candidates(text: bytes) -> set[str]:
    """The candidates of the whole lines of rejected.jsonl."""
    lines = text.splitlines(keepends=True)
    return {msgspec.json.decode(one, type=_Tried).candidate for one in lines if one.endswith(b"\n")}


class Planned(msgspec.Struct, frozen=True):
    """plan-NNN.json: the batch, and how long rejected.jsonl was before it (a repeated step begins there again)."""

    batch: Batch
    rejected_bytes: int


class Lineage(msgspec.Struct, frozen=True):
    """One line of lineage-NNN.jsonl: which row an iteration added, for which gap, from which scenario."""

    row: str
    want: int
    gap: str
    candidate: str


class Added(msgspec.Struct, frozen=True):
    """added-NNN.json: what an iteration did. `gaps`: what was planned for which; `reasons`: rejections by check."""

    iteration: int
    added: int
    rejected: int
    total: int
    gaps: dict[str, int]
    reasons: dict[str, int]


class Iterations:
    """One run over one dataset. Close it when done."""

    def __init__(self, config: RunConfig, folder: RunFolder, progress: Progress) -> None:
        self.config = config
        self.folder = folder
        self._progress = progress
        self._index: DatasetIndex | None = None
        self._workers: Workers | None = None
        self._store: Store | None = None
        self._writer: Writer | None = None

    def close(self) -> None:
        """Stop the workers and close what is open."""
        if self._writer is not None:
            self._writer.close()
        if self._store is not None:
            self._store.close()
        if self._workers is not None:
            self._workers.__exit__(None, None, None)
        if self._index is not None:
            self._index.close()

    def discover(self) -> str:
        """Find the tools, and say where; the surfaces are kept in the run's folder, for a resumed run has the same."""
        found = discover_surfaces(self.config)
        self.folder.path.mkdir(parents=True, exist_ok=True)
        for surface in found.surfaces.values():
            write_surface(surface, self.folder.tools(surface.name))
        if found.report:
            write_atomically(self.folder.path / "discovery.md", found.report.encode())
        return found.origin

    @cached_property
    def toolsets(self) -> list[Toolset]:
        surfaces: dict[str, Surface] = {}
        for path in sorted(self.folder.path.glob("tools-*.json")):
            surface = read_surface(path)
            surfaces[surface.name] = surface
        return select_toolsets(surfaces, self.config.toolsets)

    @cached_property
    def pool(self) -> Pool:
        workspaces = load_workspaces(self.config.workspaces)
        return Pool(workspaces, self.toolsets, self.config.rows)

    @property
    def index(self) -> DatasetIndex:
        if self._index is None:
            self._index = DatasetIndex(self.config.dataset)
        return self._index

    @property
    def workers(self) -> Workers:
        if self._workers is None:
            setting = Setting(self.config.workspaces, tuple(self.toolsets), self.config.seed)
            self._workers = Workers(setting, self.config.jobs)
        return self._workers

    @property
    def store(self) -> Store:
        """What models answered, shared by all runs of this folder; opened by runs that ask models."""
        if self._store is None:
            self._store = Store(self.folder.path.parent / "requests.sqlite", self.folder.id)
        return self._store

    def ledger(self) -> Ledger | None:
        """What this run asked of models so far, and what it cost; None for a run that asks none."""
        return read_ledger(self.store) if self.config.writing is not None else None

    @property
    def writer(self) -> Writer:
        if self._writer is None:
            workspaces = load_workspaces(self.config.workspaces)
            self._writer = Writer(self.config, self.store, self.pool, workspaces, self.workers)
        return self._writer

    def analyse(self) -> int:
        """Count the rows that are not counted yet; returns how many targets are open."""
        _ = self.workers  # they start while this process connects and counts
        if self.config.writing is not None:
            _ = self.writer
        self.index.catch_up()
        return len(open_targets(self.coverage, self.pool)) + len(self._urgent())

    @cached_property
    def failures(self) -> Failures | None:
        """The mistakes that this run is to make up for."""
        return read_failures(self.config.failures) if self.config.failures else None

    def _urgent(self) -> list[Gap]:
        """What is missing for the mistakes of an evaluated model: so many rows more than there were at the beginning."""
        if self.failures is None:
            return []
        path = self.folder.path / "failures.json"
        if not path.exists():
            self.folder.write(path, self.failures.wanted(self.coverage))
        wanted = self.folder.read(path, dict[str, int])
        gaps = self.failures.gaps(self.coverage, wanted, self.config.per_gap)
        return [gap for gap in gaps if self.pool.with_feature(gap.features[0])]

    @property
    def coverage(self) -> Coverage:
        return self.index.coverage()

    def targets(self) -> list[Target]:
        """Every target with its state."""
        return targets(self.coverage, self.pool.tool_names, self.pool.guide)

    def plan(self, iteration: int) -> int:
        """Choose the gaps and the batch of an iteration; returns the number of Wants."""
        rng = random.Random(f"{self.config.seed}/{self.coverage.total}")
        batch = plan_batch(
            self.coverage,
            self.pool,
            self.index.used_families(),
            rng,
            per_gap=self.config.per_gap,
            gaps=self.config.gaps,
            rejected=self._rejected_candidates()
            | (self.failures.scenarios if self.failures else set()),
            urgent=self._urgent(),
            taboo=self.failures.requests if self.failures else (),
        )
        planned = Planned(batch, self._rejected.stat().st_size if self._rejected.exists() else 0)
        self.folder.write(self.folder.numbered("plan", iteration, "json"), planned)
        return len(batch.wants)

    def generate(self, iteration: int) -> str:
        """Make the batch's rows, by playing or by writing. What could not be made is kept with its reason.

        Returns why not every want was tried, or nothing.
        """
        wants = self._planned(iteration).batch.wants
        stopped = ""
        if self.config.writing is None:
            tasks = [(want.candidate, want.request) for want in wants]
            made = list(self._watched("playing", self.workers.make(tasks), len(tasks)))
            pairs = list(zip(wants, made, strict=True))
        else:
            session = self._written(wants)
            pairs, stopped = _made_of(wants, session), session.stopped
        lines = (msgspec.json.encode(pair) for pair in pairs)
        self.folder.write_lines(self.folder.numbered("made", iteration, "jsonl"), lines)
        return stopped

    def _written(self, wants: Sequence[Want]) -> Session:
        def on_written(done: int) -> None:
            self._progress("writing", done, len(wants))

        self._progress("writing", 0, len(wants))
        return self.writer.write(wants, self.failures, on_written, self.folder.add_ideas)

    def validate(self, iteration: int) -> int:
        """Judge the rows made; returns the number accepted. Rejections go to rejected.jsonl with their reasons.

        Rows that this iteration has added already, before it was stopped for want of money, stay accepted.
        """
        made = self._made(iteration)
        rows = [one.row for _, one in made if one.row and not (one.verdict or one.problem)]
        verdicts = self._watched("checking", self.workers.check(rows), len(rows))
        context = Context(
            {one.id: one for one in self.toolsets}, rows=AcceptedRows(self.index, self.failures)
        )
        added = self._added_rows(iteration)
        accepted: list[bytes] = []
        rejections: list[Rejection] = []
        lineage: list[Lineage] = []
        for want, one in made:
            verdict = _known_verdict(one) or next(verdicts)
            example = from_json(one.row) if one.row else None
            final = verdict
            if example is None or example.metadata.id not in added:
                final = _judged(example, verdict, context, self.failures)
            elif final.is_accepted:
                added.remove(example.metadata.id)  # who makes the same row again makes a duplicate
            if example is not None and final.is_accepted:
                accepted.append(to_json(with_validators(example, final.passed)))
                lineage.append(Lineage(final.row, want.number, want.gap, want.candidate))
            else:
                rejections.append(_rejection(iteration, want, final, one.row))
        self.folder.write_lines(self.folder.numbered("accepted", iteration, "jsonl"), accepted)
        lines = (msgspec.json.encode(one) for one in lineage)
        self.folder.write_lines(self.folder.numbered("lineage", iteration, "jsonl"), lines)
        self._reject(iteration, rejections)
        return len(accepted)

    def _added_rows(self, iteration: int) -> set[str]:
        """Rows of the dataset that an earlier sitting of this iteration made."""
        lines = self.folder.read_lines(self.folder.numbered("lineage", iteration, "jsonl"))
        known = {msgspec.json.decode(line, type=Lineage).row for line in lines}
        return {row for row in known if self.index.has_row(row)}

    def append(self, iteration: int) -> int:
        """Add the accepted rows that are not there yet; returns how many rows the dataset has."""
        accepted = self.folder.read_lines(self.folder.numbered("accepted", iteration, "jsonl"))
        self.index.catch_up()
        examples = [from_json(row) for row in accepted]
        missing = [one for one in examples if not self.index.has_row(one.metadata.id)]
        if missing:
            rows = [to_json(one, self.config.tool_results) for one in missing]
            append_rows(self.config.dataset, rows)
            self.index.catch_up()
        self._note(iteration, len(examples))
        return self.coverage.total

    def added(self, iteration: int) -> Added:
        """What an iteration did."""
        return self.folder.read(self.folder.numbered("added", iteration, "json"), Added)

    def clear(self, iteration: int) -> None:
        """Remove what only the steps of this iteration needed."""
        for name in ("made", "accepted"):
            self.folder.numbered(name, iteration, "jsonl").unlink(missing_ok=True)

    @property
    def _rejected(self) -> Path:
        return self.folder.path / "rejected.jsonl"

    def _rejected_candidates(self) -> set[str]:
        """What this run tried in vain; of a line that a kill cut short nothing is taken."""
        if not self._rejected.exists():
            return set()
        return rejected_candidates(self._rejected.read_bytes())

    def _planned(self, iteration: int) -> Planned:
        return self.folder.read(self.folder.numbered("plan", iteration, "json"), Planned)

    def _made(self, iteration: int) -> list[tuple[Want, Made]]:
        lines = self.folder.read_lines(self.folder.numbered("made", iteration, "jsonl"))
        return [msgspec.json.decode(line, type=tuple[Want, Made]) for line in lines]

    def _reject(self, iteration: int, rejections: list[Rejection]) -> None:
        """Append to rejected.jsonl, from where this iteration began: a repeated step writes nothing twice."""
        with self._rejected.open("ab") as file:
            file.truncate(self._planned(iteration).rejected_bytes)
            file.write(b"".join(msgspec.json.encode(one) + b"\n" for one in rejections))
        reasons = Counter(one.validator for one in rejections)
        self.folder.write(self.folder.numbered("rejected", iteration, "json"), dict(reasons))

    def _note(self, iteration: int, added: int) -> None:
        path = self.folder.numbered("rejected", iteration, "json")
        reasons = self.folder.read(path, dict[str, int])
        gaps = {gap.id: gap.planned for gap in self._planned(iteration).batch.gaps}
        total = self.coverage.total
        note = Added(iteration, added, sum(reasons.values()), total, gaps, reasons)
        self.folder.write(self.folder.numbered("added", iteration, "json"), note)

    def _watched(self, what: str, results: Iterable[_T], total: int) -> Iterator[_T]:
        for done, result in enumerate(results, 1):
            self._progress(what, done, total)
            yield result


def _known_verdict(made: Made) -> Verdict | None:
    """What is known of a row before it is checked here: that there is none, or what its checks said when it was written."""
    return Verdict("", made.check, made.problem) if made.problem else made.verdict


def _made_of(wants: Sequence[Want], session: Session) -> list[tuple[Want, Made]]:
    """The wants that were tried, with what they gave."""
    tried = [
        (want, session.written[want.number]) for want in wants if want.number in session.written
    ]
    return [(want, Made(one.row, one.problem, one.check, one.verdict)) for want, one in tried]


def _judged(
    example: Example | None, verdict: Verdict, context: Context, failures: Failures | None
) -> Verdict:
    """The verdict with the checks against the dataset added; an accepted row counts for those after it."""
    if example is None or not verdict.is_accepted:
        return verdict
    if failures is not None and failures.repeats(example):
        return Verdict(verdict.row, "duplicates", "a model was evaluated with this very request")
    final = validate(example, context, ("dataset",))
    if final.is_accepted and isinstance(context.rows, AcceptedRows):
        context.rows.add(example)
    return msgspec.structs.replace(final, passed=(*verdict.passed, *final.passed))


def _rejection(iteration: int, want: Want, verdict: Verdict, row: bytes) -> Rejection:
    raw = msgspec.Raw(row) if row else None
    reason = verdict.reason[:_LONGEST_REASON]
    return Rejection(iteration, want.number, want.candidate, verdict.validator, reason, raw)
