"""Edits of random files end as Continue's rules say: against a model of the rules that tries every place by hand.

The rules: an old text that is nothing but space stands at the beginning. Any other is looked for as it is, then without
the space around it, then without regard to case, then without regard to space, always in what is left of the file; it
must stand there once, unless all are to be replaced. What was not found as it is gets the indent of its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.conversation import Function, ToolCall
from builder.sandbox.isolation import best_isolation
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.loading import load_toolkit
from builder.toolkits.playing import Result, play
from builder.toolkits.session import Session
from tests.toolkits.schema_values import FACTOR


class Edit(NamedTuple):
    old: str
    new: str
    every: bool


class Span(NamedTuple):
    start: int
    end: int
    is_exact: bool


def _spans(text: str, fits: Callable[[str], bool], lengths: range, is_exact: bool) -> Span | None:
    """The first place, and of those that begin there the shortest."""
    for start in range(len(text)):
        for size in lengths:
            if start + size <= len(text) and fits(text[start : start + size]):
                return Span(start, start + size, is_exact)
    return None


def _first(text: str, old: str) -> Span | None:
    """The ways of looking, one after the other."""
    bare, squeezed = old.strip(), "".join(old.split())
    ways: list[tuple[Callable[[str], bool], range, bool]] = [
        (lambda part: part == old, range(len(old), len(old) + 1), True),
        (lambda part: part == bare, range(len(bare), len(bare) + 1), False),
        (lambda part: part.lower() == old.lower(), range(len(old), len(old) + 1), False),
        (
            lambda part: not part[0].isspace() and "".join(part.split()) == squeezed,
            range(len(squeezed), len(text) + 1),
            False,
        ),
    ]
    return next((span for way in ways if (span := _spans(text, *way)) is not None), None)


def _all(text: str, old: str) -> list[Span]:
    if not old.strip():
        return [Span(0, 0, is_exact=True)]
    found, behind = [], 0
    while (span := _first(text[behind:], old)) is not None:
        found.append(Span(behind + span.start, behind + span.end, span.is_exact))
        behind += span.end
    return found


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _fitted(text: str, span: Span, edit: Edit) -> str:
    """The new text as it goes in: each line that has the old text's indent gets the place's instead."""
    line = text[: span.start].split("\n")[-1] + text[span.start :].split("\n")[0]
    there, given = _indent(line), ""
    for one in edit.old.split("\n"):
        if one.strip():
            given = _indent(one)
            break
    if span.is_exact or there == given:
        return edit.new
    first, *others = edit.new.split("\n")
    if first.strip() and first.startswith(given):
        first = first[len(given) :]
    moved = [there + o[len(given) :] if o.strip() and o.startswith(given) else o for o in others]
    return "\n".join([first, *moved])


def apply_rules(text: str, edit: Edit) -> str | None:
    """What the file becomes; None where the edit is refused."""
    spans = _all(text, edit.old)
    if edit.old == edit.new or not spans or (len(spans) > 1 and not edit.every):
        return None
    pieces, behind = [], 0
    for span in spans:
        pieces += [text[behind : span.start], _fitted(text, span, edit)]
        behind = span.end
    return "".join([*pieces, text[behind:]])


def apply_all(text: str, edits: list[Edit]) -> str | None:
    """One after the other, all or none; only the first may have an empty old text."""
    if not edits or any(edit.old == "" for edit in edits[1:]):
        return None
    result: str | None = text
    for edit in edits:
        result = None if result is None else apply_rules(result, edit)
    return result


letters = st.text("aAbB \n\té😀(", max_size=4)
line_ends = st.sampled_from(("\n", "\r\n"))
lines = st.lists(
    st.tuples(st.sampled_from(("", "  ", "\t", "    ")), st.text("aAb é😀$", max_size=5)),
    max_size=6,
)
documents = st.tuples(lines, line_ends, st.booleans()).map(
    lambda made: (
        made[1].join(indent + words for indent, words in made[0]) + (made[1] if made[2] else "")
    )
) | st.text("aAb \n\r\té😀", max_size=14)
edits_of = st.builds(
    Edit, letters, letters | st.sampled_from(("", "$&", "  a\n    b", "\ta\n\n\tb")), st.booleans()
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A file and edits of it; many take their old text from the file, some with other space or case."""
    text = draw(documents)
    edits = []
    for _ in range(draw(st.integers(1, 4))):
        edit = draw(edits_of)
        if text and draw(st.booleans()):
            start = draw(st.integers(0, len(text) - 1))
            part = text[start : start + draw(st.integers(1, 9))]
            edit = edit._replace(old=draw(st.sampled_from(BENDS))(part))
        edits.append(edit)
    return text, edits


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")


def _wider(text: str) -> str:
    return f" {text}".replace(" ", "  ")


BENDS: tuple[Callable[[str], str], ...] = (str, str, str.swapcase, str.strip, _unix, _wider)


def _words(edit: Edit) -> dict[str, object]:
    return {"old_string": edit.old, "new_string": edit.new, "replace_all": edit.every}


def _call(surface: str, session: Session, tool: str, arguments: dict[str, object]) -> Result:
    made = ToolCall("call_1", Function(tool, json.dumps(arguments)))
    results = play(load_toolkit(surface), session, [made])
    assert results is not None
    return results[0]


def _opened(copy: WorkCopy, surface: str, text: str) -> Session:
    copy.write_text("notes.txt", text)
    session = Session(copy, best_isolation())
    if surface == "cli":
        _call("cli", session, "Read", {"filepath": "notes.txt"})
    return session


SINGLE = [("ide", "single_find_and_replace", "filepath"), ("cli", "Edit", "file_path")]
SEVERAL = [("ide", "multi_edit", "filepath"), ("cli", "MultiEdit", "file_path")]


@pytest.mark.parametrize(("surface", "tool", "path"), SINGLE)
def test_single_edits_follow_the_rules(
    surface: str, tool: str, path: str, small_tree: Tree
) -> None:
    @settings(max_examples=400 * FACTOR, deadline=None, database=None)
    @given(case=cases())
    def follow_the_rules(case: tuple[str, list[Edit]]) -> None:
        text, edits = case
        with WorkCopy(small_tree) as copy:
            session = _opened(copy, surface, text)
            for edit in edits:
                expected = apply_rules(text, edit)
                result = _call(surface, session, tool, {path: "notes.txt", **_words(edit)})
                assert result.ok == (expected is not None), result.text
                text = text if expected is None else expected
                assert copy.read_bytes("notes.txt").decode() == text

    follow_the_rules()


@pytest.mark.parametrize(("surface", "tool", "path"), SEVERAL)
def test_several_edits_follow_the_rules_all_or_none(
    surface: str, tool: str, path: str, small_tree: Tree
) -> None:
    @settings(max_examples=300 * FACTOR, deadline=None, database=None)
    @given(case=cases())
    def follow_the_rules(case: tuple[str, list[Edit]]) -> None:
        text, edits = case
        with WorkCopy(small_tree) as copy:
            session = _opened(copy, surface, text)
            expected = apply_all(text, edits)
            words: dict[str, object] = {
                path: "notes.txt",
                "edits": [_words(edit) for edit in edits],
            }
            result = _call(surface, session, tool, words)
            assert result.ok == (expected is not None), result.text
            assert copy.read_bytes("notes.txt").decode() == (text if expected is None else expected)

    follow_the_rules()
