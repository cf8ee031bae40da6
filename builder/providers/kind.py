"""What a file in this folder exposes to be a provider: a PROVIDER, made here; and what it is given to connect.

loading.py finds the files. What is asked and answered is in completion.py; doctor.py looks through `Examined`.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from builder.errors import UsageError
from builder.providers.completion import Provider, Sampling
from builder.providers.keys import Key

PLAIN = Sampling()
"""As the provider writes by itself."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One model behind one address. `timeout_s`: of a whole request. `max_connections`: as many as ask at once."""

    model: str
    base_url: str
    key: Key | None = None
    sampling: Sampling = PLAIN
    timeout_s: float = 300
    max_connections: int = 16

    @property
    def host(self) -> str:
        """The server's name, in lower case."""
        return urlsplit(self.base_url).hostname or ""


@dataclass(frozen=True, slots=True)
class OfferedModel:
    """A model that a server says it has. `context_tokens`: the window it is served with; None = not told."""

    name: str
    context_tokens: int | None = None


class Examined(Provider, Protocol):
    """A provider that can also be asked what it serves, which costs nothing."""

    async def offered(self) -> tuple[OfferedModel, ...]:
        """Every model that the server lists. Raises ProviderError."""
        ...

    async def context_tokens(self) -> int | None:
        """The window of this model, None where the server does not tell. Raises ProviderError."""
        ...


@dataclass(frozen=True, slots=True)
class ProviderKind:
    """A provider, before there is a model.

    `official_host`: the host that refuses whoever has no key; empty = none does. `local`: it runs on the user's machine
    unless told otherwise. `address`: where it is asked when nobody says where. `package`: the SDK, as it is imported and
    installed.
    """

    name: str
    address: Callable[[], str]
    key_variable: str
    package: str
    local: bool
    official_host: str
    make: Callable[[Endpoint], Examined]

    @property
    def default_base_url(self) -> str:
        """Where it is asked when nobody says where."""
        return self.address()

    def needs_key(self, base_url: str) -> bool:
        """Whether nothing is answered there without a key."""
        return bool(self.official_host) and urlsplit(base_url).hostname == self.official_host

    def connect(self, endpoint: Endpoint) -> Examined:
        """The provider; nothing is sent yet. Raises UsageError where the SDK is not installed."""
        if importlib.util.find_spec(self.package) is None:
            raise UsageError(
                f"the provider {self.name} needs the package {self.package}, which is not installed: "
                f"pip install {self.package}"
            )
        return self.make(endpoint)
