"""Finds providers (every file here with a PROVIDER; its name is the id) and connects to a model of one.

It decides which key goes where: none to a server that is spoken to in plain HTTP, except on this very machine.
"""

from __future__ import annotations

import functools
import ipaddress
from typing import cast
from urllib.parse import SplitResult, urlsplit

from builder.errors import UsageError, choose
from builder.plugins import exposed
from builder.providers.completion import Sampling
from builder.providers.keys import Key, find_key
from builder.providers.kind import PLAIN, Endpoint, Examined, ProviderKind


@functools.cache
def load_providers() -> dict[str, ProviderKind]:
    """Every provider by its name, sorted. No SDK is imported for it."""
    return cast(dict[str, ProviderKind], exposed("providers", "PROVIDER"))


def provider_kind(name: str) -> ProviderKind:
    """The provider of that name. Raises UsageError that lists the others."""
    found = load_providers().get(name)
    if found is None:
        raise UsageError(choose("provider", name, list(load_providers())))
    return found


def connect(
    name: str,
    model: str,
    *,
    base_url: str = "",
    sampling: Sampling = PLAIN,
    timeout_s: float = 300,
    concurrency: int = 16,
) -> Examined:
    """A model of a provider, with its key; `base_url` empty = the provider's own. Nothing is sent yet.

    Raises UsageError for an unknown provider, an address that is none, and a key that is missing.
    """
    kind = provider_kind(name)
    url = checked_url(base_url or kind.default_base_url)
    endpoint = Endpoint(model, url, key_for(kind, url), sampling, timeout_s, concurrency)
    return kind.connect(endpoint)


def checked_url(base_url: str) -> str:
    """The address without a slash at its end. Raises UsageError for what is no web address, or carries a password."""
    parts = _split(base_url.strip())
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(
            f"the base URL {base_url!r} is no web address; expected e.g. http://127.0.0.1:8000/v1"
        )
    if parts.username is not None or parts.query or parts.fragment:
        raise UsageError(
            f"the base URL for {parts.hostname} carries a password or a query, which would stand in logs: "
            "give the key in the environment or in .env, and the address without them"
        )
    return base_url.strip().rstrip("/")


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:  # a port that is no number, a bracket left open
        return None
    return parts


def key_for(kind: ProviderKind, base_url: str) -> Key | None:
    """The key that may be sent to an address, None where there is none. Raises UsageError where it needs one."""
    key = find_key(kind.key_variable) if _may_carry_key(base_url) else None
    if key is None and kind.needs_key(base_url):
        raise UsageError(
            f"{kind.name} needs a key: set {kind.key_variable} in the environment, or write {kind.key_variable}=… "
            "into a file .env in this directory; --base-url asks another server"
        )
    return key


def _may_carry_key(base_url: str) -> bool:
    parts = urlsplit(base_url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
