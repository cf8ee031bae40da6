"""Whether answers tell only what was seen."""

from __future__ import annotations

import pytest

from builder.conversation import Function, Message, ToolCall
from builder.grounded import facts_of, unsupported_facts

CALL = Message("assistant", "", (ToolCall("call_1", Function("read_file", '{"filepath": "src/app.py"}')),))  # fmt: skip
RESULT = Message("tool", "def total(items: list) -> int:\n    return sum(items)\n", tool_call_id="call_1")  # fmt: skip
ASKED = Message("user", "what does `main` do in lib/run.js?")


def _told(answer: str) -> list[str]:
    return unsupported_facts([Message("system", "S"), ASKED, CALL, RESULT, Message("assistant", answer)])  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "facts"),
    [
        ("see `a b` and `c`", ["a b"]),
        ("in src/app.py, src/app.py", ["src/app.py"]),
        ("```py\n`hidden`\nsrc/app.py\n```\nout", []),
        ("```py\n`hidden` without an end", []),
        ("https://a.example/b/c.html and and/or", []),
        ("``twice`` and ` spaced ` and `a\nb`", []),
        ("app.py alone is a word", []),
    ],
)
def test_code_spans_and_paths_are_facts(answer: str, facts: list[str]) -> None:
    assert facts_of(answer) == facts


@pytest.mark.parametrize(
    "answer",
    [
        "`total` of src/app.py sums `items`.",
        "`total(items)` is what it takes.",
        "It uses `read_file`, and `main` of lib/run.js was asked about.",
        "Plain words, made up or not: it is a compiler.",
        "`total` is there; `average` could stand beside it.",
        "",
    ],
)
def test_what_stands_in_the_conversation_may_be_told(answer: str) -> None:
    assert _told(answer) == []


@pytest.mark.parametrize(
    ("answer", "strange"),
    [
        ("It is `compile()`.", ["compile()"]),
        ("`total` calls `mean` and `median`.", ["mean", "median"]),
        ("See src/other.py.", ["src/other.py"]),
    ],
)
def test_an_answer_that_is_mostly_made_up_is_told_of(answer: str, strange: list[str]) -> None:
    assert _told(answer) == strange


def test_what_stands_before_calls_or_rests_on_no_result_is_free() -> None:
    plan = Message("assistant", "I'll look at `nowhere`.", CALL.tool_calls)
    assert unsupported_facts([ASKED, plan, RESULT, Message("assistant", "Done.")]) == []
    assert unsupported_facts([ASKED, Message("assistant", "Use `functools.cache`.")]) == []


def test_a_later_result_does_not_support_an_earlier_answer() -> None:
    messages = [ASKED, CALL, Message("tool", "nothing", tool_call_id="call_1"), Message("assistant", "It is `total`."), ASKED, CALL, RESULT, Message("assistant", "`total`, as said.")]  # fmt: skip
    assert unsupported_facts(messages) == ["total"]
