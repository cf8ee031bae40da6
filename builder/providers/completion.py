"""What is asked of a model and what comes back, the same for every provider; and how asking can fail.

Messages are the rows' own (`conversation.Message`), tools the toolsets' own (`tool_spec.ToolSpec`). How either is written
on the wire is each provider's business; retries, pace, cache and money are the gateway's.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Literal, Protocol

import msgspec

from builder.conversation import Message, ToolCall
from builder.errors import BuilderError
from builder.tool_spec import JsonSchema, ToolSpec

Finish = Literal["stop", "length", "tool_calls", "refused"]
"""Why a model stopped: it was done, its answer was cut off at `max_tokens`, it calls tools, it declined."""


class Usage(msgspec.Struct, frozen=True):
    """Tokens as the provider counts them; 0 = not told.

    `cached`: those of `prompt` that its prompt cache served; `written`: those of `prompt` that it put into that cache,
    where this has a price of its own.
    """

    prompt: int = 0
    completion: int = 0
    cached: int = 0
    written: int = 0


class Completion(msgspec.Struct, frozen=True):
    """One answer of a model.

    `reasoning`: what it thought first, where the API tells it apart from the answer. The arguments of `tool_calls` are
    what the model wrote, which need not be JSON.
    """

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage = Usage()
    finish: Finish = "stop"
    reasoning: str = ""


class Sampling(msgspec.Struct, frozen=True):
    """How a model is to write. `max_tokens`: bound of one answer, reasoning included. None leaves it to the provider.

    `context_tokens`: the window that a local server is asked to open.
    """

    max_tokens: int = 4_096
    temperature: float | None = None
    context_tokens: int | None = None


class ProviderErrorKind(StrEnum):
    """Every way in which asking a model can fail."""

    RATE_LIMIT = "rate limit"
    OVERLOADED = "overloaded"
    TIMEOUT = "timeout"
    CONTEXT_TOO_LONG = "context too long"
    REFUSED = "refused"
    BAD_CREDENTIALS = "bad credentials"
    BAD_REQUEST = "bad request"
    SERVER = "server"
    CONNECTION = "connection"


PASSING = frozenset(
    {
        ProviderErrorKind.RATE_LIMIT,
        ProviderErrorKind.OVERLOADED,
        ProviderErrorKind.TIMEOUT,
        ProviderErrorKind.SERVER,
        ProviderErrorKind.CONNECTION,
    }
)
"""Kinds that the same request may not meet again."""


class ProviderError(BuilderError):
    """A request that brought no answer: its kind, what the provider said, and what to do about it.

    `retry_after_s`: how long the provider asks to wait; None where it did not say.
    """

    def __init__(
        self,
        kind: ProviderErrorKind,
        message: str,
        *,
        advice: str = "",
        retry_after_s: float | None = None,
    ) -> None:
        ended = message if not advice or message.endswith((".", "!", "?", "…")) else f"{message}."
        super().__init__(f"{kind}: {ended} {advice}".strip())
        self.kind = kind
        self.retry_after_s = retry_after_s


Payload = dict[str, object]
"""A request as it stands on the wire, the model's name and the sampling included, no key: what the cache goes by."""


class Provider(Protocol):
    """One model behind one API. The file's name in builder/providers is the provider's id.

    A request is made in three steps, so that an answer can be kept as it came and read again: `payload` and `parse` are
    pure, `send` is the only one that talks.
    """

    name: str
    model: str
    base_url: str

    def payload(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec] = (),
        schema: JsonSchema | None = None,
    ) -> Payload:
        """The request on the wire. `tools`: native tool calling. `schema`: the answer's text is to be JSON that follows it."""
        ...

    async def send(self, payload: Payload) -> bytes:
        """Send once, without retries, and return the answer's body as it came. Raises ProviderError."""
        ...

    def parse(self, answer: bytes) -> Completion:
        """Read an answer's body. Raises ProviderError (SERVER) where it is not one."""
        ...

    async def close(self) -> None:
        """Close connections."""
        ...
