"""What a provider's batch API is to the gateway: many requests handed in at once, answered within a day, at half the price.

openai_batch.py and anthropic_batch.py are the two; batches.py in builder/gateway decides what goes in and what becomes of
the answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from builder.control_characters import make_visible
from builder.errors import BuilderError, UsageError
from builder.providers.completion import Payload, ProviderError, ProviderErrorKind
from builder.providers.keys import redact
from builder.providers.sending import SdkErrors, connection_failure


class BatchLine(NamedTuple):
    """One request of a batch. `line_id`: 64 hex digits, unique in it."""

    line_id: str
    payload: Payload


class BatchState(NamedTuple):
    """How far a batch is. `problem`: why it ended without answers; empty = it did not."""

    has_ended: bool
    done: int
    total: int
    problem: str = ""


class BatchAnswer(NamedTuple):
    """What became of one request. `body`: as `Provider.send` returns it; None for a line without an answer.

    `was_sent`: the model was asked, though it brought nothing; not so for lines that expired or were cancelled.
    """

    line_id: str
    body: bytes | None
    was_sent: bool = True


class BatchApi(Protocol):
    """The batch API of one provider. All raise ProviderError; `submit` raises UsageError where there is no such API."""

    async def submit(self, lines: Sequence[BatchLine], mark: str) -> str:
        """Hand in a batch and return its id. `mark`: by which `find` knows it again."""
        ...

    async def find(self, mark: str, lines: int, since_s: float) -> str | None:
        """The batch with that mark, or else the one of so many lines made since then (seconds since 1970)."""
        ...

    async def state(self, batch_id: str) -> BatchState:
        """How far it is."""
        ...

    async def answers(self, batch_id: str) -> list[BatchAnswer]:
        """What came of a batch that has ended, in any order."""
        ...


@contextmanager
def failures_told(errors: SdkErrors, *, submitting: bool = False) -> Iterator[None]:
    """Turns an SDK's errors into ProviderError, without the request in them: it holds the key.

    While `submitting`, a server that does not know the page has no batch API: UsageError.
    """
    try:
        yield
        return
    except errors.status as error:
        failure: BuilderError = _of_status(error, submitting=submitting)
    except errors.connection as error:  # a timeout is one of them
        failure = _of_connection(error, is_timeout=isinstance(error, errors.timeout))
    raise failure


def _of_connection(error: Exception, *, is_timeout: bool) -> ProviderError:
    cause = connection_failure(error)
    if is_timeout and cause is None:
        return ProviderError(ProviderErrorKind.TIMEOUT, "the batch API did not answer in time")
    return ProviderError(
        ProviderErrorKind.CONNECTION,
        f"no answer from the batch API: {_shown(cause or error)}",
        advice="Check the network connection, and --base-url where it is given.",
    )


def _of_status(error: Exception, *, submitting: bool) -> BuilderError:
    status: int = error.status_code  # type: ignore[attr-defined] # every status error of the SDKs has it
    if submitting and status in (404, 405, 501):
        return UsageError(
            f"the server has no batch API (it answered {status}: {_shown(error)}): leave out --batch"
        )
    return ProviderError(_kind_of(status), f"the batch API answered {status}: {_shown(error)}")


def _shown(error: Exception) -> str:
    return make_visible(redact(" ".join(str(error).split())))[:300]


def _kind_of(status: int) -> ProviderErrorKind:
    known = {
        401: ProviderErrorKind.BAD_CREDENTIALS,
        403: ProviderErrorKind.BAD_CREDENTIALS,
        408: ProviderErrorKind.TIMEOUT,
        429: ProviderErrorKind.RATE_LIMIT,
        529: ProviderErrorKind.OVERLOADED,
    }
    other = ProviderErrorKind.SERVER if status >= 500 else ProviderErrorKind.BAD_REQUEST
    return known.get(status, other)
