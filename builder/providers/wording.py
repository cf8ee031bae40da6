"""Tells what kind a failure is by its status and, where that says too little, by the server's own words.

Hosted APIs and local servers word the same failure differently, and some under a misleading status. The words are
parts of messages that these servers send; a wording that is missing here ends as a bad request or a server's failure.
"""

from __future__ import annotations

from builder.providers.completion import ProviderErrorKind as Kind

_CONTEXT = (
    "context_length_exceeded",  # OpenAI's code
    "maximum context length",  # OpenAI, vLLM, OpenRouter
    "maximum model length",  # vLLM
    "exceed_context_size",  # llama.cpp's type
    "available context size",  # llama.cpp
    "context shift is disabled",  # llama.cpp, older
    "exceed context window",  # llama-cpp-python
    "exceeds the context",  # Ollama, LM Studio
    "exceeds context",
    "exceed context limit",  # Anthropic, prompt and max_tokens together
    "greater than the context length",  # LM Studio
    "context the overflows",  # LM Studio, as it spells it
    "prompt is too long",  # Anthropic
    "input is too long",  # Bedrock
    "prompt too long",  # Ollama
    "request_too_large",  # Anthropic's type
    "request too large",  # OpenAI: longer than a whole minute's tokens, so waiting does not help
    "reduce the length of",
    "must have less than",  # text-generation-inference
)
_ACCOUNT = (
    "insufficient_quota",  # OpenAI's code; the sentence beside it is also used for limits that pass
    "billing_hard_limit",
    "billing_not_active",
    "billing_error",
    "credit balance",
    "insufficient credits",
    "insufficient balance",
    "payment required",
    "account is not active",
    "account_deactivated",
)
_KEY = (
    "invalid_api_key",
    "invalid api key",
    "incorrect api key",
    "api key not valid",
    "invalid x-api-key",
    "authentication_error",
    "missing api key",
)
_REFUSED = (
    "content_filter",
    "content_policy",
    "content management policy",
    "responsibleaipolicy",
    "invalid_prompt",
    "flagged",
    "moderation",
    "safety system",
)
_OVERLOADED = ("overloaded", "server busy", "at capacity", "loading model", "queue is full")
_MODEL_TOO_BIG = ("requires more system memory", "out of memory", "unable to load model")
_INVALID = ("validation error",)
"""llama-cpp-python's server answers so, with 500, what others answer with 422."""
_OLDER_SCHEMA_FORM = ("response_format", "json_schema", "json_object")
_NO_TOOLS = (
    "does not support tools",  # Ollama
    "enable-auto-tool-choice",  # vLLM
    "tool-call-parser",  # vLLM
    "requires --jinja",  # llama.cpp
    "tool use is not supported",
    "support tool use",  # OpenRouter
)

_BY_STATUS = {
    401: Kind.BAD_CREDENTIALS,
    402: Kind.BAD_CREDENTIALS,
    403: Kind.BAD_CREDENTIALS,
    408: Kind.TIMEOUT,
    409: Kind.SERVER,
    413: Kind.CONTEXT_TOO_LONG,
    425: Kind.SERVER,
    429: Kind.RATE_LIMIT,
    503: Kind.OVERLOADED,
    504: Kind.TIMEOUT,
    524: Kind.TIMEOUT,
    529: Kind.OVERLOADED,
}
_WORDED = (
    (_CONTEXT, Kind.CONTEXT_TOO_LONG, (400, 413, 422, 429, 500)),
    (_ACCOUNT, Kind.BAD_CREDENTIALS, (400, 403, 429)),
    (_KEY, Kind.BAD_CREDENTIALS, (400,)),
    (_REFUSED, Kind.REFUSED, (400, 403, 422)),
    (_OVERLOADED, Kind.OVERLOADED, (500, 502)),
    (_MODEL_TOO_BIG, Kind.BAD_REQUEST, (500,)),
    (_INVALID, Kind.BAD_REQUEST, (500,)),
)


def kind_of_failure(status: int, said: str) -> Kind:
    """The kind of a failure; `said`: the message with its code and type."""
    words = said.lower()
    for parts, kind, statuses in _WORDED:
        if status in statuses and any(part in words for part in parts):
            return kind
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return Kind.SERVER if status >= 500 else Kind.BAD_REQUEST


def is_about_account(said: str) -> bool:
    """Whether the server says that the key is right and the account behind it is not."""
    words = said.lower()
    return any(part in words for part in _ACCOUNT)


def wants_older_schema_form(said: str) -> bool:
    """Whether the server says that it knows `json_object` alone as a form of answers."""
    words = said.lower()
    return all(part in words for part in _OLDER_SCHEMA_FORM)


def wants_text_calls(said: str) -> bool:
    """Whether the server says that this model cannot be given tools."""
    words = said.lower()
    return any(part in words for part in _NO_TOOLS)
