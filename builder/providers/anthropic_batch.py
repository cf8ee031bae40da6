"""Anthropic's batch API: the requests stand in one body, the results come down as lines of JSON.

The client is the one of anthropic.py; nothing here decides what is asked. Requests and results pass as they are: the SDK's
own types would read and write every line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from builder.providers.batch import BatchAnswer, BatchLine, BatchState, failures_told
from builder.providers.sending import SdkErrors

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

_PATH = "/v1/messages/batches"


class _Result(msgspec.Struct, frozen=True):
    type: str
    message: msgspec.Raw = msgspec.Raw(b"")


class _Line(msgspec.Struct, frozen=True):
    custom_id: str
    result: _Result


class AnthropicBatches:
    """The batches that one client may see."""

    def __init__(self, client: AsyncAnthropic) -> None:
        from anthropic import APIConnectionError, APIStatusError, APITimeoutError  # noqa: PLC0415 - loads the SDK

        self._client = client
        self._errors = SdkErrors(APIStatusError, APITimeoutError, APIConnectionError)

    async def submit(self, lines: Sequence[BatchLine], mark: str) -> str:  # noqa: ARG002
        """Hand in the lines. The API keeps no mark: `find` goes by number and time."""
        from anthropic.types.messages import MessageBatch  # noqa: PLC0415 - the SDK is loaded where it is chosen

        requests = [{"custom_id": line.line_id, "params": line.payload} for line in lines]
        with failures_told(self._errors, submitting=True):
            batch = await self._client.post(
                _PATH, body={"requests": requests}, cast_to=MessageBatch
            )
        return batch.id

    async def find(self, mark: str, lines: int, since_s: float) -> str | None:  # noqa: ARG002
        """The oldest batch of so many lines made since then."""
        from anthropic import NotFoundError  # noqa: PLC0415 - as above

        found = None
        with failures_told(self._errors):
            try:
                async for batch in self._client.messages.batches.list(limit=100):
                    if batch.created_at.timestamp() < since_s:
                        break
                    counts = batch.request_counts
                    if lines == sum(counts.model_dump(include=_COUNTS).values()):
                        found = batch.id
            except NotFoundError:  # a server that lists none
                return None
        return found

    async def state(self, batch_id: str) -> BatchState:
        with failures_told(self._errors):
            batch = await self._client.messages.batches.retrieve(batch_id)
        counts = batch.request_counts
        done = counts.succeeded + counts.errored + counts.canceled + counts.expired
        problem = f"expired: {counts.expired} requests" if counts.expired else ""
        return BatchState(
            batch.processing_status == "ended", done, done + counts.processing, problem
        )

    async def answers(self, batch_id: str) -> list[BatchAnswer]:
        import httpx2  # noqa: PLC0415 - comes with the SDK

        with failures_told(self._errors):
            answer = await self._client.get(f"{_PATH}/{batch_id}/results", cast_to=httpx2.Response)
        return list(_read(answer.content))


_COUNTS = {"processing", "succeeded", "errored", "canceled", "expired"}


def _read(content: bytes) -> Iterator[BatchAnswer]:
    decoder = msgspec.json.Decoder(_Line)
    for line in content.splitlines():
        try:
            read = decoder.decode(line)
        except msgspec.MsgspecError:
            continue  # a line that is missing is asked for in the ordinary way
        kind = read.result.type
        body = bytes(read.result.message) if kind == "succeeded" else None
        yield BatchAnswer(read.custom_id, body, was_sent=kind in {"succeeded", "errored"})
