"""HTTP/1.1 as far as the SDKs need it: takes a request off a buffer, and makes the bytes of an answer.

It knows nothing of models. Bodies must have a Content-Length; chunked uploads are not read.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Ending = Literal["whole", "dropped", "reset"]

_REASONS = {
    200: b"OK",
    400: b"Bad Request",
    401: b"Unauthorized",
    404: b"Not Found",
    429: b"Too Many Requests",
    500: b"Internal Server Error",
    503: b"Service Unavailable",
}


class Request(NamedTuple):
    """One request; `head`: the header lines as they came."""

    method: str
    path: str
    head: bytes
    body: bytes


class Answer(NamedTuple):
    """One answer; `ending`: "dropped" sends half of the body it announces and closes, "reset" sends nothing but RST."""

    status: int
    body: bytes
    content_type: bytes = b"application/json"
    more_headers: bytes = b""
    ending: Ending = "whole"


class Taken(NamedTuple):
    """A request off the buffer, and how many bytes of the buffer it was."""

    request: Request
    size: int


def take_request(buffer: bytearray) -> Taken | None:
    """The first whole request of a buffer; None where there is none yet."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = bytes(buffer[:end])
    size = end + 4 + content_length(head)
    if len(buffer) < size:
        return None
    method, target, _ = head[: head.find(b"\r\n")].decode().split(" ", 2)
    path = target.partition("?")[0]
    return Taken(Request(method, path, head, bytes(buffer[end + 4 : size])), size)


def content_length(head: bytes) -> int:
    """How many bytes of body follow; 0 where the header does not say."""
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def headers_of(head: bytes) -> dict[str, str]:
    """Every header, names in lower case."""
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }


def encode(answer: Answer) -> bytes:
    """Header and body in one piece, to be written at once; of a "dropped" one only half the body."""
    body = answer.body
    sent = body if answer.ending == "whole" else body[: len(body) // 2]
    return b"HTTP/1.1 %d %b\r\ncontent-type: %b\r\ncontent-length: %d\r\n%b\r\n%b" % (
        answer.status,
        _REASONS.get(answer.status, b"Other"),
        answer.content_type,
        len(body),
        answer.more_headers,
        sent,
    )
