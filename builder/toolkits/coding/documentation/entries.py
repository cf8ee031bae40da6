"""What there is to find: sections of the language reference, and everything public in a fixed list of library modules.

The modules are imported, once; contents.toml has only those whose import does nothing but define things.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from pydoc_data.topics import topics
from typing import NamedTuple

import msgspec

_HEADING = re.compile(r"(?m)^(?P<title>\S.*)\n(?P<line>[*=\-~]{4,})$")
_REPR_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


class Entry(NamedTuple):
    """One thing that a search can find. `keywords`: more words by which it is found; `is_minor`: seldom meant."""

    name: str
    signature: str
    text: str
    keywords: str = ""
    is_minor: bool = False


class Contents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """contents.toml."""

    modules: tuple[str, ...]
    minor: frozenset[str]
    ignored: frozenset[str]
    synonyms: dict[str, tuple[str, ...]]
    topics: dict[str, str]
    entries: dict[str, str]


@functools.cache
def read_contents() -> Contents:
    """What is searched, and the words that stand for others."""
    text = Path(__file__).with_name("contents.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), type=Contents)


def all_entries() -> list[Entry]:
    """Everything, each section and each object once, under the first name that it is met by."""
    # The whole chapters come last, so that a section keeps the keywords of its own topic.
    keys = sorted(topics, key=lambda key: (len(topics[key]), key))
    sections = [one for key in keys for one in _sections(key, topics[key])]
    entries = list({(one.name, one.text): one for one in reversed(sections)}.values())[::-1]
    seen: set[int] = set()
    for name in read_contents().modules:
        entries += _of_module(name, seen)
    return [_with_keywords(entry) for entry in entries]


def _with_keywords(entry: Entry) -> Entry:
    contents = read_contents()
    more = contents.entries.get(entry.name, "")
    home = entry.name if entry.name in contents.modules else entry.name.rpartition(".")[0]
    is_minor = home in contents.minor or home.rpartition(".")[0] in contents.minor
    return entry._replace(
        keywords=f"{entry.keywords} {more}".strip(), is_minor=is_minor and not more
    )


def _sections(key: str, text: str) -> Iterator[Entry]:
    """A topic's sections; its extra words belong to the first one."""
    heads = list(_HEADING.finditer(text))
    keywords = read_contents().topics.get(key, "")
    if not heads:
        yield Entry(key, "", text.strip(), keywords)
    for position, head in enumerate(heads):
        end = heads[position + 1].start() if position + 1 < len(heads) else len(text)
        body = text[head.end() : end].strip()
        if body:
            yield Entry(head["title"], "", body, keywords if position == 0 else "")


def _of_module(name: str, seen: set[int]) -> Iterator[Entry]:
    module = importlib.import_module(name)
    yield Entry(name, "", inspect.getdoc(module) or "")
    for attribute in sorted(_public(module)):
        if attribute.startswith("_"):
            continue
        found = getattr(module, attribute, None)
        is_own = callable(found) and id(found) not in seen
        if not is_own or not inspect.getdoc(found):
            continue
        seen.add(id(found))
        full = attribute if name == "builtins" else f"{name}.{attribute}"
        yield _entry(full, found)
        if inspect.isclass(found):
            yield from _of_class(full, found)


def _public(module: object) -> list[str]:
    """What the module declares, else its names without an underscore that come from it."""
    declared = getattr(module, "__all__", None)
    if declared is not None:
        return list(declared)
    home = getattr(module, "__name__", "")
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and _home(value).removeprefix("_") in (home, "")
    ]


def _home(value: object) -> str:
    home = getattr(value, "__module__", None)
    return home if isinstance(home, str) else ""


def _of_class(name: str, kind: type) -> Iterator[Entry]:
    for attribute, value in sorted(vars(kind).items()):
        if not attribute.startswith("_") and inspect.getdoc(value):
            yield _entry(f"{name}.{attribute}", getattr(kind, attribute, value))


def _entry(name: str, found: object) -> Entry:
    return Entry(name, f"{name}{_signature(found)}", inspect.getdoc(found) or "")


def _signature(found: object) -> str:
    """The parameters, or nothing for what has none that Python can tell."""
    if not callable(found):
        return ""
    try:
        return _REPR_ADDRESS.sub("", str(inspect.signature(found)))
    except (TypeError, ValueError):
        return ""
