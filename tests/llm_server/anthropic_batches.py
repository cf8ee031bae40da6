"""Anthropic's pages for batches: the lines stand in the request itself, the results come down as lines of JSON."""

from __future__ import annotations

import msgspec

from tests.llm_server.asking import Json
from tests.llm_server.batches import Batch, Batches, Line, Outcome, State
from tests.llm_server.errors import error
from tests.llm_server.http_wire import Answer, Request, headers_of

_STATUS: dict[State, str] = {
    "in progress": "in_progress",
    "cancelling": "canceling",
    "ended": "ended",
    "cancelled": "ended",
}


def _missing(batch_id: str) -> Answer:
    return error("anthropic", "no_model", model=batch_id)


def create(request: Request, _id: str, batches: Batches) -> Answer:
    """POST /v1/messages/batches."""
    found = msgspec.json.decode(request.body)["requests"]
    lines = [Line(str(each["custom_id"]), each["params"]) for each in found]
    return _shown(request, batches.create("msgbatch", "/v1/messages", lines))


def retrieve(request: Request, batch_id: str, batches: Batches) -> Answer:
    """GET /v1/messages/batches/{id}."""
    batch = batches.retrieve(batch_id)
    return _shown(request, batch) if batch else _missing(batch_id)


def cancel(request: Request, batch_id: str, batches: Batches) -> Answer:
    """POST /v1/messages/batches/{id}/cancel."""
    batch = batches.cancel(batch_id)
    return _shown(request, batch) if batch else _missing(batch_id)


def results(_request: Request, batch_id: str, batches: Batches) -> Answer:
    """GET /v1/messages/batches/{id}/results."""
    batch = batches.batches.get(batch_id)
    if batch is None or not batch.outcomes:
        return _missing(batch_id)
    lines = [{"custom_id": each.custom_id, "result": _result(each)} for each in batch.outcomes]
    return Answer(200, msgspec.json.Encoder().encode_lines(lines), b"application/x-jsonl")


def _result(outcome: Outcome) -> Json:
    if outcome.answer is None:
        return {"type": "canceled"}
    body = msgspec.Raw(outcome.answer.body)
    if outcome.answer.status == 200:
        return {"type": "succeeded", "message": body}
    return {"type": "errored", "error": body}


def _shown(request: Request, batch: Batch) -> Answer:
    answered = batch.count(lambda answer: answer is not None and answer.status == 200)
    canceled = batch.count(lambda answer: answer is None)
    has_ended = _STATUS[batch.state] == "ended"
    address = f"http://{headers_of(request.head)['host']}/v1/messages/batches/{batch.id}/results"
    body = {
        "id": batch.id,
        "type": "message_batch",
        "processing_status": _STATUS[batch.state],
        "request_counts": {
            "processing": 0 if has_ended else len(batch.lines),
            "succeeded": answered,
            "errored": len(batch.outcomes) - answered - canceled,
            "canceled": canceled,
            "expired": 0,
        },
        "created_at": "2026-01-01T00:00:00Z",
        "expires_at": "2026-01-02T00:00:00Z",
        "ended_at": "2026-01-01T01:00:00Z" if has_ended else None,
        "results_url": address if has_ended else None,
    }
    return Answer(200, msgspec.json.encode(body))
