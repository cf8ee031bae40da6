"""The server as a process of its own."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ollama
import pytest

from tests.llm_server.clients import ASK
from tests.llm_server.sampling import sample

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def _process(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-W", "error", "-m", "tests.llm_server", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.terminate()
            process.wait(10)


def test_a_process_says_its_url_logs_what_it_answers_and_ends_when_told(tmp_path: Path) -> None:
    log = tmp_path / "answered.jsonl"
    faults = '{"script": ["", "overloaded"]}'
    with _process("--log", str(log), "--faults", faults, "--delay-ms", "20") as (process, url):
        before = time.time()
        assert ASK["ollama"](url).text == "You said: Hello there"
        with pytest.raises(ollama.ResponseError):
            ASK["ollama"](url)
        assert len(log.read_text().splitlines()) == 2
    first, second = map(json.loads, log.read_text().splitlines())
    assert process.returncode == 0
    assert (first["number"], first["status"], second["status"]) == (0, 200, 503)
    assert before + 0.02 <= first["at"] <= time.time()
    assert first["digest"] == second["digest"]
    assert len(first["digest"]) == len(hashlib.sha256().hexdigest())


@pytest.mark.parametrize(
    ("schema", "smallest"),
    [
        ({"type": "object", "properties": {"a": {"type": "string"}}}, {}),
        ({"type": "string", "minLength": 3}, "aaa"),
        ({"type": "integer", "minimum": 5}, 5),
        ({"type": "integer", "exclusiveMinimum": 5}, 6),
        ({"type": "number", "maximum": -2}, -2),
        ({"type": ["boolean", "null"]}, False),
        ({"enum": ["x", "y"]}, "x"),
        ({"anyOf": [{"const": 4}, {"type": "null"}]}, 4),
        (
            {
                "type": "array",
                "items": {"$ref": "#/$defs/it"},
                "minItems": 2,
                "$defs": {"it": {"type": "null"}},
            },
            [None, None],
        ),
    ],
)
def test_the_smallest_value_follows_its_schema(schema: dict[str, object], smallest: object) -> None:
    assert sample(schema) == smallest
