"""How an author's answer is read: both ways, and what is kept of one that was cut off."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.conversation import Example, Message
from builder.providers.completion import Completion
from builder.strategies.script import (
    Call,
    Part,
    Scripted,
    Scripts,
    Step,
    messages_of,
    scripted_of,
    with_answers,
    without_cut,
)
from builder.strategies.structured import Form, _read
from tests.strategies.sitting import part, scripts, step

FORM = Form(Scripts, without_cut)
_words = st.text(min_size=1, max_size=20).map(str.strip).filter(bool)
_values = st.one_of(_words, st.integers(), st.booleans(), st.lists(_words, max_size=2))
_arguments = st.dictionaries(_words, _values, max_size=3).map(
    lambda one: json.dumps(one, ensure_ascii=False)
)
_calls = st.builds(Call, tool=_words, arguments=_arguments)
_steps = st.builds(
    Step,
    say=st.text(max_size=20).map(str.strip),
    calls=st.lists(_calls, min_size=1, max_size=3).map(tuple),
)
_parts = st.builds(
    Part,
    request=_words,
    steps=st.lists(_steps, max_size=3).map(tuple),
    answer=st.text(max_size=30).map(str.strip),
)
_examples = st.builds(
    Scripted,
    brief=st.integers(0, 99),
    parts=st.lists(_parts, min_size=1, max_size=3).map(tuple),
)

ANSWER = (
    "`rules.py` decides it, e.g. in `needs_water()`, line 3.5. It says: a zone is dry below 1.5 (see `src/app.py`)! "
    "Two things follow:\n- nothing is *rounded*.\n- `rest`"
)
WHOLE = {
    "examples": [
        scripts(part("what is \"here\"?", step(("ls", {"dirPath": "."}), say="A look."), answer="Two files. No folder."))["examples"][0],
        {
            "brief": 2,
            "parts": [
                part("how is it {decided}?", step(("read_file", {"filepath": "rules.py"}), ("grep_search", {"query": "a|\"b\""})), answer=ANSWER),
                part("and the tests?", step(("read_file", {"filepath": "t.py"})), step(("ls", {}), say="One more."), answer="They hold. All of them."),
            ],
        },
    ]
}  # fmt: skip


@given(_examples)
def test_a_script_becomes_messages_and_a_script_again(scripted: Scripted) -> None:
    messages = tuple(messages_of(scripted, "You help."))
    assert scripted_of(Example(messages), scripted.brief) == scripted


def test_a_step_without_calls_is_left_out_and_words_are_stripped() -> None:
    scripted = msgspec.convert(
        {"brief": 1, "parts": [part(" why? ", step(say="Thinking."), step(("ls", {})), answer=" So. ")]},
        type=Scripted,
    )  # fmt: skip
    said = [(one.role, one.content, len(one.tool_calls)) for one in messages_of(scripted, "S")]
    assert said == [("system", "S", 0), ("user", "why?", 0), ("assistant", "", 1), ("assistant", "So.", 0)]  # fmt: skip


def test_arguments_that_are_no_json_reach_the_checks_as_they_are() -> None:
    scripted = Scripted(1, (Part("x", (Step("", (Call("ls", "{'a"),)),), ""),))
    assert messages_of(scripted, "S")[2].tool_calls[0].function.arguments == "{'a"


def test_arguments_given_as_an_object_are_taken() -> None:
    answer = {"examples": [{"brief": 1, "parts": [{"request": "x", "steps": [{"say": "", "calls": [{"tool": "ls", "arguments": {"dirPath": "é"}}]}], "answer": "Done."}]}]}  # fmt: skip
    read = _read(Completion(json.dumps(answer)), FORM)
    assert read.value is not None
    assert read.value.examples[0].parts[0].steps[0].calls[0].arguments == '{"dirPath": "é"}'
    assert read.value.examples[0].parts[0].answer == "Done."


def _kept(text: str) -> tuple[Scripted, ...]:
    value = _read(Completion(text, finish="length"), FORM).value
    return value.examples if value is not None else ()


def _is_whole(answer: str, whole: str) -> bool:
    """Nothing, all, or all up to the end of a sentence."""
    ends = ("line 3.5.", "`src/app.py`)!", "*rounded*.", "Two files.", "They hold.")
    return answer in ("", whole) or (whole.startswith(answer) and answer.endswith(ends))


def _check(found: Scripted, original: Scripted) -> None:
    assert found.brief == original.brief
    assert 0 < len(found.parts) <= len(original.parts)
    *before, last = found.parts
    whole = original.parts[len(before)]
    assert tuple(before) == original.parts[: len(before)]
    assert (last.request, last.steps) == (whole.request, whole.steps)
    assert _is_whole(last.answer, whole.answer), last.answer


@pytest.mark.parametrize("indent", [None, 1])
def test_nothing_half_is_kept_of_an_answer_cut_anywhere(indent: int | None) -> None:
    text = json.dumps(WHOLE, indent=indent, ensure_ascii=False)
    originals = {one.brief: one for one in msgspec.convert(WHOLE, type=Scripts).examples}
    counts = []
    for end in range(len(text)):
        kept = _kept(text[:end])
        counts.append(len(kept))
        for one in kept:
            _check(one, originals[one.brief])
    first_end = text.index('"Two files. No folder."') + len('"Two files. No folder."')
    assert all(counts[first_end:])
    assert counts[-1] == 2


def _backwards(value: object) -> object:
    if isinstance(value, dict):
        return {key: _backwards(one) for key, one in reversed(value.items())}
    return [_backwards(one) for one in value] if isinstance(value, list) else value


def test_nothing_half_is_kept_where_keys_come_in_another_order() -> None:
    text = json.dumps(_backwards(WHOLE))
    originals = {one.brief: one for one in msgspec.convert(WHOLE, type=Scripts).examples}
    for end in range(len(text)):
        for one in _kept(text[:end]):
            assert one == originals[one.brief]


def test_an_answer_that_was_closed_is_whole() -> None:
    text = json.dumps(scripts(part("why?", step(("ls", {})), answer='Because. So "it"')))
    assert _kept(text[:-1])[0].parts[0].answer == 'Because. So "it"'
    assert _kept(text[: text.rindex('"}')])[0].parts[0].answer == "Because."


def test_other_values_than_examples_give_nothing() -> None:
    others: list[object] = [None, [], {}, {"examples": []}, {"examples": "x"}, {"examples": [3]}]
    for values in others:
        assert without_cut(values, "") is None


def test_closing_answers_are_replaced_one_for_each_request() -> None:
    call = messages_of(msgspec.convert(scripts(part("a", step(("ls", {})))), type=Scripts).examples[0], "S")[2]  # fmt: skip
    result = Message("tool", "r", tool_call_id="call_0")
    played = [Message("system", "S"), Message("user", "a"), call, result, Message("assistant", "old"), Message("user", "b"), call, result]  # fmt: skip
    said = with_answers(played, [" one ", "two", "three"])
    assert [one.content for one in said] == ["S", "a", "", "r", "one", "b", "", "r", "two"]
    assert said[3] is result


def test_an_answer_that_is_missing_leaves_its_request_unanswered() -> None:
    played = [Message("system", "S"), Message("user", "a"), Message("assistant", "old")]
    assert with_answers(played, []) == played[:2]
