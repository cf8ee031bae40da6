"""Anthropic's messages API, and servers that imitate it.

The official SDK connects, authenticates and tells failures apart; requests go through its `post`, as openai.py's do.
A temperature is not sent: the API's newer models take none, and the SDK has dropped it; variety comes from prompts.
What the payload looks like is in anthropic_wire.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from builder.conversation import Message
from builder.providers.anthropic_wire import (
    read_completion,
    wire_messages,
    wire_schema,
    wire_system,
    wire_tools,
)
from builder.providers.completion import Completion, Payload
from builder.providers.failures import Advice, Failures
from builder.providers.kind import Endpoint, OfferedModel, ProviderKind
from builder.providers.reading import read_answer
from builder.providers.sending import CONNECT_TIMEOUT_S, SdkErrors, answered
from builder.tool_spec import JsonSchema, ToolSpec

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

_NAME = "anthropic"
_VARIABLE = "ANTHROPIC_API_KEY"
_OFFICIAL_HOST = "api.anthropic.com"
_NO_KEY = "none"
_MOST_MODELS = 1000
"""The API's own bound of a page."""


class _Model(msgspec.Struct, frozen=True):
    id: str
    max_input_tokens: int | None = None


class _Models(msgspec.Struct, frozen=True):
    data: list[_Model]


_MODELS = msgspec.json.Decoder(_Models)


class Anthropic:
    """One model behind the messages API."""

    name = _NAME

    def __init__(self, endpoint: Endpoint) -> None:
        import anthropic  # noqa: PLC0415 - the SDK takes most of a second to import
        import httpx2  # noqa: PLC0415

        self.model, self.base_url = endpoint.model, endpoint.base_url
        self._sampling, self._timeout_s = endpoint.sampling, endpoint.timeout_s
        self._failures = Failures(_NAME, endpoint.base_url, _advice(endpoint), endpoint.key)
        self._response = httpx2.Response
        timeout = httpx2.Timeout(endpoint.timeout_s, connect=CONNECT_TIMEOUT_S)
        connections = endpoint.max_connections
        limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._client = anthropic.AsyncAnthropic(
            api_key=endpoint.key.reveal() if endpoint.key else _NO_KEY,
            base_url=endpoint.base_url,
            max_retries=0,
            timeout=timeout,
            http_client=anthropic.DefaultAioHttpClient(timeout=timeout, limits=limits),
        )
        self._errors = SdkErrors(
            anthropic.APIStatusError, anthropic.APITimeoutError, anthropic.APIConnectionError
        )

    @property
    def client(self) -> AsyncAnthropic:
        """The SDK's client, for anthropic_batch.py."""
        return self._client

    def payload(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec] = (),
        schema: JsonSchema | None = None,
    ) -> Payload:
        """The request on the wire. A schema with free objects in it is not sent: the prompt alone asks for JSON then."""
        payload: Payload = {"model": self.model, "max_tokens": self._sampling.max_tokens}
        if system := wire_system(messages):
            payload["system"] = system
        payload["messages"] = wire_messages(messages)
        if tools:
            payload["tools"] = wire_tools(tools)
        if schema is not None and (form := wire_schema(schema)) is not None:
            payload["output_config"] = form
        return payload

    async def send(self, payload: Payload) -> bytes:
        """Send once and return the answer's body. Raises ProviderError."""
        request = self._client.post("/v1/messages", body=payload, cast_to=self._response)
        return await answered(request, self._errors, self._failures, self._timeout_s)

    def parse(self, answer: bytes) -> Completion:
        """Read an answer's body. Raises ProviderError."""
        return read_completion(answer, self._failures)

    async def close(self) -> None:
        """Close connections."""
        await self._client.close()

    async def offered(self) -> tuple[OfferedModel, ...]:
        """Every model that the server lists."""
        request = self._client.get(f"/v1/models?limit={_MOST_MODELS}", cast_to=self._response)
        answer = await answered(request, self._errors, self._failures, self._timeout_s)
        read = read_answer(answer, _MODELS, self._failures)
        return tuple(OfferedModel(model.id, model.max_input_tokens) for model in read.data)

    async def context_tokens(self) -> int | None:
        """The window, where the list of models has it."""
        listed = {model.name: model.context_tokens for model in await self.offered()}
        return listed.get(self.model)


def _advice(endpoint: Endpoint) -> Advice:
    is_official = endpoint.host == _OFFICIAL_HOST
    sent = "the key that was sent was refused" if endpoint.key else "no key was sent"
    return Advice(
        key=f"Check {_VARIABLE} in the environment or in .env: {sent}.",
        account="Look at the account that the key belongs to: its credit, its limits, and what it may use.",
        unreachable="Check the network connection and https://status.anthropic.com."
        if is_official
        else f"Is the server running there? {endpoint.base_url} comes from --base-url and goes without /v1.",
        model=f"Check the model's name, {endpoint.model!r}, and the base URL {endpoint.base_url}: "
        "`python -m builder doctor` lists the models that the server has.",
    )


PROVIDER = ProviderKind(
    name=_NAME,
    address=lambda: f"https://{_OFFICIAL_HOST}",
    key_variable=_VARIABLE,
    package="anthropic",
    local=False,
    official_host=_OFFICIAL_HOST,
    make=Anthropic,
)
