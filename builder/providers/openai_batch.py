"""OpenAI's batch API: a file of lines goes up, a batch is made of it, a file of answers and one of errors come down.

The client is the one of openai.py; nothing here decides what is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from builder.providers.batch import BatchAnswer, BatchLine, BatchState, failures_told
from builder.providers.sending import SdkErrors

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_ENDPOINT: Final = "/v1/chat/completions"
_ENDED = frozenset({"completed", "failed", "expired", "cancelled"})


class _Response(msgspec.Struct, frozen=True):
    status_code: int
    body: msgspec.Raw


class _Line(msgspec.Struct, frozen=True):
    custom_id: str
    response: _Response | None = None


class OpenAIBatches:
    """The batches that one client may see."""

    def __init__(self, client: AsyncOpenAI) -> None:
        from openai import APIConnectionError, APIStatusError, APITimeoutError  # noqa: PLC0415 - loads the SDK

        self._client = client
        self._errors = SdkErrors(APIStatusError, APITimeoutError, APIConnectionError)

    async def submit(self, lines: Sequence[BatchLine], mark: str) -> str:
        """Upload the lines, and make a batch of them with the mark in its metadata."""
        with failures_told(self._errors, submitting=True):
            file = await self._client.files.create(
                file=(f"{mark}.jsonl", _written(lines)), purpose="batch"
            )
            batch = await self._client.batches.create(
                input_file_id=file.id,
                endpoint=_ENDPOINT,
                completion_window="24h",
                metadata={"mark": mark},
            )
        return batch.id

    async def find(self, mark: str, lines: int, since_s: float) -> str | None:  # noqa: ARG002
        """The batch with that mark; the number of lines is not needed."""
        from openai import NotFoundError  # noqa: PLC0415 - the SDK is loaded where it is chosen

        with failures_told(self._errors):
            try:
                async for batch in self._client.batches.list(limit=100):
                    if (batch.metadata or {}).get("mark") == mark:
                        return batch.id
                    if batch.created_at < since_s - 3600:
                        return None
            except NotFoundError:  # a server that lists none
                return None
        return None

    async def state(self, batch_id: str) -> BatchState:
        with failures_told(self._errors):
            batch = await self._client.batches.retrieve(batch_id)
        counts = batch.request_counts
        done = counts.completed + counts.failed if counts else 0
        told = "; ".join(each.message or "" for each in (batch.errors and batch.errors.data) or ())
        problem: str = (
            "" if batch.status not in {"failed", "expired", "cancelled"} else batch.status
        )
        if problem and told:
            problem = f"{problem}: {told}"
        return BatchState(batch.status in _ENDED, done, counts.total if counts else 0, problem)

    async def answers(self, batch_id: str) -> list[BatchAnswer]:
        with failures_told(self._errors):
            batch = await self._client.batches.retrieve(batch_id)
            found: list[BatchAnswer] = []
            for file_id in (batch.output_file_id, batch.error_file_id):
                if file_id:
                    content = await self._client.files.content(file_id)
                    found += _read(content.content)
        return found


def _written(lines: Sequence[BatchLine]) -> bytes:
    encoder = msgspec.json.Encoder()
    return encoder.encode_lines(
        {"custom_id": line.line_id, "method": "POST", "url": _ENDPOINT, "body": line.payload}
        for line in lines
    )


def _read(content: bytes) -> Iterator[BatchAnswer]:
    decoder = msgspec.json.Decoder(_Line)
    for line in content.splitlines():
        try:
            read = decoder.decode(line)
        except msgspec.MsgspecError:
            continue  # a line that is missing is asked for in the ordinary way
        response = read.response
        is_answer = response is not None and response.status_code == 200
        body = bytes(response.body) if response is not None and is_answer else None
        yield BatchAnswer(read.custom_id, body, was_sent=response is not None)
