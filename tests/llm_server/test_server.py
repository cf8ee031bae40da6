"""The server through the real clients: what is asked arrives, what is said is heard, turned away where an API would."""

from __future__ import annotations

import anthropic
import ollama
import openai
import pytest

from tests.llm_server.asking import Asked, Protocol, Reply
from tests.llm_server.clients import (
    ASK,
    KEY,
    PARAMETERS,
    Ask,
    anthropic_client,
    ollama_client,
    openai_client,
)
from tests.llm_server.server import running_server
from tests.llm_server.teachers import echo

CLIENTS = pytest.mark.parametrize(("protocol", "ask"), ASK.items(), ids=list(ASK))
NATURAL = {"openai": "stop", "anthropic": "end_turn", "ollama": "stop"}


@CLIENTS
def test_a_question_reaches_the_teacher_and_its_answer_the_client(
    protocol: Protocol, ask: Ask
) -> None:
    with running_server(echo) as server:
        heard = ask(server.url)
    [asked] = server.asked
    assert heard == ("You said: Hello there", NATURAL[protocol], ())
    assert asked[:6] == (
        0,
        protocol,
        "small",
        (("system", "Be brief."), ("user", "Hello there")),
        (),
        None,
    )
    assert list(server.answered) == [0]


@CLIENTS
def test_a_tool_is_offered_and_called(protocol: Protocol, ask: Ask) -> None:
    with running_server(echo) as server:
        heard = ask(server.url, with_tool=True)
    assert server.asked[0].tools == ("read_line",)
    line = 0 if protocol == "ollama" else 1  # its client leaves out the minimum
    assert [call[1:] for call in heard.calls] == [("read_line", f'{{"path":"a","line":{line}}}')]
    assert (
        heard.finish
        == {"openai": "tool_calls", "anthropic": "tool_use", "ollama": "stop"}[protocol]
    )


@CLIENTS
def test_a_schema_arrives_and_is_followed(protocol: Protocol, ask: Ask) -> None:
    with running_server(echo) as server:
        heard = ask(server.url, with_schema=True)
    assert server.asked[0].schema == PARAMETERS
    assert heard.text == '{"path":"a","line":1}'


@CLIENTS
def test_arguments_that_are_no_json_are_told_as_each_protocol_can(
    protocol: Protocol, ask: Ask
) -> None:
    def careless(asked: Asked) -> Reply:
        return Reply(calls=(("read_line", '{"path": '),))

    with running_server(careless) as server:
        heard = ask(server.url, with_tool=True)
    if protocol == "openai":
        assert heard.calls == (("call_0_0", "read_line", '{"path": '),)
    else:
        assert (heard.calls, heard.text) == ((), 'read_line({"path": )')


@CLIENTS
def test_a_model_whose_name_begins_with_missing_is_not_there(protocol: Protocol, ask: Ask) -> None:
    errors = (openai.NotFoundError, anthropic.NotFoundError, ollama.ResponseError)
    with running_server(echo) as server, pytest.raises(errors, match="missing-7b"):
        ask(server.url, model="missing-7b")


def test_results_of_tools_arrive_under_the_role_tool_in_every_protocol() -> None:
    with running_server(echo) as server:
        _ask_with_results(server.url)
    told = [asked.messages for asked in server.asked]
    assert told[0] == (("user", "Read"), ("assistant", ""), ("tool", "first"), ("tool", "second"))
    assert told[1] == told[0]
    assert told[2] == told[0]


def _ask_with_results(url: str) -> None:
    with openai_client(url) as by_openai:
        by_openai.chat.completions.create(
            model="small",
            messages=[
                {"role": "user", "content": "Read"},
                {
                    "role": "assistant",
                    "tool_calls": [
                        {
                            "id": "1",
                            "type": "function",
                            "function": {"name": "a", "arguments": "{}"},
                        },
                        {
                            "id": "2",
                            "type": "function",
                            "function": {"name": "a", "arguments": "{}"},
                        },
                    ],
                },
                {"role": "tool", "tool_call_id": "1", "content": "first"},
                {"role": "tool", "tool_call_id": "2", "content": "second"},
            ],
        )
    with anthropic_client(url) as by_anthropic:
        by_anthropic.messages.create(
            model="small",
            max_tokens=10,
            messages=[
                {"role": "user", "content": "Read"},
                {
                    "role": "assistant",
                    "content": [
                        {"type": "tool_use", "id": "1", "name": "a", "input": {}},
                        {"type": "tool_use", "id": "2", "name": "a", "input": {}},
                    ],
                },
                {
                    "role": "user",
                    "content": [
                        {"type": "tool_result", "tool_use_id": "1", "content": "first"},
                        {
                            "type": "tool_result",
                            "tool_use_id": "2",
                            "content": [{"type": "text", "text": "second"}],
                        },
                    ],
                },
            ],
        )
    with ollama_client(url) as by_ollama:
        call = {"function": {"name": "a", "arguments": {}}}
        by_ollama.chat(
            model="small",
            messages=[
                {"role": "user", "content": "Read"},
                {"role": "assistant", "tool_calls": [call, call]},
                {"role": "tool", "tool_name": "a", "content": "first"},
                {"role": "tool", "tool_name": "a", "content": "second"},
            ],
        )


