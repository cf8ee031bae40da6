"""What the edit engine and the line differences do with any text: edit as `str.replace` does where nothing but exact
matches are possible, replace what reads the same where they are not, lead from the old lines to the new; and that a
snippet is merged into nothing but the file that it was made from.

The rules of matching as a whole are in test_edit_rules.py, hostile calls in test_hostile_calls.py.
"""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.conversation import Function, ToolCall
from builder.errors import ToolError
from builder.sandbox.isolation import best_isolation
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.continue_core.find_and_replace import Edit, find_matches, replace
from builder.toolkits.continue_core.line_changes import MAX_EDITS, line_changes
from builder.toolkits.continue_ide.lazy_merge import apply_snippet
from builder.toolkits.loading import load_toolkit
from builder.toolkits.playing import play
from builder.toolkits.session import Session

marks = st.integers(0, 5).map(lambda number: f"<{number}>")
fillers = st.text("ab \n\t", max_size=4)
documents = st.lists(marks | fillers, max_size=20).map("".join)
changes = st.tuples(marks, fillers | marks, st.booleans()).filter(lambda made: made[0] != made[1])


def _expected(text: str, old: str, new: str, *, replace_all: bool) -> str:
    """What `str.replace` gives; the text as it was where the edit has to fail."""
    count = text.count(old)
    return text.replace(old, new) if count == 1 or (count and replace_all) else text


@settings(max_examples=100, deadline=None)
@given(text=documents, edits=st.lists(changes, max_size=6))
def test_edits_of_a_file_are_those_of_a_string(
    text: str, edits: list[tuple[str, str, bool]], small_tree: Tree
) -> None:
    with WorkCopy(small_tree) as copy:
        session = Session(copy, best_isolation())
        copy.write_text("notes.txt", text)
        session.read_files.add("notes.txt")
        for number, (old, new, every) in enumerate(edits):
            surface, tool, path = (("ide", "single_find_and_replace", "filepath"), ("cli", "Edit", "file_path"))[number % 2]  # fmt: skip
            arguments = {
                path: "notes.txt",
                "old_string": old,
                "new_string": new,
                "replace_all": every,
            }
            call = ToolCall("call_1", Function(tool, json.dumps(arguments)))
            results = play(load_toolkit(surface), session, [call])
            changed = _expected(text, old, new, replace_all=every)
            assert results is not None
            assert results[0].ok == (changed != text)
            text = changed
            assert copy.read_text("notes.txt") == text


@given(text=documents, edits=st.lists(changes, min_size=1, max_size=6))
def test_several_edits_happen_all_or_none(
    text: str, edits: list[tuple[str, str, bool]], small_tree: Tree
) -> None:
    steps = [text]
    for old, new, every in edits:
        steps.append(_expected(steps[-1], old, new, replace_all=every))
    succeed = all(before != after for before, after in pairwise(steps))
    words = [
        {"old_string": old, "new_string": new, "replace_all": every} for old, new, every in edits
    ]
    with WorkCopy(small_tree) as copy:
        copy.write_text("notes.txt", text)
        call = ToolCall(
            "call_1", Function("multi_edit", json.dumps({"filepath": "notes.txt", "edits": words}))
        )
        results = play(load_toolkit("ide"), Session(copy, best_isolation()), [call])
        assert results is not None
        assert results[0].ok == succeed
        assert copy.read_text("notes.txt") == (steps[-1] if succeed else text)


@given(
    text=st.text("aA \n\tb", max_size=20),
    old=st.text("aA \n\tb", max_size=4),
    new=st.text("cD \n", max_size=4),
)
def test_an_inexact_match_replaces_what_reads_the_same(text: str, old: str, new: str) -> None:
    """Whatever way of matching succeeds: without spaces and case, the old text went and the new one came."""

    def bare(some: str) -> str:
        return "".join(some.split()).lower()

    matches = list(find_matches(text, old))
    if len(matches) != 1:
        with pytest.raises(ToolError):
            replace(text, Edit(old, new, replace_all=False))
        return
    changed = replace(text, Edit(old, new, replace_all=False))
    assert bare(text[matches[0].start : matches[0].end]) == bare(old)
    assert len(bare(changed)) == len(bare(text)) - len(bare(old)) + len(bare(new))


