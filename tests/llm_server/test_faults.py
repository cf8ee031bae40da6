"""Every fault as the real clients see it, and which requests meet one."""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from typing import Any

import anthropic
import httpx
import ollama
import openai
import pytest

from tests.llm_server.asking import Asked, Reply
from tests.llm_server.clients import ASK, PARAMETERS, Ask, ollama_client, openai_client
from tests.llm_server.faults import KINDS, Faults
from tests.llm_server.server import running_server
from tests.llm_server.teachers import echo

CLIENTS = pytest.mark.parametrize(("protocol", "ask"), ASK.items(), ids=list(ASK))

_RESPONSE = ollama.ResponseError
RAISED: dict[str, tuple[type[Exception], type[Exception], type[Exception]]] = {
    "rate_limited": (openai.RateLimitError, anthropic.RateLimitError, _RESPONSE),
    "rate_limited_for": (openai.RateLimitError, anthropic.RateLimitError, _RESPONSE),
    "server_error": (openai.InternalServerError, anthropic.InternalServerError, _RESPONSE),
    "overloaded": (openai.InternalServerError, anthropic.InternalServerError, _RESPONSE),
    "bad_key": (openai.AuthenticationError, anthropic.AuthenticationError, _RESPONSE),
    "no_model": (openai.NotFoundError, anthropic.NotFoundError, _RESPONSE),
    "too_long": (openai.BadRequestError, anthropic.BadRequestError, _RESPONSE),
    "bad_request": (openai.BadRequestError, anthropic.BadRequestError, _RESPONSE),
    "cut_off": (json.JSONDecodeError, json.JSONDecodeError, json.JSONDecodeError),
    "malformed": (json.JSONDecodeError, json.JSONDecodeError, json.JSONDecodeError),
    "dropped": (openai.APIConnectionError, anthropic.APIConnectionError, httpx.RemoteProtocolError),
    "reset": (openai.APIConnectionError, anthropic.APIConnectionError, httpx.ReadError),
}
"""What the client of each protocol raises, in the order of ASK."""

STATUS = {
    "rate_limited": 429,
    "rate_limited_for": 429,
    "server_error": 500,
    "bad_key": 401,
    "no_model": 404,
    "too_long": 400,
    "bad_request": 400,
}


@pytest.mark.parametrize("kind", RAISED)
@CLIENTS
def test_a_fault_that_fails_a_request_raises_what_the_client_has_for_it(
    protocol: str, ask: Ask, kind: str
) -> None:
    with running_server(echo, faults=Faults(script=(kind,))) as server:
        with pytest.raises(RAISED[kind][list(ASK).index(protocol)]) as caught:
            ask(server.url)
        assert ask(server.url).text == "You said: Hello there"
    assert server.fault_of == {0: kind}
    assert list(server.answered) == ([1] if kind in {"dropped", "reset"} else [0, 1])
    if kind in STATUS:
        assert vars(caught.value)["status_code"] == STATUS[kind]


def test_overload_has_a_status_of_its_own_at_anthropic() -> None:
    seen = [_caught(name, "overloaded").status_code for name in ASK]
    assert seen == [503, 529, 503]


def test_only_rate_limited_for_says_how_long_to_wait() -> None:
    for name in ("openai", "anthropic"):
        assert "retry-after" not in _caught(name, "rate_limited").response.headers
        assert _caught(name, "rate_limited_for").response.headers["retry-after"] == "1"


def test_a_prompt_that_is_too_long_is_told_in_the_form_of_each_api() -> None:
    assert _caught("openai", "too_long").code == "context_length_exceeded"
    said = _caught("anthropic", "too_long").body
    assert said["type"] == "error"
    assert said["error"]["type"] == "invalid_request_error"
    assert said["error"]["message"].startswith("prompt is too long: ")
    inner = json.loads(_caught("ollama", "too_long").error)
    assert inner["error"]["type"] == "exceed_context_size_error"
    by_llama_cpp = _caught("openai", "too_long", model="local-7b")
    assert by_llama_cpp.type == "exceed_context_size_error"


def _caught(name: str, kind: str, model: str = "small") -> Any:
    """The error that a client raises; each client's has attributes of its own."""
    errors = (openai.APIStatusError, anthropic.APIStatusError, ollama.ResponseError)
    with (
        running_server(echo, faults=Faults(script=(kind,))) as server,
        pytest.raises(errors) as caught,
    ):
        ASK[name](server.url, model=model)
    return caught.value


