"""The commands `run`, with all that a model may be told and may cost, and `doctor`. Wiring only."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from builder.control_characters import make_visible
from builder.errors import UsageError
from builder.options import (
    DEFAULT_DATASET,
    JsonOption,
    OfflineOption,
    RefOption,
    SeedOption,
    SourceOption,
    ToolsetOption,
    WeakSandboxOption,
    WorkspaceOption,
    print_json,
    target_row,
)

if TYPE_CHECKING:
    from builder.config import RunConfig
    from builder.running import Outcome

app = typer.Typer()
_RUNS = Path("runs")
_MODEL = "A model writes (--provider openai, anthropic, ollama)"
_BOUNDS = "What a model may cost"


class ToolResults(StrEnum):
    """Where results stand in written rows."""

    tool = "tool"
    user = "user"


class Calls(StrEnum):
    """How the model calls tools."""

    native = "native"
    text = "text"


def _model(default_help: str, **more: Any) -> Any:  # typer's own type
    return typer.Option(help=default_help, rich_help_panel=_MODEL, **more)


def _bound(default_help: str, **more: Any) -> Any:
    return typer.Option(help=default_help, rich_help_panel=_BOUNDS, **more)


@app.command()
def run(
    *,
    iterations: Annotated[int, typer.Option(min=1, help="At most so many iterations.")] = 10,
    dataset: Annotated[Path, typer.Option(help="The dataset to add to.")] = DEFAULT_DATASET,
    rows: Annotated[int | None, typer.Option(min=1, help="Examples wanted in all; else the guide's 500.")] = None,
    toolset: ToolsetOption = None,
    workspace: WorkspaceOption = None,
    source: SourceOption = None,
    ref: RefOption = None,
    offline: OfflineOption = False,
    seed: SeedOption = 1,
    per_gap: Annotated[int, typer.Option(min=1, help="At most so many examples for a gap.")] = 20,
    gaps: Annotated[int, typer.Option(min=1, help="At most so many gaps an iteration.")] = 3,
    tool_results: Annotated[ToolResults, typer.Option(help="Role of the messages with results.")] = ToolResults.tool,
    jobs: Annotated[int, typer.Option(min=0, help="Processes that play; 0 = one for each core.")] = 0,
    allow_weak_sandbox: WeakSandboxOption = False,
    failures: Annotated[Path | None, typer.Option(help="Mistakes of an evaluated model: they become gaps.")] = None,
    resume: Annotated[str, typer.Option(help="Go on with this run (its settings stand, but for what it may cost).")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Wait if another run holds the dataset.")] = False,
    as_json: JsonOption = False,
    provider: Annotated[str, _model("Who writes: embedded needs no key and no network.")] = "embedded",
    model: Annotated[str, _model("The model that writes.")] = "",
    base_url: Annotated[str, _model("Another address of the API, e.g. http://127.0.0.1:8000/v1.")] = "",
    user_model: Annotated[str, _model("The model that plays the user; else the one that writes.")] = "",
    judge_model: Annotated[str, _model("The model that judges; else the one that writes.")] = "",
    strategy: Annotated[list[str] | None, _model("author, rollout, rewrite; may be repeated. All take turns.")] = None,
    votes: Annotated[int, _model("How often each row is judged; 0 = never.", min=0, max=9)] = 1,
    threshold: Annotated[float, _model("Rows judged below this are rejected (1 to 5).", min=1, max=5)] = 3.5,
    ideas: Annotated[bool, _model("Ask for scenario ideas for each gap first.")] = False,
    calls: Annotated[Calls, _model("text: for models without native tool calling.")] = Calls.native,
    keep_reasoning: Annotated[bool, _model("Keep what a model thought in the rows.")] = False,
    per_request: Annotated[int, _model("Examples that one request may ask for.", min=1, max=20)] = 5,
    max_tokens: Annotated[int, _model("Bound of one answer.", min=64)] = 4_096,
    temperature: Annotated[float | None, _model("Passed on where the API takes it.")] = None,
    context: Annotated[int | None, _model("Tokens of context that Ollama is asked for.", min=2_048)] = None,
    budget: Annotated[float | None, _bound("US dollars that the run may cost.")] = None,
    max_requests: Annotated[int | None, _bound("Requests that the run may send.", min=1)] = None,
    price: Annotated[str, _bound("IN,OUT: US dollars for a million tokens, where the program knows none.")] = "",
    concurrency: Annotated[int, _bound("Requests under way at once, at most.", min=1)] = 16,
    requests_per_minute: Annotated[int | None, _bound("At most so many.", min=1)] = None,
    tokens_per_minute: Annotated[int | None, _bound("At most so many.", min=1)] = None,
    timeout: Annotated[float, _bound("Seconds that one request may take.", min=1)] = 300,
    batch: Annotated[bool, _bound("Use the batch API for single requests: half the price, hours of waiting.")] = False,
    dry_run: Annotated[bool, _bound("Say what the first iteration would ask and cost; send nothing.")] = False,
) -> None:  # fmt: skip
    """Analyse the dataset, fill its gaps with played examples, report; iteration by iteration."""
    from builder.config import EMBEDDED, Limits, RunConfig, Writing
    from builder.running import check_provider

    check_provider(provider)
    if provider != EMBEDDED and not (model or resume):
        raise UsageError(
            f"--provider {provider} needs --model; `python -m builder doctor --provider {provider}` lists what there is"
        )
    writing = None if provider == EMBEDDED else Writing(
        model=model, base_url=base_url, user_model=user_model, judge_model=judge_model, votes=votes,
        threshold=threshold, ideas=ideas, calls=calls.value, keep_reasoning=keep_reasoning, per_request=per_request,
        max_tokens=max_tokens, temperature=temperature, context_tokens=context,
        **({"strategies": tuple(strategy)} if strategy else {}),
    )  # fmt: skip
    limits = Limits(
        concurrency=concurrency, requests_per_minute=requests_per_minute, tokens_per_minute=tokens_per_minute,
        budget_usd=budget, max_requests=max_requests, price=_price(price), timeout_s=timeout, batch=batch,
    )  # fmt: skip
    config = RunConfig(
        dataset=dataset, iterations=iterations, rows=rows, provider=provider, writing=writing, limits=limits, failures=failures,
        source=source, ref=ref, offline=offline, seed=seed, per_gap=per_gap, gaps=gaps, tool_results=tool_results.value,
        allow_weak_sandbox=allow_weak_sandbox, jobs=jobs, workspaces=tuple(workspace or ()),
        **({"toolsets": tuple(toolset)} if toolset else {}),
    )  # fmt: skip
    if dry_run:
        _print_estimate(config, as_json=as_json)
    else:
        _run(config, resume=resume, wait=wait, as_json=as_json)


@app.command()
def doctor(
    *,
    provider: Annotated[str, typer.Option(help="openai, anthropic or ollama; else all that are set up.")] = "",
    model: Annotated[str, typer.Option(help="A model to try: two tiny requests are sent to it.")] = "",
    base_url: Annotated[str, typer.Option(help="Another address of the API.")] = "",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Look whether models can write here: reachable, key accepted, model there, tools, JSON, context; exit 1 if not."""
    import asyncio

    import msgspec

    from builder.doctor import examine, examine_all

    if not provider and (model or base_url):
        raise UsageError("--model and --base-url go with --provider")
    look = examine(provider, model, base_url) if provider else examine_all()
    findings = asyncio.run(look)
    if as_json:
        print_json(msgspec.to_builtins(findings))
    for one in () if as_json else findings:
        advice = f"\n         {one.advice}" if one.advice else ""
        line = f"{one.level:<8} {one.provider} {one.subject}: {one.message}{advice}"
        sys.stdout.write("\n".join(make_visible(part) for part in line.split("\n")) + "\n")
    if any(one.level == "failure" for one in findings):
        raise typer.Exit(1)


