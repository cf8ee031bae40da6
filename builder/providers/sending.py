"""Sends a request through an SDK's client once, and turns each way in which that can fail into a ProviderError.

openai and anthropic are made by the same generator: the same names for errors, the same httpx2 below. The errors of
either hold the request and with it the key, so that none is kept as a cause.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING, NamedTuple

from builder.providers.completion import ProviderError
from builder.providers.failures import Failures

if TYPE_CHECKING:
    import httpx2

CONNECT_TIMEOUT_S = 10.0


class SdkErrors(NamedTuple):
    """The error classes of one SDK."""

    status: type[Exception]
    timeout: type[Exception]
    connection: type[Exception]


async def answered(
    request: Awaitable[httpx2.Response], errors: SdkErrors, failures: Failures, timeout_s: float
) -> bytes:
    """The body of the answer. `timeout_s` bounds the whole, however slowly an answer trickles in."""
    try:
        async with asyncio.timeout(timeout_s):
            return (await request).content
    except errors.status as error:
        failure = _of_status(error, failures)
    except TimeoutError:
        failure = failures.timed_out(timeout_s)
    except errors.timeout as error:
        failure = _of_timeout(error, failures, timeout_s)
    except errors.connection as error:
        failure = _of_connection(error, failures)
    raise failure


def _of_status(error: Exception, failures: Failures) -> ProviderError:
    response: httpx2.Response = error.response  # type: ignore[attr-defined] # every status error of the SDKs has it
    return failures.of_status(response.status_code, response.headers, response.content)


def _of_timeout(error: Exception, failures: Failures, timeout_s: float) -> ProviderError:
    cause = connection_failure(error)
    return failures.timed_out(timeout_s) if cause is None else failures.of_connection(cause)


def connection_failure(error: BaseException) -> OSError | None:
    """What broke the connection, None where nothing did.

    The transport over aiohttp also calls a refused and a reset connection a timeout; what caused it tells.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and not isinstance(cause, TimeoutError):
            return cause
        cause = cause.__cause__ or cause.__context__
    return None


def _of_connection(error: Exception, failures: Failures) -> ProviderError:
    cause = error.__cause__
    if type(cause).__name__ == "DecodingError":  # the body is not compressed as its header says
        return failures.malformed(str(cause), b"")
    return failures.of_connection(cause)