@CLIENTS
def test_a_truncated_answer_is_a_part_and_says_that_its_length_ran_out(
    protocol: str, ask: Ask
) -> None:
    whole = "word " * 100

    def verbose(asked: Asked) -> Reply:
        return Reply(whole)

    with running_server(verbose, faults=Faults(script=("truncated",))) as server:
        heard = ask(server.url)
    assert whole.startswith(heard.text)
    assert 100 <= len(heard.text) <= 475
    assert heard.finish == ("max_tokens" if protocol == "anthropic" else "length")


def test_a_truncated_call_has_half_its_arguments_at_openai_and_is_left_out_elsewhere() -> None:
    heard = {name: _heard(name, "truncated", with_tool=True) for name in ASK}
    assert '{"path":"a","line":1}'.startswith(heard["openai"].calls[0][2])
    assert heard["openai"].calls[0][2] != '{"path":"a","line":1}'
    assert heard["anthropic"].calls == heard["ollama"].calls == ()


def _heard(name: str, kind: str, **wishes: bool) -> Any:
    with running_server(echo, faults=Faults(script=(kind,))) as server:
        return ASK[name](server.url, **wishes)


@pytest.mark.parametrize("name", ASK)
def test_an_answer_can_be_empty_huge_or_of_another_form(name: str) -> None:
    assert _heard(name, "empty").text == ""
    assert 9_900_000 < len(_heard(name, "huge").text) <= 10_000_000
    other = json.loads(_heard(name, "wrong_schema", with_schema=True).text)
    assert not set(other) & set(PARAMETERS["properties"])


def test_a_refusal_has_the_form_of_each_api() -> None:
    assert _heard("openai", "refused") == ("", "content_filter", ())
    assert _heard("openai", "refused", with_schema=True)[:2] == (
        "I'm sorry, I can't help with that.",
        "stop",
    )
    assert _heard("anthropic", "refused") == ("", "refusal", ())
    assert _heard("ollama", "refused")[:2] == ("I'm sorry, I can't help with that.", "stop")


@pytest.mark.parametrize("name", ASK)
def test_calls_can_be_of_tools_not_offered_or_share_an_id(name: str) -> None:
    assert _heard(name, "invented_tool", with_tool=True).calls[0][1] == "launch_rocket"
    [first, second] = _heard(name, "duplicate_ids", with_tool=True).calls
    assert first == second


def test_a_slow_answer_comes_later_by_so_much() -> None:
    faults = Faults(script=("slow",), slow_s=0.2)
    with running_server(echo, faults=faults) as server:
        before = time.monotonic()
        ASK["ollama"](server.url)
    assert time.monotonic() - before > 0.2


def test_a_streamed_answer_can_break_in_the_middle() -> None:
    faults = Faults(script=("dropped",))
    said = [{"role": "user", "content": "One two three"}]
    pieces: list[str] = []
    with running_server(echo, faults=faults) as server, ollama_client(server.url) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            pieces.extend(
                piece.message.content or ""
                for piece in client.chat(model="small", messages=said, stream=True)
            )
        assert (
            client.chat(model="small", messages=said).message.content == "You said: One two three"
        )
    assert "You said: One two three".startswith("".join(pieces))


def test_the_clients_own_retries_get_over_faults_that_pass() -> None:
    script = ("server_error", "rate_limited", "")
    with (
        running_server(echo, faults=Faults(script=script)) as server,
        openai_client(server.url, max_retries=2) as client,
    ):
        said = client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "Hi"}]
        )
    assert said.choices[0].message.content == "You said: Hi"
    assert len(server.asked) == 3


def test_every_share_is_met_by_about_so_many_requests_the_same_ones_in_every_run() -> None:
    faults = Faults(**dict.fromkeys(KINDS, 0.04), seed=7)  # type: ignore[arg-type]
    met = [faults.of(number) for number in range(10_000)]
    counts = Counter(met)
    assert met == [faults.of(number) for number in range(10_000)]
    assert all(300 < counts[kind] < 500 for kind in KINDS)
    assert 1_700 < counts[""] < 2_300
    runs = [len(list(run)) for fault, run in itertools.groupby(met) if fault]
    assert max(runs) < 6


def test_faults_that_do_not_exist_or_are_too_many_are_turned_down() -> None:
    with pytest.raises(ValueError, match=r"unknown faults in the script: \['slwo'\]"):
        Faults(script=("slwo",))
    with pytest.raises(ValueError, match="sum up to 1"):
        Faults(reset=0.6, empty=0.6)


def test_a_teacher_is_not_asked_where_an_error_comes_instead() -> None:
    questions: list[Asked] = []

    def counting(asked: Asked) -> Reply:
        questions.append(asked)
        return Reply("Yes")

    with running_server(counting, faults=Faults(script=("overloaded", ""))) as server:
        with pytest.raises(ollama.ResponseError):
            ASK["ollama"](server.url)
        ASK["ollama"](server.url)
    assert [asked.number for asked in questions] == [1]
