"""Batches through the real clients."""

from __future__ import annotations

import json
from typing import Any

import anthropic
import openai
import pytest

from tests.llm_server.clients import anthropic_client, openai_client
from tests.llm_server.faults import Faults
from tests.llm_server.server import running_server
from tests.llm_server.teachers import echo


def _openai_lines(count: int) -> bytes:
    lines = [
        {
            "custom_id": f"row-{number}",
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": {
                "model": "small",
                "messages": [{"role": "user", "content": f"Number {number}"}],
            },
        }
        for number in range(count)
    ]
    return "\n".join(json.dumps(line) for line in lines).encode()


def _start(client: openai.OpenAI, count: int) -> str:
    file = client.files.create(file=("in.jsonl", _openai_lines(count)), purpose="batch")
    assert file.bytes == len(_openai_lines(count))
    batch = client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
    )
    assert batch.status == "in_progress"
    return batch.id


def _lines(client: openai.OpenAI, file_id: str | None) -> dict[str, Any]:
    assert file_id is not None
    found = [json.loads(line) for line in client.files.content(file_id).text.splitlines()]
    return {line["custom_id"]: line for line in found}


def test_an_openai_batch_ends_by_its_second_retrieval_and_answers_in_another_order() -> None:
    with running_server(echo) as server, openai_client(server.url) as client:
        batch_id = _start(client, 20)
        assert client.batches.retrieve(batch_id).status == "in_progress"
        assert server.asked == []
        done = client.batches.retrieve(batch_id)
        answers = _lines(client, done.output_file_id)
    assert (done.status, done.error_file_id) == ("completed", None)
    assert sorted(answers) != list(answers)
    said = answers["row-7"]["response"]["body"]["choices"][0]["message"]["content"]
    assert (len(answers), said) == (20, "You said: Number 7")


def test_lines_of_an_openai_batch_that_fail_stand_in_its_file_of_errors() -> None:
    faults = Faults(script=("", "too_long", "reset", "truncated"))
    with (
        running_server(echo, faults=faults, batch_polls=1) as server,
        openai_client(server.url) as client,
    ):
        done = client.batches.retrieve(_start(client, 5))
        errors = _lines(client, done.error_file_id)
        answers = _lines(client, done.output_file_id)
    assert done.request_counts is not None
    assert (done.request_counts.completed, done.request_counts.failed) == (3, 2)
    assert errors["row-1"]["response"]["body"]["error"]["code"] == "context_length_exceeded"
    assert errors["row-2"]["response"]["status_code"] == 500
    assert answers["row-3"]["response"]["body"]["choices"][0]["finish_reason"] == "length"


def test_a_cancelled_openai_batch_has_answered_half_of_its_lines() -> None:
    with running_server(echo) as server, openai_client(server.url) as client:
        batch_id = _start(client, 6)
        assert client.batches.cancel(batch_id).status == "cancelling"
        done = client.batches.retrieve(batch_id)
        answers = _lines(client, done.output_file_id)
    assert done.status == "cancelled"
    assert set(answers) == {"row-0", "row-1", "row-2"}
    assert len(server.answered) == 3


def test_a_batch_or_file_that_does_not_exist_is_not_found() -> None:
    with running_server(echo) as server, openai_client(server.url) as client:
        with pytest.raises(openai.NotFoundError):
            client.batches.retrieve("batch_9")
        with pytest.raises(openai.NotFoundError):
            client.files.content("file-9")
        file_id = client.files.create(file=("in.jsonl", b"{}"), purpose="batch").id
        assert client.files.retrieve(file_id).bytes == 2
        assert client.files.delete(file_id).deleted
        with pytest.raises(openai.NotFoundError):
            client.files.content(file_id)


def _anthropic_batch(client: anthropic.Anthropic, count: int) -> str:
    batch = client.messages.batches.create(
        requests=[
            {
                "custom_id": f"row-{number}",
                "params": {
                    "model": "small",
                    "max_tokens": 50,
                    "messages": [{"role": "user", "content": f"Number {number}"}],
                },
            }
            for number in range(count)
        ]
    )
    assert (batch.processing_status, batch.request_counts.processing) == ("in_progress", count)
    return batch.id


def test_an_anthropic_batch_ends_and_some_of_its_lines_may_fail() -> None:
    faults = Faults(script=("", "overloaded"))
    with running_server(echo, faults=faults) as server, anthropic_client(server.url) as client:
        batch_id = _anthropic_batch(client, 10)
        assert client.messages.batches.retrieve(batch_id).processing_status == "in_progress"
        done = client.messages.batches.retrieve(batch_id)
        results = {
            line.custom_id: line.result for line in client.messages.batches.results(batch_id)
        }
    assert (done.request_counts.succeeded, done.request_counts.errored) == (9, 1)
    assert list(results) != sorted(results)
    first, second = results["row-0"], results["row-1"]
    assert first.type == "succeeded"
    assert first.message.content[0].to_dict()["text"] == "You said: Number 0"
    assert second.type == "errored"
    assert second.error.error.type == "overloaded_error"


def test_a_cancelled_anthropic_batch_tells_which_lines_were_left() -> None:
    with running_server(echo) as server, anthropic_client(server.url) as client:
        batch_id = _anthropic_batch(client, 4)
        assert client.messages.batches.cancel(batch_id).processing_status == "canceling"
        assert client.messages.batches.retrieve(batch_id).processing_status == "ended"
        results = {
            line.custom_id: line.result.type for line in client.messages.batches.results(batch_id)
        }
    assert results == {
        "row-0": "succeeded",
        "row-1": "succeeded",
        "row-2": "canceled",
        "row-3": "canceled",
    }
