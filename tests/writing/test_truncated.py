"""Answers that are cut off anywhere: no row is lost, and hardly a request more is sent than there are cuts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.llm_server.faults import Faults
from tests.llm_server.scripted import single_call
from tests.llm_server.server import running_server
from tests.writing.runs import SMALL, row_ids, run, wanted

ROWS = 60
FIFTH = Faults(truncated=0.2, seed=7)
"""Drawn by a request's number, so that of the first N always the same number is cut, whoever asks them."""


@pytest.mark.parametrize("per_request", [1, 5])
def test_with_a_fifth_of_all_answers_cut_off_every_row_is_kept(
    per_request: int, tmp_path: Path
) -> None:
    with running_server(single_call, faults=FIFTH) as server:
        done = run(
            server.url,
            tmp_path,
            *SMALL,
            *wanted(ROWS),
            "--votes",
            "0",
            "--per-request",
            str(per_request),
        )
    assert done.code == 0, done.err
    assert len(set(row_ids(tmp_path))) == ROWS
    cut = len(server.fault_of)
    assert cut >= 0.15 * len(server.asked) > 1
    if per_request == 1:
        # what was cut is asked for once more, and nothing else is
        assert ROWS < len(server.asked) <= ROWS + cut <= 380 / 300 * ROWS
    else:
        assert len(server.asked) < ROWS
