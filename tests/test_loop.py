"""The run as a whole: reproducible, resumable after SIGKILL at any instant, alone on its dataset."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from builder.dataset import DatasetLock, read_examples, read_lines
from tests.conftest import ROOT, SMALL_RUN, builder

KILLS = 20
DATASET = Path("runs/continue_finetuning_dataset.jsonl")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _rejected(folder: Path) -> list[str]:
    return [path.read_text() for path in sorted(folder.glob("runs/*/rejected.jsonl"))]


def _start(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "builder", *SMALL_RUN],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _seconds_of_a_run(folder: Path) -> float:
    begun = time.monotonic()
    assert _start(folder).wait(120) == 0
    return time.monotonic() - begun


def test_a_run_killed_at_twenty_random_instants_ends_with_the_same_dataset(
    tmp_path: Path, small_run: Path
) -> None:
    wanted = _digest(small_run / DATASET)
    measured = tmp_path / "measured"
    measured.mkdir()
    whole_s = _seconds_of_a_run(measured)
    assert _digest(measured / DATASET) == wanted

    rng, kills, attempt = random.Random(4), 0, 0
    while kills < KILLS:
        attempt += 1
        folder = tmp_path / f"attempt-{attempt}"
        folder.mkdir()
        kills += _killed_until_done(folder, rng, whole_s, KILLS - kills)
        assert _digest(folder / DATASET) == wanted, f"after {kills} kills"
        assert _rejected(folder) == _rejected(small_run)
        assert len(list(folder.glob("runs/*/run.json"))) == 1, (
            "the next run finds the unfinished one"
        )


def _killed_until_done(folder: Path, rng: random.Random, whole_s: float, most: int) -> int:
    """Kill runs at random instants, the next one going on where the last one died; let one finish in the end."""
    kills = 0
    while kills < min(most, 7) and not _is_finished(folder):
        process = _start(folder)
        try:
            process.wait(rng.uniform(0.1, whole_s))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
            _no_torn_row_is_read(folder)
    if not _is_finished(folder):
        assert _start(folder).wait(120) == 0
    return kills


def _is_finished(folder: Path) -> bool:
    records = [json.loads(path.read_text()) for path in folder.glob("runs/*/run.json")]
    return any(record["state"] == "finished" for record in records)


def _no_torn_row_is_read(folder: Path) -> None:
    bad = [
        line.number
        for line in read_lines(folder / DATASET)
        if line.problem and line.data.endswith(b"\n")
    ]
    assert bad == []


def test_workers_end_when_their_run_is_killed(tmp_path: Path) -> None:
    process = _start(tmp_path)
    time.sleep(2.0)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10
    while _processes_of_session(process.pid) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert _processes_of_session(process.pid) == []


def _processes_of_session(session: int) -> list[str]:
    listed = subprocess.run(
        ["ps", "-eo", "pid=,sid=,stat=,args="], capture_output=True, text=True, check=True
    )
    rows = (line.split(None, 3) for line in listed.stdout.splitlines())
    return [
        row[3] for row in rows if len(row) == 4 and row[1] == str(session) and "Z" not in row[2]
    ]


def test_the_number_of_workers_changes_nothing(tmp_path: Path, dataset: Path) -> None:
    done = builder(*SMALL_RUN, "--jobs", "1", cwd=tmp_path)
    assert done.code == 0, done.err
    assert _digest(tmp_path / DATASET) == _digest(dataset)


def test_another_seed_gives_other_rows(tmp_path: Path, dataset: Path) -> None:
    done = builder(*SMALL_RUN, "--seed", "2", cwd=tmp_path)
    assert done.code == 0, done.err
    assert _digest(tmp_path / DATASET) != _digest(dataset)


def test_a_second_run_adds_to_the_dataset_and_keeps_its_bad_lines(
    tmp_path: Path, dataset: Path
) -> None:
    (tmp_path / "runs").mkdir()
    bad = b'this is no json\n{"messages": [{"role": "wizard", "content": ""}]}\n'
    (tmp_path / DATASET).write_bytes(bad + dataset.read_bytes())
    done = builder(*SMALL_RUN, "--iterations", "1", "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert (tmp_path / DATASET).read_bytes().startswith(bad + dataset.read_bytes())
    assert [line["number"] for line in found["bad_lines"]] == [1, 2]
    assert "wizard" in found["bad_lines"][1]["reason"]
    before = sum(1 for _ in read_examples(dataset))
    assert found["rows"] > before


def test_a_run_on_a_dataset_that_is_being_written_is_refused(tmp_path: Path) -> None:
    with DatasetLock(tmp_path / DATASET):
        done = builder(*SMALL_RUN, cwd=tmp_path)
    assert done.code == 1
    assert "another run" in done.err
    assert "--wait" in done.err


def test_a_run_that_waits_goes_on_when_the_other_is_done(tmp_path: Path) -> None:
    with DatasetLock(tmp_path / DATASET):
        process = subprocess.Popen(
            [sys.executable, "-m", "builder", *SMALL_RUN, "--iterations", "1", "--wait"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(2.5)
    assert process.wait(60) == 0


def _hears_ctrl_c() -> None:
    """A shell without job control lets what it starts in the background ignore Ctrl-C; the tests may be run so."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_cleanly_and_the_same_command_goes_on(tmp_path: Path, dataset: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "builder", *SMALL_RUN],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_hears_ctrl_c,
    )
    time.sleep(2.5)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    if process.returncode != 0:  # it may have been done already
        assert process.returncode == 130
        assert b"Traceback" not in err
        assert b"interrupted" in err
        assert builder(*SMALL_RUN, cwd=tmp_path).code == 0
    assert _digest(tmp_path / DATASET) == _digest(dataset)


def test_resume_names_the_runs_there_are(small_run: Path, tmp_path: Path) -> None:
    done = builder("run", "--resume", "never", cwd=small_run)
    assert done.code == 2
    assert "unknown run 'never'" in done.err


def test_rows_with_results_in_user_messages_can_be_written_and_validated(tmp_path: Path) -> None:
    done = builder(*SMALL_RUN, "--iterations", "1", "--tool-results", "user", cwd=tmp_path)
    assert done.code == 0, done.err
    lines = [json.loads(line) for line in (tmp_path / DATASET).read_text().splitlines()]
    assert all(message["role"] != "tool" for line in lines for message in line["messages"])
    checked = builder("validate", str(DATASET), cwd=tmp_path)
    assert checked.code == 0, checked.out
