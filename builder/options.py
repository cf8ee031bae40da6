"""What several commands share: options with their help texts, and how JSON is printed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

DEFAULT_DATASET = Path("runs/continue_finetuning_dataset.jsonl")
DatasetArgument = Annotated[Path, typer.Argument(help="A dataset: JSONL, one row a line.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
ToolsetOption = Annotated[list[str] | None, typer.Option("--toolset", help="A toolset, e.g. continue-ide/open; may be repeated.")]  # fmt: skip
WorkspaceOption = Annotated[list[str] | None, typer.Option("--workspace", help="A packaged workspace's name or a directory; may be repeated.")]  # fmt: skip
SourceOption = Annotated[
    str | None, typer.Option(help="Continue checkout, bare repository or URL.")
]
RefOption = Annotated[str | None, typer.Option(help="Tag, branch or commit of the source.")]
OfflineOption = Annotated[
    bool, typer.Option("--offline", help="Use the snapshot of Continue's tools; ask no network.")
]
WeakSandboxOption = Annotated[bool, typer.Option("--allow-weak-sandbox", help="Run commands of unknown origin without bubblewrap.")]  # fmt: skip
SeedOption = Annotated[int, typer.Option(help="Same seed, same rows.")]


def print_json(value: object) -> None:
    """What `--json` prints."""
    sys.stdout.write(json.dumps(value, indent=1) + "\n")


def target_row(target: object) -> dict[str, object]:
    """A target as `--json` prints it."""
    import msgspec  # noqa: PLC0415 - --help is quick

    found: dict[str, object] = msgspec.to_builtins(target)
    found.pop("features", None)
    return found
