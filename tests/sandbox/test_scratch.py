"""Private folders: named after their process, and removed by the next one where it was killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from builder.sandbox.scratch import scratch_place

MAKES = (
    "from builder.sandbox.scratch import scratch_place; p = scratch_place('workcopy', in_memory=False); "
    "(p / 'ws').mkdir(parents=True); print(p, flush=True)"
)


def _made_by_another(folder: Path, then: str) -> subprocess.Popen[str]:
    env = {**os.environ, "TMPDIR": str(folder)}
    command = [sys.executable, "-c", MAKES + then]
    return subprocess.Popen(
        command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _place(process: subprocess.Popen[str]) -> Path:
    assert process.stdout is not None
    return Path(process.stdout.readline().strip())


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_has_is_not(
    tmp_path: Path,
) -> None:
    with _made_by_another(tmp_path, "; input()") as killed:
        left = _place(killed)
        killed.kill()
    assert left.is_dir()
    other = tmp_path / "workcopy-of-somebody"
    other.mkdir()
    with _made_by_another(tmp_path, "; input()") as living:
        kept = _place(living)
        assert not left.exists()
        with _made_by_another(tmp_path, "") as third:
            _place(third)
        assert kept.is_dir()
        living.communicate("\n")
    assert other.is_dir()


def test_every_place_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = scratch_place("command"), scratch_place("command")
    assert first != second
    assert f"-{os.getpid()}-" in first.name
    assert not first.exists()
