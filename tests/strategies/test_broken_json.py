"""Broken JSON: what is read is what was written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.strategies.broken_json import _closed, read_broken

_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)
_objects = st.dictionaries(st.text(max_size=4), _values, max_size=4)
NESTED = json.dumps({"query": 'a|"b"', "code": 'print("x\\n")\n\tif "\\d": pass'})


def _is_beginning(found: object, whole: object) -> bool:
    """Whether nothing was made up: strings and numbers may be shorter, lists and objects may lack their ends."""
    if isinstance(found, dict) and isinstance(whole, dict):
        return all(k in whole and _is_beginning(v, whole[k]) for k, v in found.items())
    if isinstance(found, list) and isinstance(whole, list):
        return len(found) <= len(whole) and all(map(_is_beginning, found, whole))
    if isinstance(found, str) and isinstance(whole, str):
        return whole.startswith(found) or found[-1:] >= "\ud800"  # half of a pair of surrogates
    return found == whole or (
        type(found) is type(whole) is int and str(whole).startswith(str(found))
    )


@given(_objects, st.data(), st.booleans())
def test_what_is_read_of_cut_json_is_a_beginning_of_it(
    whole: dict[str, object], data: st.DataObject, ascii_only: bool
) -> None:
    text = json.dumps(whole, ensure_ascii=ascii_only)
    cut = text[: data.draw(st.integers(1, len(text)))]
    for candidate in _closed(cut):
        try:
            found = json.loads(candidate)
        except ValueError:
            continue
        assert _is_beginning(found, whole), (cut, found)


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (lambda text: text[:-1] + ",}", "a trailing comma"),
        (lambda text: text[:-3], "no end"),
        (lambda text: text.replace("end.", "e\nnd."), "a line end in a string"),
        (lambda text: text[:-1] + ",} and that is it {", "words behind it"),
    ],
)
def test_arguments_keep_every_backslash(spoil: object, name: str) -> None:
    text = json.dumps({"calls": [{"arguments": NESTED}], "answer": "The end."})
    found = read_broken(spoil(text))  # type: ignore[operator]
    assert isinstance(found, dict), name
    assert found["calls"] == [{"arguments": NESTED}]
    assert json.loads(NESTED) == json.loads(found["calls"][0]["arguments"])


def test_worse_is_repaired_only_where_backslashes_cannot_get_lost() -> None:
    assert read_broken('{"a": 1 "b": \'c\'}') == {"a": 1, "b": "c"}
    with pytest.raises(ValueError, match="could not be trusted"):
        read_broken('{"a": 1 "b": "\\\\d"}')
