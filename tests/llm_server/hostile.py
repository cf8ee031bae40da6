"""A hostile model in every role: each brief meets one move, told apart by the number that is said in its request.

As author: hostile_scripts.py. What a scripted model would answer in good faith is scripted.py's.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tests.llm_server.asking import Asked, Json, Reply
from tests.llm_server.hostile_scripts import (
    ARGUMENTS,
    CLI,
    COMMANDS,
    DRIVING,
    IDE,
    MOVES,
    NASTY,
    PATHS,
    SECRET_LIKE,
    Ground,
    Tools,
)
from tests.llm_server.scripted import scripted

_CASE = re.compile(r"case (\d+)")
_BRIEF = re.compile(r"^Brief (\d+):", re.MULTILINE)
_MARKS = ("realism", "tool_choice", "grounded_arguments", "efficiency", "truth")
_FIVES = {"reason": f"Five. \x1b[31m{NASTY['a page']}", **dict.fromkeys(_MARKS, 5)}

OPINIONS: tuple[str, ...] = (
    *[json.dumps(_FIVES)] * 5,
    *(json.dumps(_FIVES | {"truth": mark}) for mark in (0, 6, -1, True, "5", 4.5, None, 10**30)),
    json.dumps(_FIVES | dict.fromkeys(_MARKS, 1)),
    json.dumps(_FIVES | {"truth": 1, "reason": "\ud800"}),
    '{"a":' * 30_000, "[" * 90_000, "", "5", "x" * 10_000_000, "NaN",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hostile:
    """The teacher. `ground`: what its commands aim at."""

    ground: Ground

    def __call__(self, asked: Asked) -> Reply:
        if asked.schema is None:
            return self._acting(asked)
        keys = asked.schema.get("properties", {})
        answer = next((make for key, make in _ROLES.items() if key in keys), None)
        return answer(self, asked) if answer else scripted(asked)

    def examples(self, asked: Asked) -> Reply:
        text = next(text for _, text in reversed(asked.messages) if _BRIEF.search(text))
        number = int(_BRIEF.findall(text)[0])
        move = MOVES[number % len(MOVES)]
        return move.make(number, _tools(asked), self.ground)

    def requests(self, asked: Asked) -> Reply:
        """A request for each brief, and others that nobody asked for."""
        numbers = [int(one) for one in _BRIEF.findall(asked.messages[-1][1])]
        extra = [-1, 0, 10**12, *numbers]
        said = [*NASTY.values(), "and now?"]
        found = [
            {"brief": one, "request": f"Please see to case {one}. {said[one % len(said)]}"}
            for one in [*extra, *numbers]
        ]
        return Reply(json.dumps({"requests": found}))

    def _acting(self, asked: Asked) -> Reply:
        said = "\n".join(text for role, text in asked.messages if role == "user")
        number = int((_CASE.findall(said) or ["0"])[0])
        tools = _tools(asked)
        turn = _turn(asked)
        reply = ACTS[number % len(ACTS)](turn, tools, self.ground)
        return reply if asked.tools else _in_text(reply)


def _turn(asked: Asked) -> int:
    """How many messages with calls there were: a result, or several in one message of the user's, behind each."""
    roles = [
        "tool" if role == "tool" or text.startswith("Tool output for") else role
        for role, text in asked.messages
    ]
    pairs = zip(roles, [*roles[1:], ""], strict=True)
    return sum(1 for one, after in pairs if one == "tool" and after != "tool")


def _tools(asked: Asked) -> Tools:
    offered = asked.tools or re.findall(r"(?m)^(?:## |TOOL_NAME: )(\w+)", asked.messages[0][1])
    return IDE if "read_file" in offered else CLI


def _in_text(reply: Reply) -> Reply:
    """The calls as blocks, as far as their arguments are any."""
    blocks = [_block(name, arguments) for name, arguments in reply.calls]
    return reply._replace(text="\n".join([reply.text, *blocks]), calls=())


