"""Whether an answer tells only what the conversation shows: names in code spans and paths must stand somewhere in it.

A cheap net for answers that a model wrote before it saw any result. What is said in plain words is not looked at: that is
for a judge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from builder.conversation import Message

_SPAN = re.compile(r"(?<!`)`([^`\n]{2,80})`(?!`)")
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_PATH = re.compile(r"(?<![\w/.-])(?:[\w.-]+/)+[\w-]+\.[a-zA-Z]{1,5}\b")
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"\w+://\S+")


def unsupported_facts(messages: Sequence[Message]) -> list[str]:
    """Code spans and paths of the assistant's closing texts that nothing before them shows.

    A text that stands before calls says what is meant to be done, and is free; so is an answer that rests on no result.
    """
    seen: list[str] = []
    played = False
    found: list[str] = []
    for message in messages:
        if message.role == "assistant" and played and not message.tool_calls:
            evidence = "\n".join(seen)
            words = set(_WORD.findall(evidence))
            found += [
                fact for fact in facts_of(message.content) if not _stands(fact, evidence, words)
            ]
        seen.append(message.content)
        seen += [call.function.arguments for call in message.tool_calls]
        seen += [call.name for call in message.tool_calls]
        played = played or message.role == "tool"
    return found


def facts_of(text: str) -> list[str]:
    """What a text names exactly: code spans and paths, each once; code blocks and addresses are left aside."""
    text = _ADDRESS.sub(" ", _FENCE.sub(" ", text))
    return list(dict.fromkeys([*_SPAN.findall(text), *_PATH.findall(text)]))


def _stands(fact: str, evidence: str, words: set[str]) -> bool:
    """Whether the fact stands there as it is, or all its words do (`total(items)` of `def total(items: list)`)."""
    return fact in evidence or all(word in words for word in _WORD.findall(fact))
