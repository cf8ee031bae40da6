"""What counts as parallel, multi-turn, planning, recovery; simple, medium, complex."""

from __future__ import annotations

import json

import pytest

from builder.conversation import Example, Function, Message, Metadata, ToolCall
from builder.guide import read_guide
from builder.shape import is_demanding, shape_of

Calls = list[tuple[str, dict[str, object]]]
READ: tuple[str, dict[str, object]] = ("read_file", {"filepath": "a.py"})
PLAN: tuple[str, dict[str, object]] = ("Checklist", {"checklist": "- [ ] a"})


def _example(*rounds: Calls, requests: int = 1, metadata: Metadata | None = None) -> Example:
    messages, number = [Message("system", "s"), Message("user", "u")], 0
    for calls in rounds:
        made = []
        for name, arguments in calls:
            number += 1
            made.append(ToolCall(f"call_{number}", Function(name, json.dumps(arguments))))
        messages.append(Message("assistant", "", tool_calls=tuple(made)))
        messages += [Message("tool", "r", tool_call_id=call.id) for call in made]
    messages.append(Message("assistant", "done"))
    for _ in range(requests - 1):
        messages += [Message("user", "more"), Message("assistant", "done")]
    return Example(tuple(messages), metadata or Metadata())


@pytest.mark.parametrize(
    ("example", "complexity", "labels"),
    [
        (_example(), "simple", {"explanation"}),
        (_example([READ]), "simple", set()),
        (_example([("grep_search", {"query": "foo|bar"})]), "medium", set()),
        (_example([("grep_search", {"query": "foo"})]), "simple", set()),
        (_example([("file_glob_search", {"pattern": "**/*.{ts,tsx}"})]), "medium", set()),
        (_example([("file_glob_search", {"pattern": "*.py"})]), "simple", set()),
        (_example([("create_new_file", {"filepath": "a", "contents": "x\ny\n"})]), "medium", set()),
        (_example([("multi_edit", {"filepath": "a", "edits": [{"old_string": "a", "new_string": "b"}]})]), "medium", set()),
        (_example([READ], metadata=Metadata(reasoned=True)), "medium", set()),
        (_example([READ, READ]), "medium", {"parallel"}),
        (_example([READ] * 5), "complex", {"parallel"}),
        (_example([READ], [READ]), "medium", {"multi_turn"}),
        (_example([READ], [READ], [READ], [READ]), "complex", {"multi_turn"}),
        (_example([READ], requests=2), "simple", {"multi_turn"}),
        (_example([PLAN], [READ], [PLAN]), "medium", {"multi_turn", "planning"}),
        (_example([PLAN], [READ], [READ]), "medium", {"multi_turn"}),
        (_example([PLAN], [PLAN]), "medium", {"multi_turn"}),
        (_example([READ], [READ], metadata=Metadata(id="x", shape=("error_recovery",))), "complex", {"multi_turn", "error_recovery"}),
    ],
)  # fmt: skip
def test_the_shape_of_a_row(example: Example, complexity: str, labels: set[str]) -> None:
    shape = shape_of(example)
    assert (shape.complexity, set(shape.labels)) == (complexity, labels)


def test_a_recovery_is_seen_in_rows_without_our_metadata() -> None:
    example = _example([READ], [READ])
    failed = Message("tool", "read_file failed with the message: no", tool_call_id="call_1")
    messages = (*example.messages[:3], failed, *example.messages[4:])
    assert "error_recovery" in shape_of(Example(messages)).labels


@pytest.mark.parametrize(
    ("argument", "value", "demanding"),
    [
        ("Search.pattern", r"\bfoo\b", True),
        ("Search.pattern", "foo bar", False),
        ("Bash.command", "git status", False),
        ("Bash.command", "git log | head -3", True),
        ("Bash.command", "a && b", True),
        ("read_file.filepath", "src/[slug]/page.tsx", False),
        ("AskQuestion.options", ["a", "b"], False),
        ("multi_edit.edits", [{"old_string": "a"}], True),
        ("Write.content", "one line\n", False),
        ("Write.content", "two\nlines\n", True),
    ],
)
def test_which_arguments_are_demanding(argument: str, value: object, demanding: bool) -> None:
    assert bool(is_demanding(argument, value, read_guide())) is demanding
