"""Texts between double quotes, and what /bin/sh passed on for them (recorded from a shell, argument by argument)."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.errors import NotPlayableError
from builder.toolkits.continue_cli.shell_words import between_quotes, quoted_word
from builder.toolkits.playing import Result

Call = Callable[..., Result | None]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (r"a\.b", r"a\.b"), (r"\$x", "$x"), ("$x", ""), ("$1", ""), ("x$", "x$"), ("x$|y", "x$|y"),
        ('a "b" c', "a b c"), ('name = "x"', "name = x"), ('a"b"c', "abc"), (r"a\"b", 'a"b'), (r"\\d", r"\d"),
        (r"\bfoo\(", r"\bfoo\("), ("a\nb", "a\nb"), ("foo\\\nbar", "foobar"), (r'class=\"x\"', 'class="x"'),
    ],
)  # fmt: skip
def test_a_text_becomes_one_word(text: str, word: str) -> None:
    assert quoted_word(text) == word


@pytest.mark.parametrize(
    "text", ['a"b', '"', 'a" b "c', "`ls`", "$(ls)", "${x}", "$HOME", "$?", 'x" --pre=sh "', '"; ls; "', '"*"']
)  # fmt: skip
def test_a_text_that_the_shell_works_on_is_not_guessed(text: str) -> None:
    with pytest.raises(NotPlayableError):
        quoted_word(text)


@given(word=st.text('ab ."\\$`x{(1\n', max_size=8))
def test_what_is_written_for_a_word_gives_the_word(word: str) -> None:
    assert quoted_word(between_quotes(word)) == word


@settings(max_examples=60, deadline=None)
@given(text=st.text('ab."\\$`1|', max_size=8))
def test_a_shell_passes_on_the_same_word(text: str) -> None:
    try:
        word = quoted_word(text)
    except NotPlayableError:
        return
    argv = ["/bin/sh", "-c", f'printf "%s|" "{text}"']
    done = subprocess.run(argv, capture_output=True, env={}, check=True)
    assert done.stdout.decode() == f"{word}|"


def test_a_search_is_for_what_the_shell_passes_on(cli: Call) -> None:
    greeting = cli("Search", pattern='GREETING = "hello"', file_pattern="util.*")
    assert greeting == Result(
        'No matches found for pattern "GREETING = "hello"" in files matching "util.*".', ok=True
    )
    escaped = cli("Search", pattern=r"GREETING = \"hello\"", path="src")
    assert escaped is not None
    assert escaped.text.endswith('\n\nsrc/util.py:1:GREETING = "hello"\n')
    assert cli("Search", pattern="-> None", path="src") is None
    assert cli("Search", pattern="x", file_pattern="$(id)") is None
    number = cli("Search", pattern=5999)
    assert number is not None
    assert "/workspace/endless.txt:6000:5999" in number.text


def test_a_search_that_prints_too_much_fails(cli: Call) -> None:
    cli("Bash", command="yes 'flood of lines' | head -90000 > flood.txt")
    failed = cli("Search", pattern="flood")
    assert failed == Result(
        "Error executing tool Search: Error executing search: stdout maxBuffer length exceeded",
        ok=False,
    )
