"""Looks whether a provider is ready to write rows: reachable, key accepted, model there, tools, JSON, context.

Without a model it asks only what costs nothing. With one, two tiny requests are sent, since what a server says of tools
and of schemas and what it does differ. Nothing is retried; each question has a bound in time.
"""

from __future__ import annotations

import asyncio
import difflib
import socket
from collections.abc import Awaitable
from typing import Literal, TypeVar
from urllib.parse import urlsplit

import msgspec

from builder.conversation import Message
from builder.errors import BuilderError
from builder.providers.completion import Completion, ProviderError, ProviderErrorKind, Sampling
from builder.providers.keys import find_key
from builder.providers.kind import Examined, OfferedModel, ProviderKind
from builder.providers.loading import checked_url, connect, load_providers, provider_kind
from builder.tool_spec import JsonSchema, ToolSpec

Level = Literal["ok", "warning", "failure"]
TIMEOUT_S = 10.0
MODEL_TIMEOUT_S = 120.0
"""A local server may have to load the model first."""
SMALLEST_CONTEXT_TOKENS = 16_384
"""Tools of Continue, a few files and their results take about half of it."""
_PORT_TIMEOUT_S = 0.5
_MOST_LISTED = 8
_MAX_TOKENS = 1_024
"""Enough for a thought before a short answer."""

