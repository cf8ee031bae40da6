"""A teacher that does what the program's prompts ask for, by rule: it reads briefs, tools and files out of them.

It stands in for a model that knows its trade: right calls on files that are there, answers that name what was seen. It
knows how to call a few tools; a brief for another gets one of those.
"""

from __future__ import annotations

import json
import random
import re
import zlib
from collections.abc import Callable, Iterator

from tests.llm_server.asking import Asked, Json, Reply

_BRIEF = re.compile(r"^Brief (\d+):\n((?:- .*\n?)*)", re.MULTILINE)
_CALLS = re.compile(r"^- The assistant calls: (.*?)\. ", re.MULTILINE)
_FILE = re.compile(r"^(\S+\.\w+) \((\d+) bytes\)$", re.MULTILINE)
_TOOL = re.compile(r"^## (\w+)$", re.MULTILINE)
_MESSAGE = re.compile(r"^(\d+) \[(developer|assistant)\] (.*)$", re.MULTILINE)
_MANNERS = ("what is in {}?", "show me {} please, I forgot how it begins", "open {} and tell me what it is for", "I keep mixing things up: what does {} hold?", "can you look into {} for me", "before I touch {}, what is it?", "quick one: {}?", "remind me what {} does")  # fmt: skip

Words = Callable[[str], Json]
_ARGUMENTS: dict[str, Words] = {
    "read_file": lambda path: {"filepath": path},
    "Read": lambda path: {"filepath": path},
    "ls": lambda path: {"dirPath": _folder(path)},
    "List": lambda path: {"dirpath": _folder(path)},
    "file_glob_search": lambda path: {"pattern": f"**/{path.rpartition('/')[2]}"},
    "grep_search": lambda path: {"query": path.rpartition("/")[2].partition(".")[0]},
    "read_file_range": lambda path: {"filepath": path, "startLine": 1, "endLine": 3},
}


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or "."


def scripted(asked: Asked) -> Reply:
    """The answer that the prompt asks for."""
    if asked.schema is None:
        return _acting(asked)
    keys = set(asked.schema.get("properties", {}))
    for key, answer in _ANSWERS.items():
        if key in keys:
            return Reply(json.dumps(answer(asked)))
    raise ValueError(f"no answer is known for a schema with the keys {sorted(keys)}")


def _acting(asked: Asked) -> Reply:
    """Reads the file that is asked for, then answers."""
    request = next(text for role, text in asked.messages if role == "user")
    path = str(next(iter(re.findall(r"[\w./-]+\.\w+", request)), "README.md"))
    role, last = asked.messages[-1]
    if role == "tool" or last.startswith("Tool output for"):
        return Reply(f"`{path}` is there, and that is how it begins.", reasoning="It is all there.")
    if not asked.tools:
        tool = "read_file" if "read_file" in asked.messages[0][1] else "Read"
        argument, value = next(iter(_ARGUMENTS[tool](path).items()))
        call = f"TOOL_NAME: {tool}\nBEGIN_ARG: {argument}\n{value}\nEND_ARG"
        return Reply(f"I'll look.\n```tool\n{call}\n```")
    tool = next(name for name in asked.tools if name in ("read_file", "Read"))
    return Reply("I'll look.", calls=((tool, json.dumps(_ARGUMENTS[tool](path))),))


def _examples(asked: Asked) -> Json:
    offered = _TOOL.findall(asked.messages[0][1])
    return {
        "examples": [
            {"brief": number, "parts": [_part(number, tools, offered, asked, turn) for turn in range(turns)]}
            for number, tools, turns in _briefs(asked)
        ]
    }  # fmt: skip


def _briefs(asked: Asked) -> Iterator[tuple[int, list[str], int]]:
    """Number, tools and how often the developer speaks, of every brief in the last message that has any."""
    text = next(text for _, text in reversed(asked.messages) if _BRIEF.search(text))
    for found in _BRIEF.finditer(text):
        calls = _CALLS.search(found[2])
        speaks = re.search(r"speaks (\d) times", found[2])
        yield int(found[1]), calls[1].split(", ") if calls else [], int(speaks[1]) if speaks else 1


def _part(number: int, tools: list[str], offered: list[str], asked: Asked, turn: int) -> Json:
    path = _path(asked, number + 31 * turn)
    manner = _MANNERS[(number + turn) % len(_MANNERS)]
    request = f"{manner.format(path)} (ticket {asked.number}-{number})"
    if not tools:
        return {"request": f"In general, why have {path}? ({number})", "steps": [], "answer": "So that it is in one place."}  # fmt: skip
    known = [tool for tool in tools if tool in _ARGUMENTS] or [
        tool for tool in offered if tool in ("read_file", "Read")
    ]
    calls = [{"tool": tool, "arguments": json.dumps(_ARGUMENTS[tool](path))} for tool in known[:2]]
    answer = f"`{path}` is there. It holds what its name says, and nothing that would surprise."
    return {"request": request, "steps": [{"say": "", "calls": calls}], "answer": answer}