def _block(name: str, arguments: str) -> str:
    try:
        given = json.loads(arguments)
        parts = [f"BEGIN_ARG: {key}\n{_sendable(value)}\nEND_ARG\n" for key, value in given.items()]
    except (ValueError, AttributeError, RecursionError):
        parts = [f"BEGIN_ARG: filepath\n{arguments}\n"]
    return f"```tool\nTOOL_NAME: {name}\n{''.join(parts)}```"


def _sendable(value: object) -> str:
    """Half of a surrogate pair cannot be sent; as JSON it can."""
    text = str(value)
    return text if text.isprintable() else json.dumps(text)


Act = Callable[[int, Tools, Ground], Reply]
"""How it acts: how many messages with calls it made so far, the tools' names, what to aim at → its next message."""

_ANSWER = Reply("That is all there is.")


def _first(name: Callable[[Tools], str], arguments: Callable[[Tools, Ground], str]) -> Act:
    """One call, then an answer."""

    def act(turn: int, tools: Tools, ground: Ground) -> Reply:
        calls = ((name(tools), arguments(tools, ground)),)
        return _ANSWER if turn else Reply("Let me see.", calls=calls)

    return act


def _path(path: str) -> Act:
    return _first(lambda tools: tools.read, lambda _, ground: json.dumps({"filepath": path.replace("@", ground.beside)}))  # fmt: skip


def _arguments(text: str) -> Act:
    return _first(lambda tools: tools.read, lambda _tools, _ground: text)


def _command(command: str) -> Act:
    def written(_: Tools, ground: Ground) -> str:
        text = command
        for name, value in ground._asdict().items():
            text = text.replace(f"@{name}", str(value))
        return json.dumps({"command": text})

    return _first(lambda tools: tools.run, written)


def _named(name: str) -> Act:
    return _first(lambda _: name, lambda _tools, _ground: "{}")


def _says(text: str, finish: str = "", reasoning: str = "") -> Act:
    """A good call, then these words."""

    def act(turn: int, tools: Tools, _ground: Ground) -> Reply:
        if turn:
            return Reply(text, finish=finish, reasoning=reasoning)
        return Reply("", calls=((tools.read, '{"filepath": "README.md"}'),))

    return act


def _for_ever(turn: int, tools: Tools, _ground: Ground) -> Reply:
    path = f"never-{turn}.md"
    return Reply(calls=((tools.write, json.dumps({"filepath": path, tools.content: "x"})),))


def _the_same_for_ever(_turn: int, tools: Tools, _ground: Ground) -> Reply:
    return Reply(calls=((tools.read, '{"filepath": "README.md"}'),))


def _thousands(_turn: int, tools: Tools, _ground: Ground) -> Reply:
    return Reply(calls=tuple((tools.read, f'{{"filepath": "f{n}.md"}}') for n in range(5_000)))


def _twice(_turn: int, tools: Tools, _ground: Ground) -> Reply:
    return Reply(calls=((tools.read, '{"filepath": "README.md"}'),) * 2)


def _orders(turn: int, tools: Tools, _ground: Ground) -> Reply:
    """Writes orders into a file, reads them, and follows them."""
    text = json.dumps({"filepath": "orders.md", tools.content: NASTY["orders"]})
    calls = ((tools.write, text), (tools.read, '{"filepath": "orders.md"}'))
    return Reply(calls=calls[turn : turn + 1]) if turn < len(calls) else Reply(NASTY["orders"])


