"""What others say is shown, never obeyed: not by a terminal, not by a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from builder.control_characters import make_visible
from builder.conversation import Example, Function, Message, Metadata, ToolCall, to_json
from builder.coverage import Coverage, features_of, targets
from builder.guide import read_guide
from builder.inspection import chat_text
from builder.iteration import Added
from builder.report import coverage_file, report_html
from tests.conftest import builder

HOSTILE = "\x1b[2J\x1b]0;title\x07\x9b31m\r\x08\x7f\u202egpj.exe\u2066"
_DRIVING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")


def _hostile_row() -> Example:
    return Example(
        (
            Message("system", "s"),
            Message("user", f"user {HOSTILE}"),
            Message(
                "assistant",
                "",
                tool_calls=(
                    ToolCall("call_1", Function(f"Bash{HOSTILE}", json.dumps({f"a{HOSTILE}": f"b\n{HOSTILE}"}))),
                ),
            ),
            Message("tool", f"result {HOSTILE}", tool_call_id="call_1"),
            Message("assistant", f"answer {HOSTILE}"),
        ),
        Metadata(toolset=f"continue-cli/open{HOSTILE}", languages=(f"<script>{HOSTILE}",)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\n\ttext ü 漢 🎉", "plain\n\ttext ü 漢 🎉"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\rb\x00\x7f\x9b", "a\\x0db\\x00\\x7f\\x9b"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("half \ud800", "half \\ud800"),
    ],
)
def test_control_characters_are_written_out(text: str, shown: str) -> None:
    assert make_visible(text) == shown


def test_a_row_shown_to_people_drives_no_terminal() -> None:
    shown = chat_text(_hostile_row())
    assert not _DRIVING.search(shown)
    assert shown.count("\\x1b[2J") >= 5


def test_the_commands_for_people_drive_no_terminal(tmp_path: Path) -> None:
    dataset = tmp_path / "rows.jsonl"
    broken = json.dumps({"messages": [{"role": HOSTILE, "content": ""}], HOSTILE: 1})
    dataset.write_bytes(to_json(_hostile_row()) + b"\n" + broken.encode() + b"\n")
    for command in ("show", "coverage", "validate"):
        done = builder(command, str(dataset), cwd=tmp_path)
        assert not _DRIVING.search(done.out + done.err), command
    asked = builder("show", str(dataset), "--id", "\x1b[2J", cwd=tmp_path)
    assert not _DRIVING.search(asked.out + asked.err)


def test_a_report_runs_nothing_that_a_row_says() -> None:
    coverage = Coverage()
    coverage.add(features_of(_hostile_row()))
    added = Added(
        iteration=1,
        added=1,
        rejected=1,
        total=1,
        gaps={f"<b>{HOSTILE}": 1},
        reasons={"<img src=x onerror=y>": 1},
    )
    page = report_html(
        "1",
        [coverage_file(1, coverage, targets(coverage, ["Bash"], read_guide()), added)],
        [f"<script>{HOSTILE}"],
    )
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>" not in page
    assert "\x1b" not in page
