"""OpenAI, and every server that speaks its chat completions: vLLM, llama.cpp, LM Studio, OpenRouter, Ollama's /v1.

The official SDK connects, authenticates and tells failures apart. Requests go through its `post`, which takes the
payload as it stands and gives the bytes of the answer: half the time of `chat.completions.create`, which reads every
answer into models that are not needed here. What the payload looks like is in openai_wire.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from builder.conversation import Message
from builder.providers.completion import Completion, Payload, ProviderError
from builder.providers.failures import Advice, Failures
from builder.providers.kind import Endpoint, OfferedModel, ProviderKind
from builder.providers.openai_wire import (
    in_older_schema_form,
    read_completion,
    wire_messages,
    wire_schema,
    wire_tools,
)
from builder.providers.reading import read_answer
from builder.providers.sending import CONNECT_TIMEOUT_S, SdkErrors, answered
from builder.providers.wording import wants_older_schema_form
from builder.tool_spec import JsonSchema, ToolSpec

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_NAME = "openai"
_VARIABLE = "OPENAI_API_KEY"
_OFFICIAL_HOST = "api.openai.com"
_NO_KEY = "none"
"""The SDK insists on a key; servers that need none take any."""


class _Meta(msgspec.Struct, frozen=True):
    n_ctx: int | None = None
    n_ctx_train: int | None = None


class _Model(msgspec.Struct, frozen=True):
    """`max_model_len`: vLLM; `context_length`: OpenRouter; `meta`: llama.cpp."""

    id: str
    max_model_len: int | None = None
    context_length: int | None = None
    meta: _Meta | None = None

    @property
    def context_tokens(self) -> int | None:
        return self.max_model_len or self.context_length or (self.meta.n_ctx if self.meta else None)


class _Models(msgspec.Struct, frozen=True):
    data: list[_Model]


class _Defaults(msgspec.Struct, frozen=True):
    n_ctx: int | None = None


class _Props(msgspec.Struct, frozen=True):
    default_generation_settings: _Defaults = _Defaults()


_MODELS = msgspec.json.Decoder(_Models)
_PROPS = msgspec.json.Decoder(_Props)


_JSON_BODY = {"Content-Type": "application/json"}


class OpenAi:
    """One model behind chat completions."""

    name = _NAME

    def __init__(self, endpoint: Endpoint) -> None:
        import httpx2  # noqa: PLC0415 - the SDK takes half a second to import
        import openai  # noqa: PLC0415

        self.model, self.base_url = endpoint.model, endpoint.base_url
        self._sampling, self._timeout_s = endpoint.sampling, endpoint.timeout_s
        self._takes_older_form = False
        self._is_official = endpoint.host == _OFFICIAL_HOST
        self._failures = Failures(_NAME, endpoint.base_url, _advice(endpoint), endpoint.key)
        self._response = httpx2.Response
        timeout = httpx2.Timeout(endpoint.timeout_s, connect=CONNECT_TIMEOUT_S)
        connections = endpoint.max_connections
        limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._client = openai.AsyncOpenAI(
            api_key=endpoint.key.reveal() if endpoint.key else _NO_KEY,
            base_url=endpoint.base_url,
            max_retries=0,
            timeout=timeout,
            http_client=openai.DefaultAioHttpClient(timeout=timeout, limits=limits),
        )
        self._errors = SdkErrors(
            openai.APIStatusError, openai.APITimeoutError, openai.APIConnectionError
        )

    @property
    def client(self) -> AsyncOpenAI:
        """The SDK's client, for openai_batch.py."""
        return self._client

    def payload(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec] = (),
        schema: JsonSchema | None = None,
    ) -> Payload:
        """The request on the wire; servers other than OpenAI's know the bound by its older name."""
        payload: Payload = {"model": self.model, "messages": wire_messages(messages)}
        if tools:
            payload["tools"] = wire_tools(tools)
        if schema is not None:
            payload["response_format"] = wire_schema(schema)
        bound = "max_completion_tokens" if self._is_official else "max_tokens"
        payload[bound] = self._sampling.max_tokens
        if self._sampling.temperature is not None:
            payload["temperature"] = self._sampling.temperature
        if self._is_official:
            payload["prompt_cache_key"] = _cache_key(messages, tools)
        return payload

    async def send(self, payload: Payload) -> bytes:
        """Send once and return the answer's body. Raises ProviderError.

        A server that refuses the usual form of a schema is asked again in the older one, and from then on in that alone:
        the payload stays the same, so that what is kept of answers does not depend on the server.
        """
        if self._takes_older_form:
            return await self._post(in_older_schema_form(payload))
        try:
            return await self._post(payload)
        except ProviderError as error:
            if self._is_official or not wants_older_schema_form(str(error)):
                raise
        self._takes_older_form = True
        return await self._post(in_older_schema_form(payload))

    async def _post(self, payload: Payload) -> bytes:
        # As bytes: the SDK would walk through the payload twice to make the same of it.
        request = self._client.post(
            "/chat/completions",
            content=msgspec.json.encode(payload),
            options={"headers": _JSON_BODY},
            cast_to=self._response,
        )
        return await answered(request, self._errors, self._failures, self._timeout_s)

    def parse(self, answer: bytes) -> Completion:
        """Read an answer's body. Raises ProviderError."""
        return read_completion(answer, self._failures)

    async def close(self) -> None:
        """Close connections."""
        await self._client.close()

    async def offered(self) -> tuple[OfferedModel, ...]:
        """Every model that the server lists."""
        read = read_answer(await self._get("/models"), _MODELS, self._failures)
        return tuple(OfferedModel(model.id, model.context_tokens) for model in read.data)

    async def context_tokens(self) -> int | None:
        """The window: as the list of models has it, else as llama.cpp's /props has it."""
        listed = {model.name: model.context_tokens for model in await self.offered()}
        if listed.get(self.model) is not None or self._is_official:
            return listed.get(self.model)
        try:
            props = await self._get(f"{self.base_url.removesuffix('/v1')}/props")
            return read_answer(props, _PROPS, self._failures).default_generation_settings.n_ctx
        except ProviderError:  # only llama.cpp has the page
            return None

    async def _get(self, path: str) -> bytes:
        request = self._client.get(path, cast_to=self._response)
        return await answered(request, self._errors, self._failures, self._timeout_s)


