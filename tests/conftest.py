"""Fixtures that several tests share: a small real run, and the toolsets of the snapshot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from builder.sources.snapshot import read_snapshot
from builder.tool_spec import CONTINUE_TOOLSETS, Toolset
from builder.toolsets import select_toolsets

ROOT = Path(__file__).resolve().parent.parent


class Finished(NamedTuple):
    code: int
    out: str
    err: str


def builder(
    *arguments: str, cwd: Path, timeout_s: float = 120, env: dict[str, str] | None = None
) -> Finished:
    """Run `python -m builder` as a user does, in a folder of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "builder", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    return Finished(done.returncode, done.stdout, done.stderr)


SMALL_RUN = ("run", "--offline", "--iterations", "2", "--gaps", "2", "--per-gap", "10", "--workspace", "greenhouse", "--workspace", "tidepool")  # fmt: skip


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run of two small iterations; tests must not change it."""
    folder = tmp_path_factory.mktemp("small-run")
    done = builder(*SMALL_RUN, cwd=folder)
    assert done.code == 0, done.err
    return folder


@pytest.fixture(scope="session")
def dataset(small_run: Path) -> Path:
    return small_run / "runs" / "continue_finetuning_dataset.jsonl"


@pytest.fixture(scope="session")
def toolsets() -> dict[str, Toolset]:
    return {one.id: one for one in select_toolsets(read_snapshot(), CONTINUE_TOOLSETS)}