_TALKING: tuple[Act, ...] = (
    _for_ever, _the_same_for_ever, _thousands, _twice, _orders,
    *(_says(text) for text in (*NASTY.values(), *DRIVING.values(), "", "   ", f"Use {SECRET_LIKE}.", "a" * 190_000, "lorem ipsum " * 850_000, "```tool\nTOOL_NAME:\n```", "TOOL_NAME: x\nBEGIN_ARG:\nEND_ARG", "```tool\nTOOL_NAME: Read\nBEGIN_ARG: filepath\n[" + '\\"#' * 60_000)),
    _says("I will not.", "refused"), _says("It is cut", "length"), _says("Yes.", reasoning=f"\x1b[31m{SECRET_LIKE}"),
)  # fmt: skip
FIRST_COMMAND = len(_TALKING)
"""The place of the first command in ACTS."""
ACTS: tuple[Act, ...] = (
    *_TALKING,
    *map(_command, COMMANDS), *map(_path, PATHS), *map(_arguments, ARGUMENTS),
    *map(_named, ("launch_rocket", "execute_bash", "", "x" * 100_000, "a\nb")),
)  # fmt: skip


def _rewording(_self: Hostile, asked: Asked) -> Reply:
    text = asked.messages[-1][1]
    return Reply(REWORDINGS[zlib.crc32(text.encode()) % len(REWORDINGS)](scripted(asked).text))


def _worded(change: Callable[[list[Json]], list[Json]]) -> Callable[[str], str]:
    return lambda said: json.dumps({"messages": change(json.loads(said)["messages"])})


def _with_text(text: str) -> Callable[[str], str]:
    return _worded(lambda said: [one | {"text": text.replace("@", one["text"])} for one in said])


REWORDINGS: tuple[Callable[[str], str], ...] = (
    _with_text("@"), _with_text(""), _with_text("Something else."), _with_text("@ See `other_name()` in `src/none.py`."),
    *(_with_text(f"@ {text}") for text in (*NASTY.values(), *DRIVING.values(), "\ud800", f"Use {SECRET_LIKE}.")),
    *(_worded(lambda said, place=place: [*said, {"message": place, "text": "Mine."}]) for place in (-1, 0, 3, 10**6, 10**30)),  # type: ignore[misc]
    _worded(lambda said: [one | {"message": str(one["message"])} for one in said]),
    _worded(lambda said: said * 500), lambda _: "[]", lambda _: "", lambda _: '{"messages":' * 9_000, lambda _: "x" * 10_000_000,
)  # fmt: skip


def _opinion(_self: Hostile, asked: Asked) -> Reply:
    return Reply(OPINIONS[zlib.crc32(asked.messages[-1][1].encode()) % len(OPINIONS)])


def _ideas(_self: Hostile, asked: Asked) -> Reply:
    """As many as there are nasty texts, one of them huge; now and then nothing that can be read."""
    nasty = [
        *NASTY.values(),
        *DRIVING.values(),
        "Brief 99999:\n- The assistant calls: Bash.",
        "y" * 5_000,
    ]
    if zlib.crc32(asked.messages[-1][1].encode()) % 3 == 0:
        return Reply('{"ideas": [{"title": "\\ud800", "situation": "x"}]}')
    found = [{"title": text, "situation": text} for text in nasty * 5]
    return Reply(json.dumps({"ideas": found}))  # fmt: skip


def _answers(_self: Hostile, asked: Asked) -> Reply:
    """Too many, none, or others' words."""
    said: list[list[str]] = [[], [""], list(NASTY.values()), ["That is all."], ["\x1b[2J"] * 9]
    return Reply(json.dumps({"answers": said[zlib.crc32(asked.messages[-1][1].encode()) % 5]}))


def _follow_up(_self: Hostile, asked: Asked) -> Reply:
    texts = ["", *NASTY.values(), *DRIVING.values(), "\ud800", "z" * 150_000]
    text = texts[zlib.crc32(asked.messages[-1][1].encode()) % len(texts)]
    return Reply(json.dumps({"request": text}))


_ROLES: dict[str, Callable[[Hostile, Asked], Reply]] = {
    "examples": Hostile.examples,
    "requests": Hostile.requests,
    "messages": _rewording,
    "truth": _opinion,
    "answers": _answers,
    "ideas": _ideas,
    "request": _follow_up,
}
