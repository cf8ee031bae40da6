"""The one canonical form of an example: messages, calls, metadata; and its JSON, both ways.

Continue's ChatMessage shape (`toolCalls` with arguments as a JSON string, `toolCallId`). Results stand in
`tool` messages. The builder guide's older form puts them into user messages; `from_json` reads it,
`to_json(…, tool_results="user")` writes it. What a tool is lives in tool_spec.py, how rows are stored in dataset.py.
"""

from __future__ import annotations

import hashlib
import json
import re
import string
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from builder.errors import RowError

Role = Literal["system", "user", "assistant", "tool"]
Complexity = Literal["simple", "medium", "complex"]
ToolResults = Literal["tool", "user"]
Arguments = dict[str, object]


def distinct_names(pairs: list[tuple[str, object]]) -> Arguments:
    """An object of JSON, for `object_pairs_hook`. Raises ValueError for a name that stands there twice."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return made


class Function(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and arguments of a call; `arguments` is a JSON object written as a string."""

    name: str
    arguments: str


class ToolCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One call of one tool; `id` is unique in a dataset."""

    id: str
    function: Function
    type: Literal["function"] = "function"

    @property
    def name(self) -> str:
        return self.function.name

    @property
    def arguments(self) -> Arguments:
        """The parsed arguments. Raises RowError if they are no JSON object."""
        try:
            parsed = json.loads(self.function.arguments)
        except (ValueError, RecursionError) as error:  # a hostile depth of brackets, too
            raise RowError(f"arguments of {self.name} are not JSON: {error}") from error
        if not isinstance(parsed, dict):
            raise RowError(f"arguments of {self.name} are {type(parsed).__name__}, not an object")
        return parsed


class Message(
    msgspec.Struct, frozen=True, omit_defaults=True, rename="camel", forbid_unknown_fields=True
):
    """One message. `tool_calls` only from the assistant, `tool_call_id` only from a tool.

    `reasoning`: what a model thought before it spoke; rows keep it only where they are told to.
    """

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    reasoning: str = ""


class Metadata(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where a row came from and what it is; with the messages, enough to play it again.

    `gates`: optional gates of the toolset that were open. `areas`: the guide's priority areas that it serves.
    `ends_at_call`: the last call could not be played, so the row ends there. `fixtures`: results that rest on
    something prepared (`pages`: fetched over real HTTP and read as Continue reads them, from the web that ships with the
    workspace; `user_choice`, `background_job`), on a program of the user's (`mcp_server`), on a version of Python
    (`python-3.11`), or on a merge by rules of what in Continue a model merges (`lazy_merge`); `chosen`, `job` and
    `web_results` (query, then the
    addresses found) say what was prepared. `reasoned`: the answer is worked out from
    results, not read off. `normalised`: what was made equal so that the same seed gives the same bytes.

    Of a row that a model wrote: `model` (provider/name), `strategy`, `prompts` (each template with the hash of its words),
    `origin` (the row that was rewritten, the idea that was followed), `repaired` (the model's first answer could not be
    read or played, and was mended), `score` (1 to 5) and `judge`, the model that gave it.
    """

    id: str = ""
    toolset: str = ""
    release: str = ""
    gates: tuple[str, ...] = ()
    recipe: str = ""
    model: str = ""
    scenario: str = ""
    workspace: str = ""
    revision: str = ""
    pending: str = ""
    open_file: str = ""
    chosen: str = ""
    job: str = ""
    web_results: tuple[tuple[str, ...], ...] = ()
    category: str = ""
    areas: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    complexity: Complexity | None = None
    shape: tuple[str, ...] = ()
    reasoned: bool = False
    ends_at_call: bool = False
    fixtures: tuple[str, ...] = ()
    normalised: tuple[str, ...] = ()
    isolation: str = ""
    seed: int | None = None
    strategy: str = ""
    prompts: tuple[str, ...] = ()
    origin: str = ""
    repaired: bool = False
    score: float | None = None
    judge: str = ""
    validators: tuple[str, ...] = ()


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of a dataset."""

    messages: tuple[Message, ...]
    metadata: Metadata = Metadata()

    @property
    def calls(self) -> Iterator[ToolCall]:
        """Every call, in the order of the conversation."""
        return (call for message in self.messages for call in message.tool_calls)

    @property
    def calling_messages(self) -> int:
        """How many assistant messages have calls."""
        return sum(1 for message in self.messages if message.tool_calls)

    @property
    def requests(self) -> list[str]:
        """What the user said, in order."""
        return [message.content for message in self.messages if message.role == "user"]


_ALPHABET = string.ascii_letters + string.digits
_RESULT_HEADER = re.compile(r"^Result of ([\w./-]+) \((call_[A-Za-z0-9_]+)\):\n", re.MULTILINE)


def content_id(example: Example) -> str:
    """A hash of what the row teaches: 16 hex digits. Call ids and metadata do not count, the toolset does."""
    digest = hashlib.sha256(example.metadata.toolset.encode())
    for message in example.messages:
        calls = [[call.name, call.function.arguments] for call in message.tool_calls]
        digest.update(json.dumps([message.role, message.content, calls]).encode())
    return digest.hexdigest()[:16]


def call_id(row_id: str, index: int) -> str:
    """The id of the row's call number `index`: `call_` and 24 letters or digits, as Continue makes them."""
    number = int.from_bytes(hashlib.sha256(f"{row_id}/{index}".encode()).digest(), "big")
    letters = []
    for _ in range(24):
        number, remainder = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[remainder])
    return "call_" + "".join(letters)


