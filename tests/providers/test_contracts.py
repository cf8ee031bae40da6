"""Contracts of every provider that is found: the real SDK against a real server on this machine."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from pathlib import Path

import pytest

from builder.conversation import Message
from builder.errors import UsageError
from builder.providers.completion import (
    Completion,
    Payload,
    Provider,
    ProviderError,
    ProviderErrorKind,
    Sampling,
)
from builder.providers.kind import Examined
from builder.providers.loading import connect, load_providers, provider_kind
from tests.llm_server.asking import Asked, Reply
from tests.llm_server.faults import KINDS, Faults
from tests.llm_server.server import running_server
from tests.llm_server.teachers import echo
from tests.providers.contracts import (
    CONVERSATION,
    KEY,
    PROVIDERS,
    READ,
    SCHEMA,
    TOOL,
    ask,
    base_url,
    with_provider,
)

Kind = ProviderErrorKind
GOLDEN = Path(__file__).parent / "golden"
OFFICIAL_MODEL = "a-model"

KIND_OF_FAULT: dict[str, ProviderErrorKind | None] = {
    "rate_limited": Kind.RATE_LIMIT,
    "rate_limited_for": Kind.RATE_LIMIT,
    "server_error": Kind.SERVER,
    "overloaded": Kind.OVERLOADED,
    "slow": Kind.TIMEOUT,
    "cut_off": Kind.SERVER,
    "dropped": Kind.CONNECTION,
    "malformed": Kind.SERVER,
    "reset": Kind.CONNECTION,
    "bad_key": Kind.BAD_CREDENTIALS,
    "no_model": Kind.BAD_REQUEST,
    "too_long": Kind.CONTEXT_TOO_LONG,
    "bad_request": Kind.BAD_REQUEST,
    # Answers in good form, whatever they say: who asked judges them.
    "truncated": None,
    "wrong_schema": None,
    "empty": None,
    "refused": None,
    "invented_tool": None,
    "duplicate_ids": None,
    "huge": None,
}

every_provider = pytest.mark.parametrize("name", PROVIDERS)


def test_the_three_providers_are_found_by_their_files() -> None:
    assert PROVIDERS == ("anthropic", "ollama", "openai")
    for name, kind in load_providers().items():
        assert kind.name == name


def test_every_fault_of_the_server_has_a_kind_here() -> None:
    assert set(KIND_OF_FAULT) == set(KINDS)


@every_provider
@pytest.mark.parametrize("fault", [fault for fault, kind in KIND_OF_FAULT.items() if kind])
def test_every_failure_has_its_kind_and_shows_no_key(name: str, fault: str) -> None:
    timeout_s = 0.3 if fault == "slow" else 20
    with running_server(echo, faults=Faults(script=(fault,))) as server:
        outcome = ask(name, server.url, timeout_s=timeout_s)
    assert outcome.error is not None
    assert outcome.error.kind is KIND_OF_FAULT[fault], outcome.error
    assert (outcome.error.retry_after_s == 1.0) is (fault == "rate_limited_for")
    assert KEY not in str(outcome.error)
    assert _chain(outcome.error) == [outcome.error], "a cause holds the request, and that the key"
    assert len(server.asked) == 1, "the SDK has tried again by itself"


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


@every_provider
@pytest.mark.parametrize("fault", [fault for fault, kind in KIND_OF_FAULT.items() if not kind])
def test_answers_in_good_form_are_completions_whatever_they_say(name: str, fault: str) -> None:
    with running_server(echo, faults=Faults(script=(fault,))) as server:
        completion = _completed(name, server.url, fault)
    ids = [call.id for call in completion.tool_calls]
    assert len(set(ids)) == len(ids)
    assert all(ids)
    if fault == "truncated":
        assert completion.finish == "length"
    if fault == "refused":
        assert completion.finish == ("stop" if name == "ollama" else "refused")
    if fault == "duplicate_ids":
        assert len(ids) == 2


def _completed(name: str, url: str, fault: str) -> Completion:
    tools = (READ,) if fault in ("duplicate_ids", "invented_tool") else ()
    outcome = ask(name, url, tools=tools)
    assert outcome.completion is not None, outcome.error
    return outcome.completion


def whole_conversation(provider: Provider) -> dict[str, Payload]:
    """The two payloads of the golden files."""
    return {
        "conversation": provider.payload(CONVERSATION, (READ, TOOL)),
        "structured": provider.payload(CONVERSATION[:2], (), SCHEMA),
    }


def test_servers_that_imitate_openai_get_the_older_names_and_no_cache_key() -> None:
    async def payload(provider: Examined) -> Payload:
        return provider.payload(CONVERSATION)

    made = with_provider("openai", "http://127.0.0.1:9", payload)
    assert made["max_tokens"] == Sampling().max_tokens
    assert not {"max_completion_tokens", "prompt_cache_key", "temperature"} & set(made)


@every_provider
def test_the_payload_is_what_it_was(name: str) -> None:
    sampling = Sampling(max_tokens=512, temperature=0.5)

    async def payloads(provider: Examined) -> dict[str, Payload]:
        return whole_conversation(provider)

    made = with_provider(name, "", payloads, model=OFFICIAL_MODEL, sampling=sampling)
    expected = (GOLDEN / f"{name}.json").read_text()
    assert json.dumps(made, indent=2, ensure_ascii=False) + "\n" == expected, (
        "the wire has changed: if it is meant, write the golden file anew"
    )


@every_provider
def test_the_server_takes_the_whole_conversation_and_understands_it(name: str) -> None:
    def teacher(asked: Asked) -> Reply:
        calls = (
            ("edit_lines", '{"filepath": "a.py", "edits": [{"line": 1, "text": "x = 3"}]}'),
            ("read_file", '{"filepath": "b.py"}'),
        )
        return Reply("On it.", calls, reasoning="Two files.")

    with running_server(teacher) as server:
        outcome = ask(name, server.url, messages=CONVERSATION, tools=(READ, TOOL))
    completion = outcome.completion
    assert completion is not None, outcome.error
    assert completion.text == "On it."
    assert completion.reasoning == "Two files."
    assert completion.finish == "tool_calls"
    assert [call.name for call in completion.tool_calls] == ["edit_lines", "read_file"]
    assert completion.tool_calls[0].arguments == {
        "filepath": "a.py",
        "edits": [{"line": 1, "text": "x = 3"}],
    }
    assert completion.usage.prompt > 0
    assert completion.usage.completion > 0
    [asked] = server.asked
    told = [(role, text) for role, text in asked.messages if text]
    assert told == [(message.role, message.content) for message in CONVERSATION]
    assert asked.tools == ("read_file", "edit_lines")
    assert '"anyOf"' in json.dumps(asked.body), "the schema has lost a part of itself on the way"


@every_provider
def test_a_schema_reaches_the_server(name: str) -> None:
    with running_server(echo) as server:
        outcome = ask(name, server.url, schema=SCHEMA)
    assert outcome.completion is not None, outcome.error
    assert isinstance(json.loads(outcome.completion.text)["examples"], list)
    assert server.asked[0].schema is not None


@every_provider
def test_two_calls_of_payload_give_the_same_bytes_and_change_nothing(name: str) -> None:
    async def twice(provider: Examined) -> tuple[str, str]:
        first = json.dumps(whole_conversation(provider))
        return first, json.dumps(whole_conversation(provider))

    first, second = with_provider(name, "http://127.0.0.1:9", twice)
    assert first == second


@every_provider
def test_a_planted_key_is_in_no_payload_repr_log_or_error(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def use(provider: Examined) -> list[str]:
        payload = provider.payload(CONVERSATION, (READ,))
        seen = [json.dumps(payload), repr(provider), repr(vars(provider))]
        for _ in range(2):
            try:
                provider.parse(await provider.send(payload))
            except ProviderError as error:
                seen += [str(error), repr(error), *map(repr, _chain(error))]
        return seen

    caplog.set_level(logging.DEBUG)
    for logger in ("openai", "anthropic", "httpx", "httpcore", "httpx2", "httpcore2"):
        caplog.set_level(logging.DEBUG, logger)
    with running_server(echo, faults=Faults(script=("", "bad_key")), keys=True) as server:
        seen = with_provider(name, server.url, use)
    assert any(KEY in str(headers) for headers in server.headers), "it was never sent at all"
    assert all(KEY not in text for text in seen)
    assert caplog.records, "the SDK logs nothing: this test sees nothing"
    assert KEY not in caplog.text
    assert all(KEY not in str(vars(record)) for record in caplog.records)


@every_provider
def test_a_refused_connection_says_what_to_do(name: str) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, and nobody listens
        outcome = ask(name, f"http://127.0.0.1:{held.getsockname()[1]}")
    assert outcome.error is not None
    assert outcome.error.kind is Kind.CONNECTION
    advice = "ollama serve" if name == "ollama" else "--base-url"
    assert advice in str(outcome.error)


@every_provider
def test_a_server_that_trickles_is_left_in_time(name: str) -> None:
    with running_server(echo, delay_s=5) as server:
        outcome = ask(name, server.url, timeout_s=0.2)
    assert outcome.error is not None
    assert outcome.error.kind is Kind.TIMEOUT


@every_provider
def test_as_many_requests_are_under_way_as_may_be(name: str) -> None:
    async def use(provider: Examined) -> None:
        payload = provider.payload([Message("user", "hello")])
        await asyncio.gather(*(provider.send(payload) for _ in range(16)))

    with running_server(echo, delay_s=0.3) as server:
        with_provider(name, server.url, use)
    assert server.most_at_once == 16


@every_provider
def test_models_are_listed(name: str) -> None:
    async def use(provider: Examined) -> list[str]:
        return [model.name for model in await provider.offered()]

    with running_server(echo) as server:
        assert with_provider(name, server.url, use) == ["small", "large"]


def test_an_unknown_provider_lists_the_ones_there_are() -> None:
    with pytest.raises(UsageError, match=r"Did you mean 'openai'.*anthropic, ollama, openai"):
        provider_kind("opnai")


@pytest.mark.parametrize("name", ["openai", "anthropic"])
def test_a_missing_key_names_its_variable(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    variable = provider_kind(name).key_variable
    monkeypatch.delenv(variable)
    with pytest.raises(UsageError, match=f"{variable} in the environment.*\\.env"):
        connect(name, "m")


@every_provider
def test_a_missing_sdk_names_the_command(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(UsageError, match=f"pip install {name}"):
        connect(name, "m", base_url=base_url(name, "http://127.0.0.1:9"))
