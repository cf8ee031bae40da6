"""A run's gateway with the real providers, on the server of the tests; and questions for it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from builder.config import Limits
from builder.conversation import Message
from builder.gateway.gateway import Gateway
from builder.gateway.lanes import Lanes
from builder.gateway.purse import Purse
from builder.gateway.store import Store
from builder.providers.completion import Provider, Sampling
from builder.providers.keys import Key
from builder.providers.kind import Endpoint
from builder.providers.loading import provider_kind

KEY = "sk-test-1234567890abcdef"


def provider_at(
    url: str, name: str = "openai", model: str = "tiny", timeout_s: float = 20
) -> Provider:
    """A provider whose answers have 100 tokens at most."""
    base_url = f"{url}/v1" if name == "openai" else url
    sampling = Sampling(max_tokens=100)
    endpoint = Endpoint(model, base_url, Key(KEY), sampling, timeout_s, max_connections=100)
    return provider_kind(name).connect(endpoint)


def question(number: int) -> tuple[Message, ...]:
    """A request that no other number makes."""
    return (Message("system", "Answer."), Message("user", f"number {number}"))


@asynccontextmanager
async def opened(
    url: str,
    folder: Path,
    limits: Limits | None = None,
    *,
    run: str = "run",
    provider: Provider | None = None,
    minute_s: float = 60,
) -> AsyncIterator[Gateway]:
    """A gateway with a store in `folder`; all closed at the end."""
    limits = limits or Limits()
    asked = provider or provider_at(url)
    with Store(folder / "requests.sqlite", run) as store:
        lanes = Lanes(limits, dice=random.Random(1), minute_s=minute_s)
        try:
            yield Gateway(asked, store, Purse(store, limits), limits, lanes=lanes)
        finally:
            await asked.close()


def is_idle(gateway: Gateway) -> bool:
    """Whether nothing is held: no slot, no money, nobody waiting."""
    purse, admission = gateway.purse, gateway.lane.admission
    held = purse.under_way or purse.reserved_usd or admission.under_way or gateway.lane.asked
    return not held
