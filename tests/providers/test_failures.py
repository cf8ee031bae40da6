"""How servers word their failures, and what is made of it: a table over the wordings that are known."""

from __future__ import annotations

import json
from email.utils import formatdate
from time import time

import pytest

from builder.providers.completion import ProviderErrorKind as Kind
from builder.providers.failures import Advice, Failures, error_text, retry_after_s
from builder.providers.keys import Key

ADVICE = Advice(key="CHECK KEY", account="CHECK ACCOUNT", unreachable="START IT", model="PULL IT")
FAILURES = Failures("local", "http://127.0.0.1:1", ADVICE, Key("hush-0123456789"))


def openai_body(message: str, code: str = "", kind: str = "") -> bytes:
    return json.dumps({"error": {"message": message, "code": code, "type": kind}}).encode()


WORDINGS = {
    "OpenAI, long": (
        400,
        openai_body("Too long.", "context_length_exceeded"),
        Kind.CONTEXT_TOO_LONG,
    ),
    "vLLM, long": (
        400,
        b'{"object": "error", "message": "This model\'s maximum context length is 4096 tokens.", "code": 400}',
        Kind.CONTEXT_TOO_LONG,
    ),
    "llama.cpp, long": (
        400,
        openai_body("request (9 tokens) exceeds the available context size (8 tokens)"),
        Kind.CONTEXT_TOO_LONG,
    ),
    "llama-cpp-python, long": (
        500,
        openai_body("Requested tokens (2285) exceed context window of 2048"),
        Kind.CONTEXT_TOO_LONG,
    ),
    "Ollama hands on": (
        400,
        json.dumps(
            {"error": '{"error":{"type":"exceed_context_size_error","message":"long"}}'}
        ).encode(),
        Kind.CONTEXT_TOO_LONG,
    ),
    "more than a minute's tokens": (
        429,
        openai_body("Request too large for the model on tokens per min", "rate_limit_exceeded"),
        Kind.CONTEXT_TOO_LONG,
    ),
    "too many bytes": (413, b"", Kind.CONTEXT_TOO_LONG),
    "OpenAI, no money": (429, openai_body("Quota.", "insufficient_quota"), Kind.BAD_CREDENTIALS),
    "a limit that passes though it speaks of billing": (
        429,
        openai_body("Slow down; add a payment method at /account/billing.", "rate_limit_exceeded"),
        Kind.RATE_LIMIT,
    ),
    "Anthropic, no money": (
        400,
        b'{"type": "error", "error": {"type": "invalid_request_error", "message": "Your credit balance is too low"}}',
        Kind.BAD_CREDENTIALS,
    ),
    "OpenRouter, no money": (402, openai_body("Insufficient credits"), Kind.BAD_CREDENTIALS),
    "forbidden": (403, b"", Kind.BAD_CREDENTIALS),
    "Google, as a list": (
        400,
        b'[{"error": {"code": 400, "message": "API key not valid."}}]',
        Kind.BAD_CREDENTIALS,
    ),
    "Azure's filter": (400, openai_body("Filtered.", "content_filter"), Kind.REFUSED),
    "a request that took too long": (408, b"", Kind.TIMEOUT),
    "a gateway that gave up": (504, b"<html>", Kind.TIMEOUT),
    "a conflict": (409, b"", Kind.SERVER),
    "llama.cpp starts": (
        503,
        openai_body("Loading model", kind="unavailable_error"),
        Kind.OVERLOADED,
    ),
    "Anthropic, full": (529, b"", Kind.OVERLOADED),
    "Ollama, full": (503, b'{"error": "server busy, please try again"}', Kind.OVERLOADED),
    "Ollama, too big": (
        500,
        b'{"error": "model requires more system memory (9 GiB) than is available"}',
        Kind.BAD_REQUEST,
    ),
    "no tools": (400, b'{"error": "registry/gemma:2b does not support tools"}', Kind.BAD_REQUEST),
    "FastAPI": (422, b'{"detail": [{"msg": "field required"}]}', Kind.BAD_REQUEST),
    "a bare text": (502, b"Bad gateway", Kind.SERVER),
    "a hostile depth": (500, b"[" * 100_000, Kind.SERVER),
}


@pytest.mark.parametrize("case", WORDINGS)
def test_failures_are_told_apart_by_status_and_words(case: str) -> None:
    status, body, kind = WORDINGS[case]
    error = FAILURES.of_status(status, {}, body)
    assert error.kind is kind, error
    assert len(str(error)) < 600


def test_advice_fits_the_failure() -> None:
    def told(status: int, body: bytes) -> str:
        return str(FAILURES.of_status(status, {}, body))

    assert "CHECK KEY" in told(401, b"")
    assert "CHECK ACCOUNT" in told(429, openai_body("Quota.", "insufficient_quota"))
    assert "CHECK ACCOUNT" in told(400, b'{"error": {"message": "Your credit balance is too low"}}')
    assert "PULL IT" in told(404, b"")
    assert "--calls text" in told(400, b'{"error": "m does not support tools"}')
    assert "--calls text" in told(400, openai_body("needs --enable-auto-tool-choice"))


def test_what_a_server_says_is_shown_without_keys_or_control_characters_and_cut() -> None:
    said = "\x1b[31mred\x00 hush-0123456789 and sk-proj-abcdefghijkl" + "x" * 5_000
    error = FAILURES.of_status(500, {}, json.dumps({"error": said}).encode())
    assert "hush-0123456789" not in str(error)
    assert "sk-proj" not in str(error)
    assert "\x1b" not in str(error)
    assert "\\x1b" in str(error)
    assert len(str(error)) < 400


def test_a_key_that_a_server_echoes_where_the_text_is_cut_is_not_shown_in_part() -> None:
    error = FAILURES.of_status(500, {}, b"y" * 290 + b" hush-0123456789")
    assert "hush" not in str(error)


@pytest.mark.parametrize(
    ("headers", "expected_s"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "tomorrow"}, None),
        ({"retry-after": "Fri, 31 Nov 2026 10:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_each_of_its_forms(
    headers: dict[str, str], expected_s: float | None
) -> None:
    assert retry_after_s(headers) == expected_s


def test_retry_after_may_be_a_date() -> None:
    found = retry_after_s({"retry-after": formatdate(time() + 30, usegmt=True)})
    assert found is not None
    assert 25 < found <= 30
    assert retry_after_s({"retry-after": "Mon, 02 Nov 2015 10:00:00 GMT"}) == 0.0


def test_the_text_of_an_error_has_its_code_and_type() -> None:
    body = openai_body("No.", "invalid_value", "invalid_request_error")
    assert error_text(body) == "No. [invalid_request_error, invalid_value]"
    assert error_text(b'{"error": null, "x": 1}') == '{"error": null, "x": 1}'
    assert error_text(b"\xff\xfe") == "��"
