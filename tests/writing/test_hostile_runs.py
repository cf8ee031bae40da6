"""Whole runs by a hostile model, as a user starts them: they end by themselves, nothing leaves the sandbox, rows hold.

What it says in each role: tests/llm_server/hostile.py. One answer at a time: test_hostile_model.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from builder.sandbox.isolation import best_isolation
from tests.conftest import Finished, builder
from tests.llm_server.hostile import Hostile
from tests.llm_server.hostile_scripts import SECRET_LIKE
from tests.llm_server.server import running_server
from tests.writing.planted import Planted, planted

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_REJECTED_BYTES_A_WANT = 250_000
_STORE_BYTES_A_REQUEST = 250_000
_WAYS = {
    "openai": ("/v1", ("--ideas", "--gaps", "3", "--per-gap", "12")),
    "anthropic": ("", ("--strategy", "author", "--gaps", "1", "--per-gap", "10")),
    "ollama": ("", ("--strategy", "rollout", "--calls", "text", "--gaps", "1", "--per-gap", "10")),
}  # fmt: skip


class Ran(NamedTuple):
    """A finished run. `asked`: how many requests reached the model."""

    done: Finished
    ground: Planted
    asked: int

    @property
    def folder(self) -> Path:
        return next(path.parent for path in self.ground.work.glob("runs/*/run.json"))

    def rejected(self) -> list[dict[str, object]]:
        lines = (self.folder / "rejected.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]


@contextmanager
def _ran(provider: str, folder: Path) -> Iterator[Ran]:
    path, options = _WAYS[provider]
    with planted(folder) as ground, running_server(Hostile(ground.ground)) as server:
        done = builder(
            "run", "--offline", "--provider", provider, "--model", "m", "--base-url", server.url + path,
            "--iterations", "1", "--per-request", "1", "--workspace", "tidepool", "--jobs", "2", *options,
            cwd=ground.work, timeout_s=300,
            env={"HOME": ground.ground.home, "XDG_CACHE_HOME": str(ground.work / "cache"), "OPENAI_API_KEY": "", "ANTHROPIC_API_KEY": ""},
        )  # fmt: skip
        yield Ran(done, ground, len(server.asked))


@pytest.fixture(scope="module", params=_WAYS)
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    if best_isolation().name != "bubblewrap":
        pytest.skip("a model may have commands run only where bubblewrap is")
    with _ran(request.param, tmp_path_factory.mktemp(request.param)) as made:
        yield made


def test_the_run_ends_by_itself_and_well(ran: Ran) -> None:
    assert ran.done.code == 0, ran.done.err
    assert "Traceback" not in ran.done.err


def test_nothing_left_the_sandbox(ran: Ran) -> None:
    assert ran.ground.signs() == []


def test_every_want_is_a_row_or_stands_in_rejected_with_a_reason(ran: Ran) -> None:
    plan = json.loads((ran.folder / "plan-001.json").read_text())
    rejected = ran.rejected()
    dataset = ran.ground.work / "runs/continue_finetuning_dataset.jsonl"
    rows = dataset.read_text().splitlines() if dataset.exists() else []
    assert len(rows) + len(rejected) == len(plan["batch"]["wants"])
    assert all(one["validator"] and one["reason"] for one in rejected)
    assert rejected
    assert rows


def test_rows_that_are_kept_pass_all_checks_again(ran: Ran) -> None:
    done = builder(
        "validate", "--workspace", "tidepool", "--json", "--jobs", "2", cwd=ran.ground.work
    )
    found = json.loads(done.out)
    assert done.code == 0, found["failures"]
    assert SECRET_LIKE not in (ran.ground.work / "runs/continue_finetuning_dataset.jsonl").read_text()  # fmt: skip


def test_what_drives_a_terminal_or_a_browser_is_shown_not_obeyed(ran: Ran) -> None:
    shown = builder("show", "--limit", "0", cwd=ran.ground.work)
    pages = [*ran.folder.glob("*.html"), *ran.folder.glob("*.md")]
    for text in (ran.done.out, ran.done.err, shown.out, *(page.read_text() for page in pages)):
        assert not _CONTROL.search(text)
    for page in pages:
        assert "<script>alert" not in page.read_text(), page


def test_no_file_grows_out_of_proportion(ran: Ran) -> None:
    wants = len(json.loads((ran.folder / "plan-001.json").read_text())["batch"]["wants"])
    assert (ran.folder / "rejected.jsonl").stat().st_size < wants * _REJECTED_BYTES_A_WANT
    store = sum(path.stat().st_size for path in ran.ground.work.glob("runs/requests.sqlite*"))
    assert store < ran.asked * _STORE_BYTES_A_REQUEST
    assert ran.asked < 12 * wants
