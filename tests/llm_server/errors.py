"""How each provider says that a request failed: the status and the shape of the body, as its API sends them.

The codes and types are the providers' own, and so is Anthropic's sentence about a prompt that is too long, since nothing
else tells it from another bad request. All other sentences are ours. Over OpenAI's API, models whose names begin with
"local" are llama.cpp's, which has a form of its own for a prompt that is too long.
"""

from __future__ import annotations

import msgspec

from tests.llm_server.asking import Json, Protocol
from tests.llm_server.http_wire import Answer

_WINDOW_TOKENS = 8_192

STATUS = {
    "rate_limited": 429,
    "rate_limited_for": 429,
    "server_error": 500,
    "overloaded": 503,
    "bad_key": 401,
    "no_model": 404,
    "too_long": 400,
    "bad_request": 400,
}
"""Faults that are errors. Anthropic's "overloaded" is 529."""

_SAID = {
    "rate_limited": "Too many requests in this minute.",
    "rate_limited_for": "Too many requests in this minute.",
    "server_error": "Something broke on our side.",
    "overloaded": "Too much to do at the moment, try later.",
    "bad_key": "The API key is not valid.",
    "bad_request": "A parameter has a value that is not allowed.",
}

_OPENAI = {
    "rate_limited": ("requests", "rate_limit_exceeded", None),
    "rate_limited_for": ("requests", "rate_limit_exceeded", None),
    "server_error": ("server_error", None, None),
    "overloaded": ("server_error", None, None),
    "bad_key": ("invalid_request_error", "invalid_api_key", None),
    "no_model": ("invalid_request_error", "model_not_found", None),
    "too_long": ("invalid_request_error", "context_length_exceeded", "messages"),
    "bad_request": ("invalid_request_error", "invalid_value", "temperature"),
}
"""Type, code, parameter."""

_ANTHROPIC = {
    "rate_limited": "rate_limit_error",
    "rate_limited_for": "rate_limit_error",
    "server_error": "api_error",
    "overloaded": "overloaded_error",
    "bad_key": "authentication_error",
    "no_model": "not_found_error",
    "too_long": "invalid_request_error",
    "bad_request": "invalid_request_error",
}


def error(
    protocol: Protocol, kind: str, *, model: str = "", tokens: int = 0, said: str = ""
) -> Answer:
    """The answer to a request that fails. `tokens`: the prompt's. `said`: instead of the usual sentence."""
    status = 529 if (protocol, kind) == ("anthropic", "overloaded") else STATUS[kind]
    said = said or _SAID.get(kind, "")
    if protocol == "openai":
        body = _openai(kind, model, tokens, said)
    elif protocol == "anthropic":
        body = _anthropic(kind, model, tokens, said)
    else:
        body = _ollama(kind, model, tokens, said)
    wait = b"retry-after: 1\r\n" if kind == "rate_limited_for" else b""
    return Answer(status, msgspec.json.encode(body), more_headers=wait)


def _openai(kind: str, model: str, tokens: int, said: str) -> Json:
    kind_of_error, code, parameter = _OPENAI[kind]
    if kind == "no_model":
        said = f"There is no model {model!r}."
    if kind == "too_long" and model.startswith("local"):
        return _llama_cpp_error(tokens)
    if kind == "too_long":
        said = f"The messages are {max(tokens, _WINDOW_TOKENS + 1)} tokens; the model's window is {_WINDOW_TOKENS}."
    return {"error": {"message": said, "type": kind_of_error, "param": parameter, "code": code}}


def _anthropic(kind: str, model: str, tokens: int, said: str) -> Json:
    if kind == "no_model":
        said = f"model: {model}"
    if kind == "too_long":
        said = f"prompt is too long: {max(tokens, _WINDOW_TOKENS + 1)} tokens > {_WINDOW_TOKENS} maximum"
    body = {"type": _ANTHROPIC[kind], "message": said}
    return {"type": "error", "error": body, "request_id": "req_local"}


def _ollama(kind: str, model: str, tokens: int, said: str) -> Json:
    if kind == "no_model":
        said = f"model '{model}' not found"
    return {"error": _runner_error(tokens) if kind == "too_long" else said}


def _runner_error(tokens: int) -> str:
    """Ollama hands on what llama.cpp's server says, as text: JSON in a JSON string."""
    return msgspec.json.encode(_llama_cpp_error(tokens)).decode()


def _llama_cpp_error(tokens: int) -> Json:
    tokens = max(tokens, _WINDOW_TOKENS + 1)
    said = f"request ({tokens} tokens) exceeds the available context size ({_WINDOW_TOKENS} tokens)"
    counts = {"n_prompt_tokens": tokens, "n_ctx": _WINDOW_TOKENS}
    return {"error": {"code": 400, "message": said, "type": "exceed_context_size_error", **counts}}
