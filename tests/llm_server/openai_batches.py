"""OpenAI's pages for batches: a file of lines goes up, a batch is made of it, files of answers and of errors come down."""

from __future__ import annotations

import time

import msgspec

from tests.llm_server.asking import Json
from tests.llm_server.batches import Batch, Batches, Line, Outcome, State
from tests.llm_server.errors import error
from tests.llm_server.http_wire import Answer, Request

_STATUS: dict[State, str] = {
    "in progress": "in_progress",
    "cancelling": "cancelling",
    "ended": "completed",
    "cancelled": "cancelled",
}


def _json(body: Json) -> Answer:
    return Answer(200, msgspec.json.encode(body))


def _missing(what: str) -> Answer:
    return error("openai", "no_model", model=what)


def take_file(request: Request, _id: str, batches: Batches) -> Answer:
    """POST /v1/files: the part called "file" of a form."""
    content = _part(request.body, b'name="file"')
    if content is None:
        return error("openai", "bad_request", said="The form has no part called file.")
    return _file(batches.keep_file(content), batches)


def _part(form: bytes, name: bytes) -> bytes | None:
    boundary = form[: form.find(b"\r\n")]
    for part in form.split(boundary):
        head, _, content = part.partition(b"\r\n\r\n")
        if name in head:
            return content.removesuffix(b"\r\n")
    return None


def _file(file_id: str, batches: Batches) -> Answer:
    return _json(
        {
            "id": file_id,
            "object": "file",
            "bytes": len(batches.files[file_id]),
            "created_at": int(time.time()),
            "filename": f"{file_id}.jsonl",
            "purpose": "batch",
            "status": "processed",
        }
    )


def show_file(_request: Request, file_id: str, batches: Batches) -> Answer:
    """GET /v1/files/{id}."""
    return _file(file_id, batches) if file_id in batches.files else _missing(file_id)


def give_file(_request: Request, file_id: str, batches: Batches) -> Answer:
    """GET /v1/files/{id}/content."""
    if file_id not in batches.files:
        return _missing(file_id)
    return Answer(200, batches.files[file_id], b"application/octet-stream")


def delete_file(_request: Request, file_id: str, batches: Batches) -> Answer:
    """DELETE /v1/files/{id}. Its number is not given again."""
    if batches.files.pop(file_id, None) is None:
        return _missing(file_id)
    return _json({"id": file_id, "object": "file", "deleted": True})


def create(request: Request, _id: str, batches: Batches) -> Answer:
    """POST /v1/batches."""
    wanted = msgspec.json.decode(request.body)
    content = batches.files.get(wanted["input_file_id"])
    if content is None:
        return _missing(wanted["input_file_id"])
    found = [msgspec.json.decode(line) for line in content.splitlines() if line.strip()]
    lines = [Line(str(each["custom_id"]), each["body"]) for each in found]
    batch = batches.create("batch", wanted["endpoint"], lines, wanted["input_file_id"])
    return _json(_shown(batch, batches))


def retrieve(_request: Request, batch_id: str, batches: Batches) -> Answer:
    """GET /v1/batches/{id}."""
    batch = batches.retrieve(batch_id)
    return _json(_shown(batch, batches)) if batch else _missing(batch_id)


def cancel(_request: Request, batch_id: str, batches: Batches) -> Answer:
    """POST /v1/batches/{id}/cancel."""
    batch = batches.cancel(batch_id)
    return _json(_shown(batch, batches)) if batch else _missing(batch_id)


def _shown(batch: Batch, batches: Batches) -> Json:
    answered = [
        outcome for outcome in batch.outcomes if outcome.answer and outcome.answer.status == 200
    ]
    failed = [
        outcome for outcome in batch.outcomes if outcome.answer and outcome.answer.status != 200
    ]
    return {
        "id": batch.id,
        "object": "batch",
        "endpoint": batch.path,
        "errors": None,
        "input_file_id": batch.source,
        "completion_window": "24h",
        "status": _STATUS[batch.state],
        "output_file_id": _kept(f"{batch.id}-output", answered, batches),
        "error_file_id": _kept(f"{batch.id}-errors", failed, batches),
        "created_at": int(time.time()),
        "request_counts": {
            "total": len(batch.lines),
            "completed": len(answered),
            "failed": len(failed),
        },
    }


def _kept(file_id: str, outcomes: list[Outcome], batches: Batches) -> str | None:
    """The file of such lines; there is none where there are no such lines."""
    if not outcomes:
        return None
    lines = [_line(outcome) for outcome in outcomes]
    batches.files[file_id] = msgspec.json.Encoder().encode_lines(lines)
    return file_id


def _line(outcome: Outcome) -> Json:
    """An error of the API stands in the body of a response too; `error` is for lines that were never sent."""
    assert outcome.answer is not None
    response = {
        "status_code": outcome.answer.status,
        "request_id": f"req_{outcome.custom_id}",
        "body": msgspec.Raw(outcome.answer.body),
    }
    return {
        "id": f"batch_req_{outcome.custom_id}",
        "custom_id": outcome.custom_id,
        "response": response,
        "error": None,
    }
