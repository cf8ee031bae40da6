"""Snippets that Continue applies without a model: whole files, and patches.

Imitates core/edit/lazy/{applyCodeBlock,deterministic,unifiedDiffApply}.ts and core/diff/myers.ts at d0a3c0b626, which
have done the same since v1.1.27. Does not imitate: merging a snippet by its syntax tree, which Continue keeps switched
off; files that mix line ends, or end them as Windows does, where whole files go to the model.
"""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path, PurePosixPath

import msgspec

from builder.toolkits.continue_core.javascript import SPACE, trim
from builder.toolkits.continue_core.line_changes import Block, line_changes

_LAZY = re.compile(rf"\.{{3}}[{SPACE}]*([^\n\r\u2028\u2029]+?)[{SPACE}]*\.{{3}}")
_HUNK = re.compile(r"@@ -\d+,?\d* \+\d+,?\d* @@")
_LEADING = re.compile(f"^[{SPACE}]+")


class SnippetFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """snippets.toml."""

    instant_suffixes: frozenset[str]
    most_removed: float
    comment_starts: tuple[str, ...]
    comment_ends: tuple[str, ...]
    prose: frozenset[str]
    doubtful: tuple[str, ...]
    definitions: tuple[str, ...]
    wrappers: frozenset[str]
    closers: frozenset[str]
    more_starts: dict[str, frozenset[str]]


@functools.cache
def snippet_facts() -> SnippetFacts:
    """What snippets are told by."""
    text = Path(__file__).with_name("snippets.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), SnippetFacts)


@functools.lru_cache(maxsize=64)
def suffix_of(path: str) -> str:
    """The suffix without its dot."""
    return PurePosixPath(path).suffix.removeprefix(".")


def is_lazy(text: str) -> bool:
    """Whether Continue takes a text for one that leaves something out."""
    return _LAZY.search(text) is not None


def apply_instantly(path: str, text: str, snippet: str) -> str | None:
    """The file after a snippet that needs no model; None for one that does."""
    if not trim(text):
        return snippet + text
    is_known = suffix_of(path) in snippet_facts().instant_suffixes
    if is_known and not is_lazy(snippet) and "\r" not in text + snippet:
        rewritten = _rewritten(text, snippet)
        if rewritten is not None:
            return rewritten
    return _patched(text, snippet) if _is_patch(snippet) else None


def removed_share(text: str, after: str) -> float:
    """How much of the difference between two texts is removed lines."""
    marks = [mark for mark, _ in _difference(text, after)]
    return marks.count("-") / max(1, len(marks))


def _rewritten(text: str, snippet: str) -> str | None:
    """The snippet as the whole file, unless too much went; a line that only changed its indent stays as it was."""
    difference = _difference(text, snippet)
    kept = [line for mark, line in difference if mark != "-"]
    if sum(mark == "-" for mark, _ in difference) / len(difference) > snippet_facts().most_removed:
        return None
    lines = _lines(text)
    behind = sum(mark != "+" for mark, _ in difference)
    return "\n".join(kept + lines[behind:]) + ("\n" if text.endswith("\n") else "")


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _difference(old: str, new: str) -> list[tuple[str, str]]:
    """Marked lines; a pair that is alike but for white space at its ends counts as unchanged."""
    out: list[tuple[str, str]] = []
    for mark, line in _flat(line_changes(_lines(old), _lines(new))):
        if mark == "+" and out and out[-1][0] == "-" and trim(out[-1][1]) == trim(line):
            out[-1] = (" ", out[-1][1])
        else:
            out.append((mark, line))
    while out and out[-1] == ("-", ""):
        out.pop()
    return out


def _flat(blocks: list[Block]) -> list[tuple[str, str]]:
    return [(mark, line) for mark, lines in blocks for line in lines]


def _is_patch(snippet: str) -> bool:
    lines = trim(snippet).split("\n")
    body = [line for line in lines if not line.startswith(("---", "+++"))]
    hunks = [line for line in body if _HUNK.match(line)]
    content = [line for line in body if line[:1] in ("+", "-", " ", "") and line not in hunks]
    return len(lines) >= 3 and bool(hunks) and bool(content)


def _patched(text: str, patch: str) -> str | None:
    """The file after a patch whose hunks are all found, in order, each at the first place; None where one is not."""
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = re.split(r"\r?\n", text)
    if ending.join(lines) != text:
        return None
    out: list[str] = []
    behind = 0
    for hunk in _hunks(patch):
        before = [line[1:] for line in hunk if not line.startswith("+")]
        start = _find(lines, before, behind)
        if start is None:
            return None
        out += lines[behind:start]
        behind = start
        for line in hunk:
            if line.startswith("+"):
                out.append(line[1:])
                continue
            out += [] if line.startswith("-") else [lines[behind]]
            behind += 1
    return ending.join(out + lines[behind:])


def _hunks(patch: str) -> list[list[str]]:
    hunks: list[list[str]] = []
    for line in re.split(r"\r?\n", patch):
        if line.startswith("@@"):
            hunks.append([])
        elif hunks and not line.startswith(("---", "+++")):
            hunks[-1].append(line)
    return hunks


def _find(lines: list[str], block: list[str], start: int) -> int | None:
    """Where the block begins; white space at the beginnings of lines does not count."""
    wanted = [_LEADING.sub("", line) for line in block]
    there = [_LEADING.sub("", line) for line in lines]
    places = range(start, len(lines) - len(block) + 1)
    return next((at for at in places if there[at : at + len(block)] == wanted), None)