def _path(asked: Asked, number: int) -> str:
    files: list[str] = [
        path for path, size in _FILE.findall(asked.messages[0][1]) if 0 < int(size) < 20_000
    ]
    return files[(7 * number + asked.number) % len(files)]


def _requests(asked: Asked) -> Json:
    return {
        "requests": [
            {"brief": number, "request": f"{_MANNERS[number % len(_MANNERS)].format(_path(asked, number))} (nr {number})"}
            for number, _, _ in _briefs(asked)
        ]
    }  # fmt: skip


def _rewording(asked: Asked) -> Json:
    """Every message of the developer in other words around the same ones."""
    said = _MESSAGE.findall(asked.messages[-1][1])
    return {
        "messages": [
            {"message": int(place), "text": f"Hello, a question from me: {text}"}
            for place, role, text in said
            if role == "developer"
        ]
    }


def _opinion(asked: Asked) -> Json:
    """Good marks, but for one row in nine."""
    truth = 1 if len(asked.messages[-1][1]) % 9 == 0 else 5
    marks = dict.fromkeys(("realism", "tool_choice", "grounded_arguments", "efficiency"), 4)
    return {"reason": "The request could be more natural.", **marks, "truth": truth}


def _answers(asked: Asked) -> Json:
    count = asked.messages[0][1].count("[developer]")
    return {"answers": ["That is what there is."] * count}


def _ideas(asked: Asked) -> Json:
    count = int(re.findall(r"Think of (\d+)", asked.messages[-1][1])[0])
    return {
        "ideas": [
            {"title": f"idea {place}", "situation": "Somebody new wants to know where things are."}
            for place in range(count)
        ]
    }


_ANSWERS: dict[str, Callable[[Asked], Json]] = {
    "examples": _examples,
    "requests": _requests,
    "messages": _rewording,
    "truth": _opinion,
    "answers": _answers,
    "ideas": _ideas,
    "request": lambda _asked: {"request": "and what is README.md for?"},
}


_NOUNS = ["parser", "queue", "header", "cache", "retry", "window", "filter", "batch", "token", "cursor", "ledger", "socket", "buffer", "index", "worker", "schema"]  # fmt: skip
_VERBS = [
    "drops",
    "keeps",
    "loses",
    "doubles",
    "skips",
    "rounds",
    "trims",
    "blocks",
    "sorts",
    "splits",
    "merges",
    "swallows",
]


def single_call(asked: Asked) -> Reply:
    """One example with one call for each brief, all different: what a benchmark of the loop needs.

    The same request always gets the same answer, so that two runs can be compared.
    """
    if asked.schema is None or "examples" not in asked.schema.get("properties", {}):
        return scripted(asked)
    text = next(text for _, text in reversed(asked.messages) if _BRIEF.search(text))
    seed = zlib.crc32(text.encode())
    examples = [_single(found, seed, asked) for found in _BRIEF.finditer(text)]
    return Reply(json.dumps({"examples": examples}))


def _single(brief: re.Match[str], seed: int, asked: Asked) -> Json:
    number = int(brief[1])
    dice = random.Random(f"{seed}/{number}")
    files: list[str] = [
        path for path, size in _FILE.findall(asked.messages[0][1]) if 0 < int(size) < 20_000
    ]
    path = dice.choice(files)
    story = " ".join(
        f"the {dice.choice(_NOUNS)} {dice.choice(_VERBS)} a {dice.choice(_NOUNS)}" for _ in range(3)
    )
    offered = _TOOL.findall(asked.messages[0][1])
    tool = dice.choice([name for name in offered if name in _CHEAP])
    call = {"tool": tool, "arguments": json.dumps(_ARGUMENTS[tool](path))}
    steps = [{"say": "", "calls": [call]}]
    if "A first call fails" in brief[2]:
        reading = next(name for name in offered if name in ("read_file", "Read"))
        wrong = {"tool": reading, "arguments": json.dumps({"filepath": f"not-there/{path}"})}
        steps.insert(0, {"say": "", "calls": [wrong]})
    part = {
        "request": f"Somebody says that {story}. Has {path} to do with it? ({seed}-{number})",
        "steps": steps,
        "answer": f"`{path}` is there. From what it shows I would look elsewhere first.",
    }
    return {"brief": number, "parts": [part]}


_CHEAP = ("read_file", "Read", "ls", "List", "file_glob_search")