def with_ids(example: Example) -> Example:
    """Give the row its id and its calls theirs, so that the same content always has the same ids."""
    row_id = content_id(example)
    renamed: dict[str, str] = {}
    for call in example.calls:
        renamed[call.id] = call_id(row_id, len(renamed))
    messages = tuple(_renamed(message, renamed) for message in example.messages)
    return Example(messages, msgspec.structs.replace(example.metadata, id=row_id))


def _renamed(message: Message, renamed: dict[str, str]) -> Message:
    calls = tuple(ToolCall(renamed[call.id], call.function) for call in message.tool_calls)
    result_of = renamed[message.tool_call_id] if message.tool_call_id else None
    return msgspec.structs.replace(message, tool_calls=calls, tool_call_id=result_of)


def from_json(line: str | bytes) -> Example:
    """Read a row, in either form. Raises RowError with the path of the key that is wrong."""
    try:
        example = msgspec.json.decode(line, type=Example)
    except msgspec.MsgspecError as error:
        raise RowError(str(error)) from error
    except UnicodeDecodeError as error:
        raise RowError(f"not UTF-8: {error}") from error
    return Example(tuple(_results_as_tool_messages(example.messages)), example.metadata)


def to_json(example: Example, tool_results: ToolResults = "tool") -> bytes:
    """Write a row as one line without its newline; the same row always gives the same bytes."""
    if tool_results == "user":
        messages = tuple(_results_as_user_messages(example.messages))
        example = Example(messages, example.metadata)
    return msgspec.json.encode(example)


def _results_as_user_messages(messages: Sequence[Message]) -> Iterator[Message]:
    names = {call.id: call.name for message in messages for call in message.tool_calls}
    pending: list[str] = []
    for message in messages:
        if message.role == "tool":
            owner = message.tool_call_id or ""
            pending.append(f"Result of {names.get(owner, 'tool')} ({owner}):\n{message.content}")
            continue
        if pending:
            yield Message("user", "\n\n".join(pending))
            pending = []
        yield message
    if pending:
        yield Message("user", "\n\n".join(pending))


def _results_as_tool_messages(messages: Sequence[Message]) -> Iterator[Message]:
    calls: tuple[ToolCall, ...] = ()
    for message in messages:
        if message.role == "user" and calls:
            yield from _split_results(message, calls)
        else:
            yield message
        calls = message.tool_calls


def _split_results(message: Message, calls: tuple[ToolCall, ...]) -> Iterator[Message]:
    """The results that a user message carries, or the message itself where the user really speaks."""
    known = {call.id for call in calls}
    heads = [h for h in _RESULT_HEADER.finditer(message.content) if h[2] in known]
    if not heads and len(calls) == 1:  # the guide's template: the bare result of the one call
        yield Message("tool", message.content, tool_call_id=calls[0].id)
        return
    if not heads:
        yield message
        return
    ends = [head.start() - 2 for head in heads[1:]] + [len(message.content)]
    for head, end in zip(heads, ends, strict=True):
        yield Message("tool", message.content[head.end() : end], tool_call_id=head[2])
