"""The commands. Wiring only: every command loads what it needs when it is called, so that --help is quick."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from builder import run_command, tool_commands
from builder.control_characters import make_visible
from builder.errors import BuilderError, UsageError
from builder.options import (
    DEFAULT_DATASET,
    DatasetArgument,
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

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(run_command.app)
app.add_typer(tool_commands.app)
_INTERRUPTED = 130


@app.callback()
def _main(
    *,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more, to stderr.")] = False,
) -> None:
    """Build a dataset that teaches open models to call Continue's tools; every call in it has been played."""
    level = logging.DEBUG if verbose else logging.WARNING
    logging.basicConfig(
        level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )


@app.command()
def coverage(
    dataset: DatasetArgument = DEFAULT_DATASET,
    *,
    toolset: ToolsetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count what a dataset has against what the guide wants."""
    from builder.inspection import coverage_of
    from builder.terminal import print_targets

    _must_exist(dataset)
    found = coverage_of(dataset, tuple(toolset or ()))
    if as_json:
        print_json({
            "rows": found.total,
            "targets": [target_row(one) for one in found.targets],
            "counts": found.counts,
            "bad_lines": [one._asdict() for one in found.bad_lines],
        })  # fmt: skip
        return
    sys.stdout.write(f"{found.total} rows in {dataset}\n")
    print_targets(found.targets)
    _complain(dataset, [(one.number, one.reason) for one in found.bad_lines])


@app.command()
def validate(
    dataset: DatasetArgument = DEFAULT_DATASET, *, toolset: ToolsetOption = None, workspace: WorkspaceOption = None,
    allow_weak_sandbox: WeakSandboxOption = False,
    jobs: Annotated[int, typer.Option(min=0, help="Processes; 0 = one for each core.")] = 0, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Check every row, and play it again; exit 1 if any fails."""
    from builder.config import RunConfig
    from builder.inspection import validate_dataset
    from builder.terminal import Display

    _must_exist(dataset)
    config = RunConfig(
        toolsets=tuple(toolset or ()),
        workspaces=tuple(workspace or ()),
        jobs=jobs,
        allow_weak_sandbox=allow_weak_sandbox,
    )
    with Display(quiet=as_json) as display:
        found = validate_dataset(dataset, config, display.progress)
    if as_json:
        print_json(found._asdict() | {"failures": [one._asdict() for one in found.failures]})
    else:
        _complain(dataset, [(one.line, f"{one.validator}: {one.reason}") for one in found.failures])
        sys.stdout.write(
            f"{found.rows} rows: {found.replayed} played again, {found.skipped} without calls or not at hand, "
            f"{len(found.failures)} failures\n"
        )
    if found.failures:
        raise typer.Exit(1)


@app.command()
def show(
    dataset: DatasetArgument = DEFAULT_DATASET,
    *,
    tool: Annotated[str, typer.Option(help="Only rows that call this tool.")] = "",
    category: Annotated[str, typer.Option(help="Only rows of this category or area.")] = "",
    row_id: Annotated[str, typer.Option("--id", help="Only the row with this id.")] = "",
    limit: Annotated[int, typer.Option(min=0, help="At most so many rows; 0 = all.")] = 5,
    sample: Annotated[int | None, typer.Option(help="Pick rows at random with this seed.")] = None,
) -> None:  # fmt: skip
    """Print rows as readable chats."""
    from builder.inspection import chat_text, chosen_rows

    _must_exist(dataset)
    shown = 0
    for example in chosen_rows(dataset, tool, category, row_id, limit, sample):
        sys.stdout.write(chat_text(example) + "\n")
        shown += 1
    if not shown:
        raise UsageError(
            f"no row of {dataset} fits; leave out --tool, --category or --id to see what there is"
        )


@app.command()
def preview(
    *, dataset: Annotated[Path, typer.Option(help="The dataset that would be added to.")] = DEFAULT_DATASET,
    toolset: ToolsetOption = None, workspace: WorkspaceOption = None, seed: SeedOption = 1,
    source: SourceOption = None, ref: RefOption = None, offline: OfflineOption = False,
) -> None:  # fmt: skip
    """Show the next iteration's plan and one played example for each gap; write nothing."""
    from builder.config import RunConfig
    from builder.inspection import preview_text

    chosen = {"toolsets": tuple(toolset)} if toolset else {}
    config = RunConfig(dataset=dataset, workspaces=tuple(workspace or ()), seed=seed, source=source, ref=ref, offline=offline, **chosen)  # fmt: skip
    for text in preview_text(config):
        sys.stdout.write(text + "\n")


@app.command()
def generate(
    *, tool: Annotated[list[str], typer.Option("--tool", help="NAME=COUNT: so many examples of a tool; may be repeated.")],
    toolset: Annotated[str, typer.Option(help="The toolset to use.")] = "continue-ide/open",
    out: Annotated[Path | None, typer.Option(help="Write rows here instead of stdout.")] = None,
    workspace: WorkspaceOption = None, seed: SeedOption = 1,
    source: SourceOption = None, ref: RefOption = None, offline: OfflineOption = False,
) -> None:  # fmt: skip
    """Make examples of certain tools, without the loop."""
    from builder.config import RunConfig
    from builder.inspection import generate_rows

    config = RunConfig(toolsets=(toolset,), workspaces=tuple(workspace or ()), seed=seed, source=source, ref=ref, offline=offline)  # fmt: skip
    rows = generate_rows(config, _counts(tool))
    if out is None:
        for row in rows:
            sys.stdout.buffer.write(row + b"\n")
        return
    from builder.dataset import append_rows

    made = list(rows)
    append_rows(out, made)
    sys.stderr.write(f"{len(made)} rows added to {out}\n")


@app.command("check-workspace")
def check_workspace(
    names: Annotated[list[str], typer.Argument(help="Packaged workspaces to check.")],
) -> None:
    """Play every task of a workspace on every toolset and say what does not work; exit 1 if anything."""
    from builder.workspace_check import check_packaged

    problems = 0
    for line in check_packaged(names):
        problems += 1
        sys.stdout.write(line + "\n")
    sys.stdout.write(f"{problems} problems\n")
    if problems:
        raise typer.Exit(1)


@app.command()
def bench(
    *,
    iterations: Annotated[int, typer.Option(min=1, help="Iterations of the measured run.")] = 10,
    out: Annotated[Path, typer.Option(help="Append the figures here.")] = Path("runs/bench.jsonl"),
) -> None:
    """Measure a run: examples a second, seconds for each step, peak memory."""
    import msgspec

    from builder.bench import measure

    figures = measure(iterations)
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("ab") as file:
        file.write(msgspec.json.encode(figures) + b"\n")
    for name, value in msgspec.to_builtins(figures).items():
        sys.stdout.write(f"{name:<26} {value}\n")


def _counts(given: list[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in given:
        name, _, count = one.partition("=")
        if not count.isdigit() or int(count) < 1:
            raise UsageError(f"--tool {one!r}: write NAME=COUNT, e.g. --tool read_file=5")
        counts[name] = counts.get(name, 0) + int(count)
    return counts


def _must_exist(dataset: Path) -> None:
    if not dataset.is_file():
        raise UsageError(f"{dataset} is no file; `python -m builder run` makes a dataset")


def _complain(dataset: Path, lines: list[tuple[int, str]]) -> None:
    for number, reason in lines:
        sys.stdout.write(make_visible(f"{dataset}:{number}: {reason}") + "\n")


def main() -> NoReturn:
    """Run a command; errors of the user's are one line and an exit code, never a traceback."""
    try:
        code = app(standalone_mode=False)  # typer gives the code of an Exit back, of Ctrl-C too
    except (BuilderError, typer.Exit, typer.Abort, KeyboardInterrupt, BrokenPipeError) as error:
        code = _exit_code(error)
    except Exception as error:
        if not hasattr(error, "format_message") and type(error).__name__ != "ValidationError":
            raise
        code = _usage(error)
    if code == _INTERRUPTED:
        sys.stderr.write("interrupted; the same command goes on where this one stopped\n")
    sys.exit(code if isinstance(code, int) else 0)


def _exit_code(error: BaseException) -> int:
    if isinstance(error, BuilderError):
        sys.stderr.write(_shown(f"error: {error}") + "\n")
        return error.exit_code
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, BrokenPipeError):
        return 0
    return _INTERRUPTED


def _usage(error: Exception) -> int:
    """A mistake on the command line, found by typer or by the configuration."""
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    sys.stderr.write(_shown(f"error: {message}\nSee --help.\n"))
    return 2


def _shown(message: str) -> str:
    """An error may repeat what was typed."""
    from builder.providers.keys import without_typed_keys

    return make_visible(without_typed_keys(message))
