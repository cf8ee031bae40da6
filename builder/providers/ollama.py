"""Ollama, by its own API: unlike its /v1, it lets the window be chosen.

The official client is used for what it knows (addresses, headers, connections), but not its `chat`: that one rewrites
schemas of tools and loses nested properties, `anyOf`, `default` and `minimum` as well as the ids of calls, and the model
would be taught tools that it was never shown. Payloads go whole through the httpx client that the official one holds.
What the payload looks like is in ollama_wire.py.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING

import msgspec

from builder.conversation import Message
from builder.providers.completion import Completion, Payload
from builder.providers.failures import Advice, Failures
from builder.providers.kind import Endpoint, OfferedModel, ProviderKind
from builder.providers.ollama_transport import in_lanes
from builder.providers.ollama_wire import read_completion, wire_messages, wire_options
from builder.providers.openai_wire import wire_tools
from builder.providers.reading import read_answer
from builder.providers.sending import CONNECT_TIMEOUT_S
from builder.tool_spec import JsonSchema, ToolSpec

if TYPE_CHECKING:
    import httpx

_NAME = "ollama"
_VARIABLE = "OLLAMA_API_KEY"
_PORT = re.compile(r":\d+$")


class _Model(msgspec.Struct, frozen=True):
    name: str


class _Models(msgspec.Struct, frozen=True):
    models: list[_Model]


class _Shown(msgspec.Struct, frozen=True):
    model_info: dict[str, object] = {}


_MODELS = msgspec.json.Decoder(_Models)
_SHOWN = msgspec.json.Decoder(_Shown)


class Ollama:
    """One model of an Ollama server."""

    name = _NAME

    def __init__(self, endpoint: Endpoint) -> None:
        import httpx  # noqa: PLC0415 - comes with the client, which is imported only where it is asked for
        import ollama  # noqa: PLC0415

        self.model, self.base_url = endpoint.model, endpoint.base_url
        self._sampling, self._timeout_s = endpoint.sampling, endpoint.timeout_s
        self._failures = Failures(_NAME, endpoint.base_url, _advice(endpoint), endpoint.key)
        self._client = ollama.AsyncClient(
            host=endpoint.base_url,
            timeout=httpx.Timeout(endpoint.timeout_s, connect=CONNECT_TIMEOUT_S),
            transport=in_lanes(endpoint.max_connections),
        )
        self._http: httpx.AsyncClient = self._client._client  # noqa: SLF001 - the way past its rewriting
        self._http.headers.pop(
            "authorization", None
        )  # it takes the key from the environment for any address
        if endpoint.key is not None:
            self._http.headers["authorization"] = f"Bearer {endpoint.key.reveal()}"

    def payload(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec] = (),
        schema: JsonSchema | None = None,
    ) -> Payload:
        """The request on the wire."""
        payload: Payload = {"model": self.model, "messages": wire_messages(messages)}
        if tools:
            payload["tools"] = wire_tools(tools)
        if schema is not None:
            payload["format"] = schema
        payload |= {"stream": False, "truncate": False, "shift": False}
        payload["options"] = wire_options(self._sampling)
        return payload

    async def send(self, payload: Payload) -> bytes:
        """Send once and return the answer's body. Raises ProviderError."""
        body = msgspec.json.encode(payload)
        return await self._answered(self._http.post("/api/chat", content=body))

    def parse(self, answer: bytes) -> Completion:
        """Read an answer's body. Raises ProviderError."""
        return read_completion(answer, self._failures)

    async def close(self) -> None:
        """Close connections."""
        await self._http.aclose()

    async def offered(self) -> tuple[OfferedModel, ...]:
        """Every model that has been pulled."""
        answer = await self._answered(self._http.get("/api/tags"))
        read = read_answer(answer, _MODELS, self._failures)
        return tuple(OfferedModel(model.name.removesuffix(":latest")) for model in read.models)

    async def context_tokens(self) -> int | None:
        """The longest window that the model was made for; less where the payload asks for less."""
        answer = await self._answered(self._http.post("/api/show", json={"model": self.model}))
        known = read_answer(answer, _SHOWN, self._failures).model_info
        lengths = [size for name, size in known.items() if name.endswith(".context_length")]
        made_for = next((size for size in lengths if isinstance(size, int)), None)
        asked = wire_options(self._sampling)["num_ctx"]
        return min(made_for, asked) if made_for and isinstance(asked, int) else made_for

    async def _answered(self, request: Awaitable[httpx.Response]) -> bytes:
        import httpx  # noqa: PLC0415 - already imported by now

        try:
            async with asyncio.timeout(self._timeout_s):
                response = await request
            if response.is_success:
                return response.content
            failure = self._failures.of_status(
                response.status_code, response.headers, response.content
            )
        except (httpx.TimeoutException, TimeoutError):
            failure = self._failures.timed_out(self._timeout_s)
        except httpx.DecodingError as error:
            failure = self._failures.malformed(str(error), b"")
        except httpx.HTTPError as error:
            failure = self._failures.of_connection(error)
        raise failure


def address() -> str:
    """Where Ollama listens: OLLAMA_HOST as its own programs read it, else port 11434 of this machine."""
    host = os.environ.get("OLLAMA_HOST", "").strip() or "127.0.0.1"
    if "://" in host:
        return host
    host = host.replace("0.0.0.0", "127.0.0.1", 1)  # noqa: S104 - where it listens, not where to listen
    return f"http://{host}" if _PORT.search(host) else f"http://{host}:11434"


def _advice(endpoint: Endpoint) -> Advice:
    return Advice(
        key=f"Check {_VARIABLE} in the environment or in .env.",
        account="Look at the account that the key belongs to, and at what it may use.",
        unreachable="Start it with `ollama serve`, or name its address with --base-url or OLLAMA_HOST.",
        model=f"Get it with `ollama pull {endpoint.model}`; `ollama list` shows what is there.",
    )


PROVIDER = ProviderKind(
    name=_NAME,
    address=address,
    key_variable=_VARIABLE,
    package="ollama",
    local=True,
    official_host="ollama.com",
    make=Ollama,
)