@given(
    old=st.lists(st.sampled_from("abc"), max_size=12),
    new=st.lists(st.sampled_from("abc"), max_size=12),
)
def test_the_blocks_of_a_difference_lead_from_the_old_lines_to_the_new(
    old: list[str], new: list[str]
) -> None:
    blocks = line_changes(old, new)
    assert [line for mark, lines in blocks if mark != "+" for line in lines] == old
    assert [line for mark, lines in blocks if mark != "-" for line in lines] == new


def test_a_large_difference_leads_from_the_old_lines_to_the_new_too() -> None:
    old = [f"old {number}" for number in range(MAX_EDITS)]
    new = [f"new {number}" if number % 2 else f"old {number}" for number in range(MAX_EDITS)]
    blocks = line_changes(old, new)
    assert [line for mark, lines in blocks if mark != "+" for line in lines] == old
    assert [line for mark, lines in blocks if mark != "-" for line in lines] == new


Change = tuple[int, int, list[str]]
"""Lines from here to there, and what takes their place."""


def _changed_parts(
    lines: list[str], changes: list[Change], context: int
) -> tuple[list[str], list[str]]:
    """The file after changes in order, and the snippet that shows each with lines around it."""
    after: list[str] = []
    shown: set[int] = set()
    behind = 0
    for start, end, new in changes:
        after += lines[behind:start]
        shown |= set(range(len(after) - context, len(after) + len(new) + context))
        after += new
        behind = end
    after += lines[behind:]
    snippet: list[str] = []
    for number, line in enumerate(after):
        if number in shown:
            snippet.append(line)
        elif number == 0 or number - 1 in shown:
            snippet.append("// ... existing code ...")
    return after, snippet


@st.composite
def _changes(draw: st.DrawFn, count: int, new: st.SearchStrategy[str]) -> list[Change]:
    """Changes of a file of so many lines, in order, none within another."""
    cuts = sorted(draw(st.lists(st.integers(0, count), min_size=2, max_size=6)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return [(start, end, draw(st.lists(new, max_size=3))) for start, end in pairs]


@settings(max_examples=600, deadline=None)
@given(data=st.data(), context=st.integers(1, 4))
def test_a_snippet_gives_the_file_that_it_was_made_from_or_nothing(
    data: st.DataObject, context: int
) -> None:
    """Few different lines, so that most stand in many places."""
    some = st.sampled_from(("a", "b", "c", "d", "e", "f", "g", "h", "  a", "}", ""))
    lines = data.draw(st.lists(some, min_size=1, max_size=24))
    after, snippet = _changed_parts(lines, data.draw(_changes(len(lines), some)), context)
    ending = data.draw(st.sampled_from(("\n", "\r\n")))
    text, expected, given = (
        "".join(line + ending for line in some) for some in (lines, after, snippet)
    )
    if any(lines):
        assert apply_snippet("a.zig", text, given) in (None, expected)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), context=st.integers(1, 3))
def test_lines_that_stand_once_leave_no_doubt(data: st.DataObject, context: int) -> None:
    lines = [f"line {number}" for number in range(60)]
    fresh = st.integers(0, 99).map(lambda number: f"new {number}")
    changes = data.draw(_changes(12, fresh))
    moved = [(start + 20, end + 20, new) for start, end, new in changes]
    after, snippet = _changed_parts(lines, moved, context)
    merged = apply_snippet("a.zig", "\n".join(lines), "\n".join(snippet))
    assert merged == (None if after == lines else "\n".join(after))
