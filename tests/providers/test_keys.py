"""Where keys come from, and that they go nowhere but to the server."""

from __future__ import annotations

import os
import pickle
from multiprocessing import get_context
from pathlib import Path

import pytest

from builder.errors import UsageError
from builder.providers.keys import (
    Key,
    find_key,
    keys_hidden,
    redact,
    without_keys,
)
from builder.providers.loading import checked_url, connect, key_for, provider_kind

SECRET = "planted-0123456789"


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_KEY='from-file'\nOTHER=$HOME\n")
    monkeypatch.setenv("OPENAI_API_KEY", "from-environment")
    found = find_key("OPENAI_API_KEY", tmp_path)
    assert found is not None
    assert found.reveal() == "from-environment"
    monkeypatch.setenv("OPENAI_API_KEY", " ")
    found = find_key("OPENAI_API_KEY", tmp_path)
    assert found is not None
    assert found.reveal() == "from-file"
    assert os.environ["OPENAI_API_KEY"] == " ", "a key of the file is in the environment"


def test_no_variable_and_no_file_is_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert find_key("OPENAI_API_KEY", tmp_path) is None
    (tmp_path / ".env").mkdir()
    assert find_key("OPENAI_API_KEY", tmp_path) is None


def test_a_key_that_cannot_be_sent_is_named_but_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wrong in ("ab\ncd-secret", "ab cd-secret", "äb-secret"):
        monkeypatch.setenv("OPENAI_API_KEY", wrong)
        with pytest.raises(UsageError, match="OPENAI_API_KEY") as caught:
            find_key("OPENAI_API_KEY", tmp_path)
        assert "secret" not in str(caught.value)


def test_a_file_that_cannot_be_read_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    (tmp_path / ".env").write_bytes(b"OPENAI_API_KEY=\xff\xfe")
    with pytest.raises(UsageError, match=r"\.env cannot be read"):
        find_key("OPENAI_API_KEY", tmp_path)


def test_a_key_shows_nothing_of_itself_and_is_not_handed_on() -> None:
    key = Key(SECRET)
    assert SECRET not in f"{key} {key!r} {key!s} {[key]} {vars(type(key))}"
    with pytest.raises(TypeError, match="not handed"):
        pickle.dumps(key)


def test_text_is_redacted() -> None:
    assert redact(f"a {SECRET} b", [Key(SECRET), None]) == "a [key] b"
    assert redact("Incorrect: sk-proj-ab******wxyz.", []) == "Incorrect: [key]."
    assert redact("Authorization: Bearer abcdefgh", []) == "Authorization: Bearer [key]"
    assert redact("the x of a task_description", [Key("x")]) == "the x of a task_description"


def test_an_environment_without_keys_has_all_the_rest() -> None:
    kept = {"PATH": "/bin", "HOME": "/h", "MONKEY": "1", "TOKENIZERS_PARALLELISM": "0"}
    keys = ["OPENAI_API_KEY", "HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "CLIENT_SECRET", "PGPASSWORD"]
    keys += ["ANTHROPIC_AUTH_TOKEN", "OPENAI_ADMIN_KEY", "ANTHROPIC_CUSTOM_HEADERS", "api_key"]
    assert without_keys(kept | dict.fromkeys(keys, SECRET)) == kept


def test_processes_that_start_while_keys_are_hidden_have_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    with keys_hidden():
        pool = get_context("spawn").Pool(1)
    with pool:
        assert SECRET not in pool.apply(_whole_environment)
    assert os.environ["OPENAI_API_KEY"] == SECRET


def _whole_environment() -> str:
    return str(dict(os.environ)) + Path("/proc/self/environ").read_text(errors="replace")


@pytest.mark.parametrize(
    ("url", "is_sent"),
    [
        ("https://example.org/v1", True),
        ("http://localhost:8000/v1", True),
        ("http://127.0.0.1:8000/v1", True),
        ("http://[::1]:8000/v1", True),
        ("http://192.168.0.7:8000/v1", False),
        ("http://example.org/v1", False),
        ("http://localhost.example.org/v1", False),
    ],
)
def test_no_key_is_sent_in_the_clear_to_another_machine(
    url: str, is_sent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    assert (key_for(provider_kind("openai"), url) is not None) is is_sent


@pytest.mark.parametrize(
    "url",
    ["localhost:8000", "ftp://a/b", "http://", "http://a:port/", "http://[a", "file:///etc/passwd"],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="no web address"):
        connect("openai", "m", base_url=url)


@pytest.mark.parametrize(
    "url", [f"https://user:{SECRET}@example.org/v1", f"https://example.org/v1?key={SECRET}"]
)
def test_an_address_with_a_secret_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(UsageError, match="carries a password or a query") as caught:
        checked_url(url)
    assert SECRET not in str(caught.value)