def _cache_key(messages: Sequence[Message], tools: Sequence[ToolSpec]) -> str:
    """The same for requests that begin alike, so that OpenAI sends them where the beginning is cached."""
    start = [message.content for message in messages[:1]] + [tool.name for tool in tools]
    return hashlib.sha256("\0".join(start).encode(errors="replace")).hexdigest()[:16]


def _advice(endpoint: Endpoint) -> Advice:
    is_official = endpoint.host == _OFFICIAL_HOST
    sent = "the key that was sent was refused" if endpoint.key else "no key was sent"
    over_http = (
        ""
        if endpoint.base_url.startswith("https")
        else "; over plain HTTP it is sent only to this machine"
    )
    return Advice(
        key=f"Check {_VARIABLE} in the environment or in .env: {sent}{over_http}.",
        account="Look at the account that the key belongs to: its credit, its limits, and what it may use.",
        unreachable="Check the network connection and https://status.openai.com."
        if is_official
        else f"Is the server running there? {endpoint.base_url} comes from --base-url and usually ends in /v1.",
        model=f"Check the model's name, {endpoint.model!r}, and the base URL {endpoint.base_url}: "
        "`python -m builder doctor` lists the models that the server has.",
    )


PROVIDER = ProviderKind(
    name=_NAME,
    address=lambda: f"https://{_OFFICIAL_HOST}/v1",
    key_variable=_VARIABLE,
    package="openai",
    local=False,
    official_host=_OFFICIAL_HOST,
    make=OpenAi,
)
