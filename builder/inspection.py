"""What the commands besides `run` do: count, validate, show, preview, generate. Nothing here changes a dataset."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from builder.config import RunConfig
from builder.control_characters import make_visible
from builder.conversation import Example, ToolCall, to_json
from builder.coverage import Coverage, Target, features_of, targets
from builder.dataset import read_examples, read_lines
from builder.errors import UsageError, choose
from builder.generation import generate
from builder.guide import guide_for
from builder.index import BadLine, DatasetIndex
from builder.planning import plan_batch
from builder.pool import Candidate, Pool
from builder.prompts import system_message
from builder.sandbox.isolation import best_isolation
from builder.tool_spec import CONTINUE_TOOLSETS, PACKAGED_TOOLSETS, Toolset
from builder.toolsets import discover_surfaces, known_toolsets, select_toolsets
from builder.validation import Verdict
from builder.workers import Setting, Workers
from builder.workspaces.catalog import load_workspaces, packaged_names

Progress = Callable[[str, int, int], None]
_CHUNK = 500


class Counted(NamedTuple):
    """A dataset's coverage, as the `coverage` command prints it."""

    total: int
    targets: list[Target]
    counts: dict[str, dict[str, int]]
    bad_lines: list[BadLine]


def coverage_of(dataset: Path, toolset_ids: tuple[str, ...]) -> Counted:
    """Count every row of a dataset; reads it once, line by line, and writes nothing.

    Without ids the targets are those of the toolsets that the rows name, of Continue all.
    """
    found, bad = Coverage(), []
    for line in read_lines(dataset):
        if line.example is None:
            bad.append(BadLine(line.number, line.problem))
        else:
            found.add(features_of(line.example))
    kinds = ("tool", "category", "area", "language", "framework", "complexity", "label", "toolset")
    counts = {kind: found.of_kind(kind) for kind in kinds}
    toolsets = _counted_toolsets(toolset_ids, set(counts["toolset"]))
    names = sorted({tool.name for one in toolsets for tool in one.tools})
    return Counted(found.total, targets(found, names, guide_for(toolsets)), counts, bad)


def _counted_toolsets(chosen: tuple[str, ...], found: set[str]) -> list[Toolset]:
    """The toolsets whose targets are counted; a stranger's own tools only where they are asked for."""
    known = known_toolsets(chosen)
    packaged = [one for one in known if one.id in PACKAGED_TOOLSETS and one.id in found]
    is_continue = bool(found & set(CONTINUE_TOOLSETS)) or not packaged
    default = [one for one in known if one.id in CONTINUE_TOOLSETS and is_continue] + packaged
    return [one for one in known if one.id in chosen] or default


class Failure(NamedTuple):
    """A line of a dataset that does not hold: which check says so, and why."""

    line: int
    row: str
    validator: str
    reason: str


class Validated(NamedTuple):
    """What validating a dataset found."""

    rows: int
    replayed: int
    skipped: int
    failures: list[Failure]


def validate_dataset(dataset: Path, config: RunConfig, progress: Progress) -> Validated:
    """Run every check over every row, a few hundred rows at a time.

    Of the configuration only toolsets, workspaces, jobs and `allow_weak_sandbox` count. Who wrote the rows is not
    known: in a weak sandbox those with commands are not played unless that is allowed.
    """
    toolsets = tuple(known_toolsets(config.toolsets))
    may_run = config.allow_weak_sandbox or best_isolation().is_strong
    setting = Setting(_all_workspaces(config.workspaces), toolsets, 0, may_run)
    size, rows, replayed = dataset.stat().st_size, 0, 0
    failures: list[Failure] = []
    seen: dict[str, int] = {}
    with Workers(setting, config.jobs) as workers:
        for chunk in _chunks(dataset, failures):
            examples = [example for _, example, _ in chunk]
            verdicts = workers.check(to_json(example) for example in examples)
            for (number, example, end), verdict in zip(chunk, verdicts, strict=True):
                rows += 1
                replayed += verdict.replayed
                failures += _failures(number, example, verdict, seen)
                progress("validating", end, size)
    failures.sort(key=lambda failure: failure.line)
    return Validated(rows, replayed, rows - replayed, failures)


def _all_workspaces(own: tuple[str, ...]) -> tuple[str, ...]:
    """The packaged workspaces and the user's own."""
    return (*packaged_names(), *own) if own else ()


def _chunks(dataset: Path, failures: list[Failure]) -> Iterator[list[tuple[int, Example, int]]]:
    chunk: list[tuple[int, Example, int]] = []
    for line in read_lines(dataset):
        if line.example is None:
            failures.append(Failure(line.number, "", "row_schema", line.problem))
            continue
        chunk.append((line.number, line.example, line.offset + len(line.data)))
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _failures(
    number: int, example: Example, verdict: Verdict, seen: dict[str, int]
) -> Iterator[Failure]:
    if not verdict.is_accepted:
        yield Failure(number, verdict.row, verdict.validator, verdict.reason)
    for call in example.calls:
        if call.id in seen:
            reason = f"call id {call.id} is used in line {seen[call.id]} as well"
            yield Failure(number, verdict.row, "call_ids", reason)
        seen[call.id] = number


