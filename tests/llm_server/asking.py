"""What a teacher is told of a request, and what it says back: the same for the three protocols.

The shapes (openai_shape, anthropic_shape, ollama_shape) make an `Asked` of a body and a body of a `Reply`. A teacher
knows nothing of HTTP, of faults or of time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

Protocol = Literal["openai", "anthropic", "ollama"]
Json = dict[str, Any]
"""A JSON object as it came off the wire: nothing about its inside is known yet."""


class Asked(NamedTuple):
    """One request to a model.

    `number`: from 0, in order of arrival. `messages`: (role, text) with the system prompt first, the text of content
    blocks joined, and tool results under the role "tool". `tools`: names. `schema`: what the answer's text is to follow.
    """

    number: int
    protocol: Protocol
    model: str
    messages: tuple[tuple[str, str], ...]
    tools: tuple[str, ...]
    schema: Json | None
    body: Json


class Reply(NamedTuple):
    """What the model says.

    `calls`: (tool, arguments as a JSON string). `finish`: "" = the natural one, else "length" or "refused".
    """

    text: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    finish: str = ""
    reasoning: str = ""


Teacher = Callable[[Asked], Reply]


def prompt_tokens(asked: Asked) -> int:
    """A token for four characters of the messages."""
    return max(1, sum(len(text) for _, text in asked.messages) // 4)


def completion_tokens(reply: Reply) -> int:
    """A token for four characters of what is said, thought and called."""
    characters = len(reply.text) + len(reply.reasoning)
    return max(
        1, (characters + sum(len(name) + len(arguments) for name, arguments in reply.calls)) // 4
    )
