"""Makes a ProviderError of whatever went wrong: a status with its body, a broken connection, an answer that is none.

The kinds are told by status first and by the words of the message where a status says too little; wording.py has those.
What comes from a server is shown without keys, with control characters visible, and cut. Retrying is the gateway's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from time import time

import msgspec

from builder.control_characters import make_visible
from builder.providers.completion import ProviderError, ProviderErrorKind
from builder.providers.keys import Key, redact
from builder.providers.wording import is_about_account, kind_of_failure, wants_text_calls

_LONGEST_SHOWN = 300
_LONGEST_READ = 20_000
"""Of a body that is an error: a proxy may send a page of any size."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about the failures that the user can end; each is a whole sentence."""

    key: str
    account: str
    unreachable: str
    model: str


class _Detail(msgspec.Struct, frozen=True):
    message: object = ""
    code: object = ""
    type: object = ""


@dataclass(frozen=True, slots=True)
class Failures:
    """The failures of one provider at one address."""

    name: str
    base_url: str
    advice: Advice
    key: Key | None = field(default=None, repr=False)

    def of_status(self, status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
        """What an answer with an error status means."""
        said = error_text(body)
        kind = kind_of_failure(status, said)
        return ProviderError(
            kind,
            f"{self.name} answered {status}: {self.shown(said) or 'nothing more'}",
            advice=self._advice(kind, status, said),
            retry_after_s=retry_after_s(headers),
        )

    def of_connection(self, error: BaseException | None) -> ProviderError:
        """What a connection that failed or broke means."""
        reason = (str(error) or type(error).__name__) if error is not None else "connection lost"
        return ProviderError(
            ProviderErrorKind.CONNECTION,
            f"no answer from {self.name} at {self.base_url}: {self.shown(reason)}",
            advice=self.advice.unreachable,
        )

    def timed_out(self, timeout_s: float) -> ProviderError:
        """An answer that took too long."""
        return ProviderError(
            ProviderErrorKind.TIMEOUT,
            f"{self.name} at {self.base_url} did not answer within {timeout_s:g} s",
            advice="Ask less at once (--concurrency), or wait longer (--timeout).",
        )

    def malformed(self, problem: str, answer: bytes) -> ProviderError:
        """An answer that is none, though its status says that all is well."""
        start = self.shown(answer[:_LONGEST_READ].decode(errors="replace"))
        return ProviderError(
            ProviderErrorKind.SERVER,
            f"the answer of {self.name} cannot be read ({self.shown(problem)}): {start[:120] or 'it is empty'}",
            advice=f"If that stays so, {self.base_url} is not the address of such an API.",
        )

    def shown(self, text: str) -> str:
        """Text of a server as it may be shown: one line, no key, no control character, cut."""
        line = make_visible(redact(" ".join(text.split()), (self.key,)))
        return line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 1] + "…"

    def _advice(self, kind: ProviderErrorKind, status: int, said: str) -> str:
        if kind is ProviderErrorKind.BAD_CREDENTIALS:
            is_key = status in (400, 401) and not is_about_account(said)
            return self.advice.key if is_key else self.advice.account
        if status == 404:
            return self.advice.model
        if wants_text_calls(said):
            return "The model is not served with tool calls: use --calls text."
        return _BY_KIND.get(kind, "")


_BY_KIND = {
    ProviderErrorKind.CONTEXT_TOO_LONG: "Use a model with a longer context, or raise the server's.",
    ProviderErrorKind.RATE_LIMIT: "Ask less at once (--concurrency) or less a minute.",
}


def error_text(body: bytes) -> str:
    """The message of an error's body with its code and type, whatever of the usual shapes it has; else the body."""
    text = body[:_LONGEST_READ].decode(errors="replace")
    found = _unwrapped(_read(body))
    if isinstance(found, str) and found.startswith(
        "{"
    ):  # Ollama hands on JSON of its runner as text
        found = _unwrapped(_read(found.encode())) or found
    if not isinstance(found, dict):
        return found if isinstance(found, str) else text
    detail = msgspec.convert(found, _Detail)
    if not detail.message:
        return text
    marks = [str(mark) for mark in (detail.type, detail.code) if mark and isinstance(mark, str)]
    return f"{detail.message} [{', '.join(marks)}]" if marks else str(detail.message)


def _read(body: bytes) -> object:
    try:
        read: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    return read


def _unwrapped(read: object) -> object:
    """What stands under `error` (FastAPI: `detail`), also of a list of one."""
    found = read[0] if isinstance(read, list) and read else read
    if isinstance(found, dict):
        return found.get("error") or found.get("detail") or found
    return found


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """How long the server asks to wait: milliseconds, seconds or a date; None where it does not say."""
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "")
        try:
            seconds = float(value) * unit_s
        except ValueError:
            continue
        return seconds if 0 <= seconds < float("inf") else None
    try:
        return max(0.0, parsedate_to_datetime(headers.get("retry-after", "")).timestamp() - time())
    except (ValueError, TypeError, OverflowError):
        return None
