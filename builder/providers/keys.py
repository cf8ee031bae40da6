"""API keys: read from the environment or a .env file, shown nowhere, inherited by no process.

A key read from .env stays out of os.environ; `keys_hidden` takes those that are there out of it while processes start.
Which variable belongs to which provider is said in the provider's own file; which key is sent where, in loading.py.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, final

from builder.errors import UsageError

HIDDEN = "[key]"
"""What stands where a key stood."""

_KEY_VARIABLE = re.compile(
    r"(^|_)(KEY|TOKEN|PASSPHRASE|CREDENTIALS)$|(API_?KEY|SECRET|PASSWORD|PASSWD)$"
    r"|^(OPENAI|ANTHROPIC)_CUSTOM_HEADERS$",
    re.IGNORECASE,
)
_KEY_LIKE = re.compile(r"\b(?:sk|pk|rk|hf|gsk|xai)[-_][A-Za-z0-9*_-]{8,}|(?<=Bearer )\S{6,}")
_TYPED_KEY = re.compile(
    r"\b(?:sk|pk|rk|hf|gsk|xai)[-_](?=[A-Za-z_-]*\d)(?=[A-Za-z0-9_-]{14})[A-Za-z0-9_-]+"
)
"""Stricter: what a person types may be the name of a model, such as hf-internal-testing."""
_SHORTEST_SECRET = 6
"""Local servers are given keys such as `x` or `none`: to hide those would only mangle messages."""


@final
class Key:
    """A key that only `reveal` shows: not printing, not logging, not pickling for another process."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The key itself: for an SDK's client, and for nothing else."""
        return self._value

    def __repr__(self) -> str:
        return f"Key({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not handed to other processes")


def find_key(variable: str, directory: Path | None = None) -> Key | None:
    """The key of that name: from the environment, else from .env in the directory (None = where the program runs).

    An empty variable counts as none. Raises UsageError for a value that cannot be sent, or a .env that cannot be read.
    """
    value = os.environ.get(variable, "").strip()
    where = "the environment"
    if not value:
        path = (directory or Path.cwd()) / ".env"
        value, where = _from_file(path, variable), str(path)
    if not value:
        return None
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise UsageError(
            f"{variable} in {where} holds a blank, a control character or a letter beyond ASCII, which no key has: "
            "copy the key again, alone on its line"
        )
    return Key(value)


def _from_file(path: Path, variable: str) -> str:
    if not path.is_file():
        return ""
    from dotenv import dotenv_values  # noqa: PLC0415 - most runs have no .env

    try:
        values = dotenv_values(path, interpolate=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path} cannot be read ({type(error).__name__}); expected lines such as {variable}=… in UTF-8"
        ) from error
    return (values.get(variable) or "").strip()


def is_key_variable(name: str) -> bool:
    """Whether a variable of the environment holds a secret, by its name."""
    return _KEY_VARIABLE.search(name) is not None


def without_keys(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment that a child process may have: everything but what looks like a secret."""
    return {name: value for name, value in environ.items() if not is_key_variable(name)}


@contextmanager
def keys_hidden() -> Iterator[None]:
    """Processes that are started meanwhile inherit no key; afterwards the environment is as it was."""
    kept = {name: os.environ[name] for name in list(os.environ) if is_key_variable(name)}
    for name in kept:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(kept)


def has_key(text: str) -> bool:
    """Whether a key stands in what a person typed, where none belongs."""
    return _TYPED_KEY.search(text) is not None


def without_typed_keys(text: str) -> str:
    """What a person typed, fit to be shown."""
    return _TYPED_KEY.sub(HIDDEN, text)


def redact(text: str, keys: Iterable[Key | None] = ()) -> str:
    """The text without the given keys, and without anything else that has the form of one."""
    for key in keys:
        if key is not None and len(key.reveal()) >= _SHORTEST_SECRET:
            text = text.replace(key.reveal(), HIDDEN)
    return _KEY_LIKE.sub(HIDDEN, text)