def test_ollama_streams_an_answer_in_pieces_that_make_up_the_whole() -> None:
    with running_server(echo) as server, ollama_client(server.url) as client:
        said = [{"role": "user", "content": "One two three"}]
        pieces = list(client.chat(model="small", messages=said, stream=True))
        generated = client.generate(model="small", prompt="One two three")
    assert "".join(piece.message.content or "" for piece in pieces) == "You said: One two three"
    assert [piece.done for piece in pieces] == [False] * 4 + [True]
    assert (pieces[-1].prompt_eval_count, pieces[-1].eval_count) == (3, 5)
    assert generated.response == "You said: One two three"


def test_thoughts_are_told_apart_from_the_answer() -> None:
    def thoughtful(asked: Asked) -> Reply:
        return Reply(text="Four.", reasoning="Two and two.")

    said = [{"role": "user", "content": "2 + 2?"}]
    with running_server(thoughtful) as server, ollama_client(server.url) as by_ollama:
        assert by_ollama.chat(model="small", messages=said).message.thinking == "Two and two."
        with anthropic_client(server.url) as by_anthropic:
            answer = by_anthropic.messages.create(
                model="small", max_tokens=9, messages=[{"role": "user", "content": "2 + 2?"}]
            )
    assert [block.type for block in answer.content] == ["thinking", "text"]


def test_models_are_listed_and_shown_to_each_client() -> None:
    with running_server(echo) as server:
        with openai_client(server.url) as by_openai:
            assert [model.id for model in by_openai.models.list()] == ["small", "large"]
            assert by_openai.models.retrieve("any/name").id == "any/name"
        with anthropic_client(server.url) as by_anthropic:
            assert [model.id for model in by_anthropic.models.list()] == ["small", "large"]
            counted = by_anthropic.messages.count_tokens(
                model="small", messages=[{"role": "user", "content": "x" * 400}]
            )
        with ollama_client(server.url) as by_ollama:
            assert [model.model for model in by_ollama.list().models] == ["small", "large"]
            shown = by_ollama.show("small")
    assert counted.input_tokens == 100
    assert shown.capabilities == ["completion", "tools"]
    assert (shown.modelinfo or {})["local.context_length"] == 131_072


def test_a_conversation_that_an_api_would_not_take_is_turned_away() -> None:
    with running_server(echo) as server:
        with (
            openai_client(server.url) as by_openai,
            pytest.raises(openai.BadRequestError, match="result answers the call 'x'"),
        ):
            by_openai.chat.completions.create(
                model="small", messages=[{"role": "tool", "tool_call_id": "x", "content": "?"}]
            )
        with (
            anthropic_client(server.url) as by_anthropic,
            pytest.raises(anthropic.BadRequestError, match="a text block is empty"),
        ):
            by_anthropic.messages.create(
                model="small", max_tokens=1, messages=[{"role": "user", "content": ""}]
            )
    assert server.asked == []


def test_the_headers_of_all_requests_are_kept_where_they_are_asked_for() -> None:
    with running_server(echo, keys=True) as server:
        for ask in ASK.values():
            ask(server.url)
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert KEY in str(server.headers[1])
    assert KEY not in str(server.headers[2])


def test_what_a_teacher_raises_reaches_the_test() -> None:
    def broken(asked: Asked) -> Reply:
        raise LookupError("nothing to say")

    with pytest.raises(LookupError, match="nothing to say"), running_server(broken) as server:  # noqa: SIM117
        with pytest.raises(ollama.ResponseError, match="The teacher failed"):
            ASK["ollama"](server.url)
