"""Everything that is not asked of a model: lists of models, counting of tokens, versions; files and batches.

The pages of batches are in `openai_batches` and `anthropic_batches`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote

import msgspec

from tests.llm_server import anthropic_batches, anthropic_shape, openai_batches
from tests.llm_server.asking import Json, Protocol, prompt_tokens
from tests.llm_server.batches import Batches
from tests.llm_server.errors import error
from tests.llm_server.http_wire import Answer, Request

_MODELS = ("small", "large")
_WINDOW_TOKENS = 131_072

Page = Callable[[Request, str, Batches], Answer]
"""Answers a request; told what the path has in its place for an id."""


class _Route(NamedTuple):
    method: str
    path: re.Pattern[str]
    page: Page


def answer(request: Request, batches: Batches) -> Answer:
    """The page that a request is for, or 404."""
    for route in _ROUTES:
        found = route.path.fullmatch(request.path) if route.method == request.method else None
        if found:
            return route.page(request, next(iter(found.groups()), ""), batches)
    said = f"There is no {request.method} {request.path}."
    return error(protocol_of(request), "no_model", said=said, model=request.path)


def protocol_of(request: Request) -> Protocol:
    """Anthropic's clients say so in a header; Ollama's paths begin otherwise."""
    if request.path.startswith("/api/"):
        return "ollama"
    return "anthropic" if b"anthropic-version" in request.head.lower() else "openai"


def _json(body: Json) -> Answer:
    return Answer(200, msgspec.json.encode(body))


def _models(request: Request, _id: str, _batches: Batches) -> Answer:
    models = [_model(request, name) for name in _MODELS]
    if protocol_of(request) == "openai":
        return _json({"object": "list", "data": models})
    ends = {"first_id": _MODELS[0], "last_id": _MODELS[-1]}
    return _json({"data": models, "has_more": False, **ends})


def _one_model(request: Request, name: str, _batches: Batches) -> Answer:
    if name.startswith("missing"):
        return error(protocol_of(request), "no_model", model=name)
    return _json(_model(request, unquote(name)))


def _model(request: Request, name: str) -> Json:
    if protocol_of(request) == "openai":
        return {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "local"}
    return {
        "id": name,
        "type": "model",
        "display_name": name.title(),
        "created_at": "2026-01-01T00:00:00Z",
        "lifecycle": "active",
        "max_input_tokens": _WINDOW_TOKENS,
        "max_tokens": 8_192,
    }


def _count(request: Request, _id: str, _batches: Batches) -> Answer:
    body = {"max_tokens": 1} | msgspec.json.decode(request.body)
    asked = anthropic_shape.read(0, body)
    return _json({"input_tokens": prompt_tokens(asked)})


_DETAILS = {
    "format": "gguf",
    "family": "local",
    "parameter_size": "7B",
    "quantization_level": "Q4_K_M",
}


def _tags(_request: Request, _id: str, _batches: Batches) -> Answer:
    about = {
        "modified_at": "2026-01-01T00:00:00Z",
        "size": 4_000_000_000,
        "digest": "0" * 64,
        "details": _DETAILS,
    }
    return _json({"models": [{"name": name, "model": name, **about} for name in _MODELS]})


def _show(request: Request, _id: str, _batches: Batches) -> Answer:
    body = msgspec.json.decode(request.body)
    name = body.get("model") or body.get("name") or ""
    if name.startswith("missing"):
        return error("ollama", "no_model", model=name)
    info = {"general.architecture": "local", "local.context_length": _WINDOW_TOKENS}
    return _json({"details": _DETAILS, "model_info": info, "capabilities": ["completion", "tools"]})


def _version(_request: Request, _id: str, _batches: Batches) -> Answer:
    return _json({"version": "0.33.0"})


def _route(method: str, path: str, page: Page) -> _Route:
    return _Route(method, re.compile(path.replace("{id}", r"([^/]+)")), page)


_ROUTES = (
    _route("GET", "/v1/models", _models),
    _route("GET", "/v1/models/(.+)", _one_model),
    _route("POST", "/v1/messages/count_tokens", _count),
    _route("GET", "/api/tags", _tags),
    _route("POST", "/api/show", _show),
    _route("GET", "/api/version", _version),
    _route("POST", "/v1/files", openai_batches.take_file),
    _route("GET", "/v1/files/{id}", openai_batches.show_file),
    _route("GET", "/v1/files/{id}/content", openai_batches.give_file),
    _route("DELETE", "/v1/files/{id}", openai_batches.delete_file),
    _route("POST", "/v1/batches", openai_batches.create),
    _route("GET", "/v1/batches/{id}", openai_batches.retrieve),
    _route("POST", "/v1/batches/{id}/cancel", openai_batches.cancel),
    _route("POST", "/v1/messages/batches", anthropic_batches.create),
    _route("GET", "/v1/messages/batches/{id}", anthropic_batches.retrieve),
    _route("GET", "/v1/messages/batches/{id}/results", anthropic_batches.results),
    _route("POST", "/v1/messages/batches/{id}/cancel", anthropic_batches.cancel),
)
