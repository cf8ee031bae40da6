"""Whether an answer tells only what the conversation shows: names in code spans and paths must stand somewhere in it.

A cheap net for answers that a model wrote before it saw any result. What is said in plain words is not looked at: that is
for a judge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from builder.conversation import Message

_TOLERATED = 0.5
"""So much of what an answer names may stand nowhere."""
_SPAN = re.compile(r"(?<!`)`(?! )([^`\n]{2,80})(?<! )`(?!`)")
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_PATH = re.compile(r"(?<![\w/.-])(?:[\w.-]+/)+[\w-]+\.[a-zA-Z]{1,5}\b")
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"\b\w+://\S+")


def unsupported_facts(messages: Sequence[Message]) -> list[str]:
    """What the assistant's closing texts name and nothing before them shows, where that is too much of what they name.

    A good answer may name a thing of its own (a function that it proposes, one of the language's): of the rows that were
    written and read by hand one in five does, and one in fifty by this measure. A text that stands before calls says
    what is meant to be done, and is free; so is an answer that rests on no result.
    """
    seen: list[str] = []
    played = False
    found: list[str] = []
    for message in messages:
        if message.role == "assistant" and played and not message.tool_calls:
            found += _unsupported(message.content, "\n".join(seen))
        seen.append(message.content)
        seen += [call.function.arguments for call in message.tool_calls]
        seen += [call.name for call in message.tool_calls]
        played = played or message.role == "tool"
    return found


def _unsupported(text: str, evidence: str) -> list[str]:
    words = set(_WORD.findall(evidence))
    facts = facts_of(text)
    strange = [fact for fact in facts if not _stands(fact, evidence, words)]
    return strange if len(strange) > _TOLERATED * len(facts) else []


def facts_of(text: str) -> list[str]:
    """What a text names exactly: code spans and paths, each once; code blocks and addresses are left aside."""
    text = _ADDRESS.sub(" ", _FENCE.sub(" ", text))
    return list(dict.fromkeys([*_SPAN.findall(text), *_PATH.findall(text)]))


def _stands(fact: str, evidence: str, words: set[str]) -> bool:
    """Whether the fact stands there as it is, or all its words do (`total(items)` of `def total(items: list)`)."""
    return fact in evidence or all(word in words for word in _WORD.findall(fact))
