"""What a fault does to what the model says, and to the answer on its way. Errors of the API are in `errors`."""

from __future__ import annotations

import random

import msgspec

from tests.llm_server.asking import Asked, Reply
from tests.llm_server.http_wire import Answer

_HUGE_CHARACTERS = 10_000_000
_UNOFFERED = ("launch_rocket", '{"target": "moon"}')


def spoil_reply(fault: str, asked: Asked, reply: Reply, dice: random.Random) -> Reply:
    """The reply that the model gives instead, if the fault is one of the model."""
    match fault:
        case "truncated":
            return _cut(asked, reply, dice.uniform(0.2, 0.95))
        case "wrong_schema":
            return Reply(text='{"unexpected": [1, 2, 3], "note": null}')
        case "empty":
            return Reply()
        case "refused":
            said = "I'm sorry, I can't help with that." if asked.protocol == "ollama" else ""
            return Reply(text=said, finish="" if said else "refused")
        case "invented_tool":
            return Reply(calls=(_UNOFFERED,))
        case "duplicate_ids":
            return reply._replace(calls=_two_calls(asked, reply))
        case "huge":
            return Reply(text="lorem ipsum " * (_HUGE_CHARACTERS // 12))
        case _:
            return reply


def _cut(asked: Asked, reply: Reply, share: float) -> Reply:
    """Cut off at the limit of tokens. Only OpenAI's arguments are text, which can be cut in the middle."""
    if not reply.calls:
        return reply._replace(text=reply.text[: int(len(reply.text) * share)], finish="length")
    *first, (name, arguments) = reply.calls
    if asked.protocol == "openai":
        first.append((name, arguments[: int(len(arguments) * share)]))
    return reply._replace(calls=tuple(first), finish="length")


def _two_calls(asked: Asked, reply: Reply) -> tuple[tuple[str, str], ...]:
    if len(reply.calls) > 1:
        return reply.calls
    call = reply.calls[0] if reply.calls else (asked.tools[0], "{}") if asked.tools else _UNOFFERED
    return (call, call)


def call_ids(asked: Asked, reply: Reply, fault: str) -> tuple[str, ...]:
    """An id for each call, all the same where the fault asks for it."""
    prefix = "toolu" if asked.protocol == "anthropic" else "call"
    step = 0 if fault == "duplicate_ids" else 1
    return tuple(f"{prefix}_{asked.number}_{index * step}" for index in range(len(reply.calls)))


def as_objects(reply: Reply) -> Reply:
    """For protocols whose arguments are objects: calls that cannot be one are said as text."""
    if all(_is_object(arguments) for _, arguments in reply.calls):
        return reply
    said = [reply.text, *(f"{name}({text})" for name, text in reply.calls if not _is_object(text))]
    calls = tuple(call for call in reply.calls if _is_object(call[1]))
    return reply._replace(text="\n".join(filter(None, said)), calls=calls)


def _is_object(arguments: str) -> bool:
    try:
        return isinstance(msgspec.json.decode(arguments), dict)
    except msgspec.DecodeError:
        return False


def spoil_answer(fault: str, answer: Answer, dice: random.Random) -> Answer:
    """The answer as it arrives, if the fault is one of the way."""
    match fault:
        case "cut_off":
            return answer._replace(
                body=answer.body[: int(len(answer.body) * dice.uniform(0.2, 0.95))]
            )
        case "malformed":
            return answer._replace(body=b'{"choices": [}}} \x00 <html>')
        case "dropped":
            return answer._replace(ending="dropped")
        case "reset":
            return answer._replace(ending="reset")
        case _:
            return answer