def _run(config: RunConfig, *, resume: str, wait: bool, as_json: bool) -> None:
    from builder.running import run_dataset
    from builder.terminal import Display, print_targets

    with Display(quiet=as_json) as display:
        outcome = run_dataset(config, _RUNS, display, resume=resume, wait=wait)
    if as_json:
        print_json(_as_json(outcome))
        return
    print_targets(outcome.targets)
    dataset = outcome.dataset
    for line in outcome.bad_lines:
        display.line(f"{dataset} line {line.number} is no row and was left alone: {line.reason}")
    display.line(f"{outcome.ended} {outcome.total} rows in {dataset}; report: {outcome.report}")


def _as_json(outcome: Outcome) -> dict[str, object]:
    import msgspec

    return {
        "run": outcome.run_id,
        "rows": outcome.total,
        "ended": outcome.ended,
        "targets": [target_row(one) for one in outcome.targets],
        "bad_lines": [one._asdict() for one in outcome.bad_lines],
        "asked": msgspec.to_builtins(outcome.ledger) if outcome.ledger else None,
        "report": str(outcome.report),
    }


def _print_estimate(config: RunConfig, *, as_json: bool) -> None:
    from builder.dry_run import estimate_text, estimated

    found = estimated(config)
    if as_json:
        print_json(found.as_json())
    else:
        sys.stdout.write(estimate_text(found))


def _price(given: str) -> tuple[float, float] | None:
    if not given:
        return None
    try:
        into, out = (float(one) for one in given.split(","))
    except ValueError:
        into = out = -1.0
    if into < 0 or out < 0:
        raise UsageError(
            f"--price {given!r}: write IN,OUT in US dollars for a million tokens, e.g. --price 0.15,0.60"
        )
    return into, out