Result = TypeVar("Result")


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at. `advice`: what to do about it, where there is something."""

    provider: str
    subject: str
    level: Level
    message: str
    advice: str = ""


async def examine(
    provider: str,
    model: str = "",
    base_url: str = "",
    *,
    timeout_s: float = TIMEOUT_S,
    model_timeout_s: float = MODEL_TIMEOUT_S,
) -> list[Finding]:
    """Everything about one provider; about a model of it where one is named: that sends two requests to it.

    Raises UsageError for an unknown provider only.
    """
    provider_kind(provider)
    try:
        connected = connect(
            provider,
            model,
            base_url=base_url,
            sampling=Sampling(max_tokens=_MAX_TOKENS),
            timeout_s=model_timeout_s if model else timeout_s,
            concurrency=2,
        )
    except BuilderError as error:
        return [Finding(provider, "setup", "failure", str(error))]
    try:
        return await _Examination(connected, timeout_s, model_timeout_s).findings()
    finally:
        await connected.close()


async def examine_all(*, timeout_s: float = TIMEOUT_S) -> list[Finding]:
    """Every provider that is set up here, by a key or by a server on this machine; no request is paid for."""
    kinds = [
        kind for kind in load_providers().values() if await asyncio.to_thread(_is_set_up, kind)
    ]
    if not kinds:
        variables = [kind.key_variable for kind in load_providers().values() if not kind.local]
        advice = f"Set {' or '.join(variables)} (or write it into .env), or start `ollama serve`."
        return [Finding("none", "setup", "warning", "no provider is set up", advice)]
    found = await asyncio.gather(*(examine(kind.name, timeout_s=timeout_s) for kind in kinds))
    return [finding for findings in found for finding in findings]


def _is_set_up(kind: ProviderKind) -> bool:
    try:
        if kind.local:
            return _is_listening(checked_url(kind.default_base_url))
        return find_key(kind.key_variable) is not None
    except BuilderError:  # a key or an address that is wrong: examine says how
        return True


def _is_listening(url: str) -> bool:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=_PORT_TIMEOUT_S):
            return True
    except OSError:
        return False


class _Examination:
    """The questions to one connected provider, in order: each goes on only where the one before allows it."""

    def __init__(self, provider: Examined, timeout_s: float, model_timeout_s: float) -> None:
        self.provider, self.timeout_s, self.model_timeout_s = provider, timeout_s, model_timeout_s
        self.found: list[Finding] = []

    async def findings(self) -> list[Finding]:
        if await self._is_reachable() and self.provider.model:
            await self._look_at_context()
            if await self._do_tools_work():
                await self._does_structure_work()
        return self.found

    def _note(self, subject: str, level: Level, message: str, advice: str = "") -> None:
        self.found.append(Finding(self.provider.name, subject, level, message, advice))

    async def _is_reachable(self) -> bool:
        """List the models: that takes a connection and, where there is one, the key."""
        where = self.provider.base_url
        try:
            models = await _bounded(self.provider.offered(), self.timeout_s)
        except (ProviderError, TimeoutError) as error:
            return self._note_unreachable(error)
        self._note("reachable", "ok", f"{where} answers")
        if provider_kind(self.provider.name).needs_key(where):
            self._note("key", "ok", "accepted")
        self._look_at_models(models)
        return True

    def _note_unreachable(self, error: ProviderError | TimeoutError) -> bool:
        """Whether going on makes sense: a server that lists no models may have one all the same."""
        where = self.provider.base_url
        if isinstance(error, TimeoutError):
            late = f"{where} did not answer within {self.timeout_s:g} s"
            self._note("reachable", "failure", late, "Check the address and the network.")
            return False
        if error.kind is ProviderErrorKind.BAD_CREDENTIALS:
            self._note("reachable", "ok", f"{where} answers")
            self._note("key", "failure", str(error))
            return False
        if error.kind is ProviderErrorKind.BAD_REQUEST:
            self._note("models", "warning", f"{where} does not list its models: {error}")
            return True
        self._note("reachable", "failure", str(error))
        return False

    def _look_at_models(self, models: tuple[OfferedModel, ...]) -> None:
        names, wanted = [model.name for model in models], self.provider.model
        if not wanted:
            shown = ", ".join(names[:_MOST_LISTED]) or "none"
            more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
            self._note("models", "ok" if names else "warning", f"{shown}{more}")
        elif wanted.removesuffix(":latest") in names or wanted in names:
            self._note("model", "ok", f"{wanted} is there")
        else:
            near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.3) or names[:3]
            advice = f"The nearest names are: {', '.join(near)}." if near else ""
            self._note("model", "warning", f"{wanted} is not among {len(names)} models", advice)

    async def _look_at_context(self) -> None:
        try:
            tokens = await _bounded(self.provider.context_tokens(), self.timeout_s)
        except (ProviderError, TimeoutError):
            tokens = None
        if tokens is None:
            self._note("context", "ok", "the server does not tell how long the context is")
        elif tokens < SMALLEST_CONTEXT_TOKENS:
            self._note(
                "context",
                "warning",
                f"{tokens:,} tokens, less than {SMALLEST_CONTEXT_TOKENS:,}",
                "Conversations that read files may not fit: start the server with a longer context "
                "(llama.cpp: -c, vLLM: --max-model-len, Ollama: num_ctx).",
            )
        else:
            self._note("context", "ok", f"{tokens:,} tokens")

    async def _do_tools_work(self) -> bool:
        """Whether the model answers at all; what comes back says whether it calls tools."""
        try:
            completion = await self._asked("Read the file a.txt.", tools=(_TOOL,))
        except (ProviderError, TimeoutError) as error:
            return self._note_tool_failure(error)
        if any(call.name == _TOOL.name for call in completion.tool_calls):
            self._note("tools", "ok", "tool calls come back as such")
        else:
            self._note(
                "tools",
                "warning",
                "the model was asked to call a tool and answered with text",
                "If it goes on so, calls as text work with any model: use --calls text.",
            )
        return True

    def _note_tool_failure(self, error: ProviderError | TimeoutError) -> bool:
        if isinstance(error, ProviderError) and error.kind is ProviderErrorKind.BAD_CREDENTIALS:
            self._note("key", "failure", str(error))
            return False
        is_refused = (
            isinstance(error, ProviderError) and error.kind is ProviderErrorKind.BAD_REQUEST
        )
        self._note("tools", "warning" if is_refused else "failure", self._told(error))
        return is_refused

    async def _does_structure_work(self) -> None:
        try:
            completion = await self._asked("Name one colour.", schema=_SCHEMA)
            msgspec.json.decode(completion.text, type=_Colour)
        except msgspec.MsgspecError:
            self._note(
                "structured output",
                "warning",
                "the answer does not follow the schema that was sent with the request",
                "Answers will be repaired or asked for again, which costs requests; another server or model may do better.",
            )
        except (ProviderError, TimeoutError) as error:
            self._note("structured output", "failure", self._told(error))
        else:
            self._note("structured output", "ok", "the answer follows the schema")

    async def _asked(
        self, request: str, *, tools: tuple[ToolSpec, ...] = (), schema: JsonSchema | None = None
    ) -> Completion:
        payload = self.provider.payload([Message("user", request)], tools, schema)
        answer = await _bounded(self.provider.send(payload), self.model_timeout_s)
        return self.provider.parse(answer)

    def _told(self, error: ProviderError | TimeoutError) -> str:
        late = f"{self.provider.model} did not answer within {self.model_timeout_s:g} s"
        return late if isinstance(error, TimeoutError) else str(error)


async def _bounded(question: Awaitable[Result], timeout_s: float) -> Result:
    async with asyncio.timeout(timeout_s):
        return await question


class _Colour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    colour: str


_SCHEMA: JsonSchema = {
    "type": "object",
    "properties": {"colour": {"type": "string"}},
    "required": ["colour"],
    "additionalProperties": False,
}
_TOOL = ToolSpec(
    name="read_file",
    description="Read a file.",
    parameters={
        "type": "object",
        "properties": {"filepath": {"type": "string", "description": "Path of the file"}},
        "required": ["filepath"],
    },
    readonly=True,
)
