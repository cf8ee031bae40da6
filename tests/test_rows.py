"""What every row of a run must hold, read as a whole: nothing of this machine, nothing empty, everything traceable."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import pytest

from builder.conversation import Example, from_json
from builder.dataset import read_examples
from tests.conftest import SMALL_RUN, builder

KEY = "sk-test-PLANTED0000000000000000000000"


@pytest.fixture(scope="module")
def rows(dataset: Path) -> list[Example]:
    return list(read_examples(dataset))


def test_no_row_names_a_place_of_this_machine(dataset: Path) -> None:
    text = dataset.read_text()
    for place in (
        str(Path.home()),
        tempfile.gettempdir() + "/",
        sys.prefix,
        sys.base_prefix,
        "/dev/shm/",
        str(Path.cwd()),
    ):
        if place not in ("/", "/usr"):
            assert place not in text, place


def test_rows_say_where_they_come_from(rows: list[Example]) -> None:
    for row in rows:
        metadata = row.metadata
        assert metadata.id
        assert metadata.toolset
        assert metadata.release
        assert metadata.recipe
        assert metadata.workspace
        assert metadata.revision
        assert metadata.category
        assert metadata.languages
        assert metadata.complexity
        assert "replay" in metadata.validators
        assert "duplicates" in metadata.validators
        assert metadata.normalised in ((), ("durations",))
        assert metadata.isolation or not metadata.normalised


def test_no_message_is_padded_and_no_assistant_shouts(rows: list[Example]) -> None:
    for row in rows:
        for message in row.messages:
            if message.role in ("user", "assistant"):
                assert message.content == message.content.strip(), row.metadata.id
            if message.role == "assistant":
                assert not re.match(
                    r"(Certainly|Sure|Of course|Great question|Absolutely)\b", message.content
                ), row.metadata.id


def test_rows_never_speak_of_being_examples(dataset: Path) -> None:
    for row in read_examples(dataset):
        talk = " ".join(m.content for m in row.messages if m.role in ("user", "assistant")).lower()
        assert not re.search(r"fine-?tun|training data|this dataset|language model", talk), (
            row.metadata.id
        )


def test_keys_of_the_environment_reach_nothing_that_is_written(tmp_path: Path) -> None:
    env = {"OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY}
    done = builder(*SMALL_RUN, "--iterations", "1", cwd=tmp_path, env=env)
    assert done.code == 0, done.err
    assert KEY not in done.out + done.err
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path


def test_a_row_can_be_found_and_played_from_its_line_alone(dataset: Path, tmp_path: Path) -> None:
    line = dataset.read_bytes().splitlines()[0]
    alone = tmp_path / "one.jsonl"
    alone.write_bytes(line + b"\n")
    assert from_json(line).metadata.scenario
    assert builder("validate", str(alone), cwd=tmp_path).code == 0