def chosen_rows(
    dataset: Path, tool: str, category: str, row_id: str, limit: int, sample: int | None
) -> Iterator[Example]:
    """Rows that fit; the first ones, or with `sample` some at random (reservoir sampling)."""
    fitting = (one for one in read_examples(dataset) if _fits(one, tool, category, row_id))
    if sample is None:
        for number, example in enumerate(fitting):
            if limit and number >= limit:
                return
            yield example
        return
    rng = random.Random(sample)
    kept: list[Example] = []
    for number, example in enumerate(fitting):
        if len(kept) < (limit or 20):
            kept.append(example)
        elif (place := rng.randrange(number + 1)) < len(kept):
            kept[place] = example
    yield from kept


def _fits(example: Example, tool: str, category: str, row_id: str) -> bool:
    metadata = example.metadata
    if row_id and metadata.id != row_id:
        return False
    if category and category not in (metadata.category, *metadata.areas):
        return False
    return not tool or any(call.name == tool for call in example.calls)


def chat_text(example: Example) -> str:
    """A row as a chat that a person can read; what drives a terminal is written out."""
    metadata = example.metadata
    facts = (
        metadata.toolset,
        metadata.scenario.split("|")[-1],
        metadata.complexity or "",
        *metadata.shape,
    )
    lines = [f"━━ {metadata.id}  {'  '.join(fact for fact in facts if fact)}"]
    for message in example.messages:
        if message.role == "system":
            continue
        lines.append(f"── {message.role}")
        if message.content:
            lines.append(message.content)
        lines += [_call_text(call) for call in message.tool_calls]
    return make_visible("\n".join(lines) + "\n")


def _call_text(call: ToolCall) -> str:
    parts = []
    for name, value in call.arguments.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
        parts.append(f"   {name}: {text}" if "\n" not in text else f"   {name}:\n{_indented(text)}")
    return "\n".join([f"→ {call.name}", *parts])


def _indented(text: str) -> str:
    return "\n".join(f"   │ {line}" for line in text.split("\n"))


def preview_text(config: RunConfig) -> Iterator[str]:
    """The next iteration's plan, then one played example for each gap."""
    pool = pool_of(config)
    coverage, used = state_of(config.dataset)
    rng = random.Random(f"{config.seed}/{coverage.total}")
    batch = plan_batch(coverage, pool, used, rng, per_gap=config.per_gap, gaps=config.gaps)
    if not batch.wants:
        yield "nothing to add: every target is met, or no scenario is left"
        return
    for gap in batch.gaps:
        yield f"gap {gap.id}: {gap.missing} rows missing, {gap.planned} planned"
        want = next((one for one in batch.wants if one.gap == gap.id), None)
        candidate = pool.find(want.candidate) if want else None
        if want and candidate:
            yield _played_text(candidate, want.request, config.seed)


def state_of(dataset: Path) -> tuple[Coverage, dict[str, list[tuple[str, str]]]]:
    """What a dataset has, and which tasks were used; an empty one where there is none yet."""
    if not dataset.exists():
        return Coverage(), {}
    index = DatasetIndex(dataset)
    try:
        index.catch_up()
        return index.coverage(), index.used_families()
    finally:
        index.close()


def pool_of(config: RunConfig) -> Pool:
    """Every scenario that a run could take."""
    toolsets = select_toolsets(discover_surfaces(config).surfaces, config.toolsets)
    return Pool(load_workspaces(config.workspaces), toolsets)


def _played_text(candidate: Candidate, request: int, seed: int) -> str:
    bound = candidate.bound
    system = system_message(bound.toolset.surface)
    played = generate(bound, bound.scenario.requests[request], system, seed)
    return (
        chat_text(played.example)
        if played.example
        else make_visible(f"not playable: {played.problem}")
    )


def generate_rows(config: RunConfig, counts: dict[str, int]) -> Iterator[bytes]:
    """So many examples of each tool, from different tasks first. Raises UsageError for an unknown tool."""
    pool = pool_of(config)
    for tool, count in counts.items():
        if tool not in pool.tool_names:
            raise UsageError(choose(f"tool of {config.toolsets[0]}", tool, pool.tool_names))
        yield from _rows_of(pool, tool, count, config.seed)


def _rows_of(pool: Pool, tool: str, count: int, seed: int) -> Iterator[bytes]:
    candidates = pool.with_feature(("tool", tool))
    order = random.Random(f"{seed}/{tool}").sample(candidates, len(candidates))
    order.sort(key=lambda candidate: len(candidate.features & {("complexity", "complex")}))
    tasks = [(c, n) for n in range(3) for c in order if n < len(c.bound.scenario.requests)]
    made = 0
    for candidate, request in tasks:
        bound = candidate.bound
        system = system_message(bound.toolset.surface)
        played = generate(bound, bound.scenario.requests[request], system, seed)
        if played.example is not None:
            yield to_json(played.example)
            made += 1
            if made == count:
                return
    raise UsageError(f"only {made} examples of {tool} can be made; {count} were asked for")
