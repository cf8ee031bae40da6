"""What tokens cost: the list in prices.toml, or the price that the user gave. Who may spend is purse.py's business.

The list goes by the model's name, exactly or with a date behind it: `gpt-5-pro` is not `gpt-5`. A model on the user's own
machine or network costs nothing; a paid service behind a local proxy must be given a price.
"""

from __future__ import annotations

import functools
import ipaddress
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from builder.errors import UsageError
from builder.providers.completion import Usage

BATCH_FACTOR = 0.5
"""Both providers that have a batch API ask half."""

_DATED = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8}|latest)$")


class UnknownPriceError(UsageError):
    """A budget is set for a model whose price nobody has told."""


class Price(BaseModel):
    """US dollars for a million tokens. `written`: of input put into a prompt cache; 0 = as other input."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: float
    output: float
    cached: float
    written: float = 0.0

    def cost_usd(self, usage: Usage) -> float:
        """What an answer cost."""
        plain = max(0, usage.prompt - usage.cached - usage.written)
        read = plain * self.input + usage.cached * self.cached
        read += usage.written * (self.written or self.input)
        return (read + usage.completion * self.output) / 1e6

    def most_usd(self, prompt_tokens: int, answer_tokens: int) -> float:
        """What a request costs if no cache serves it and its answer is as long as it may be."""
        dearest_input = max(self.input, self.written)
        return (prompt_tokens * dearest_input + answer_tokens * self.output) / 1e6


FREE = Price(input=0, output=0, cached=0)


class PriceList(BaseModel):
    """prices.toml. `listed`: the day on which it was made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    listed: date
    openai: dict[str, Price] = Field(default_factory=dict)
    anthropic: dict[str, Price] = Field(default_factory=dict)

    def find(self, model: str) -> Price | None:
        """The price of a model, whoever serves it."""
        known = {**self.openai, **self.anthropic}
        return known.get(model) or known.get(_DATED.sub("", model))


@functools.cache
def read_prices() -> PriceList:
    """The list that ships with the program."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return PriceList.model_validate(tomllib.loads(text))


class Named(Protocol):
    """What a price goes by: a provider, or only its name, a model and an address."""

    @property
    def name(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def base_url(self) -> str: ...


def price_of(provider: Named, given: tuple[float, float] | None = None) -> Price | None:
    """What the provider's model costs; None where nobody knows. `given`: the user's own, input and output."""
    if given is not None:
        return Price(input=given[0], output=given[1], cached=given[0])
    if provider.name == "ollama" or is_local(provider.base_url):
        return FREE
    return read_prices().find(provider.model)


def is_local(base_url: str) -> bool:
    """Whether an address is this machine's or a private network's. Names are not looked up."""
    host = urlsplit(base_url).hostname or ""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".lan")):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return bool(host) and "." not in host  # a bare name is found on the local network only
    return address.is_loopback or address.is_private or address.is_link_local


def unknown_price(model: str) -> UnknownPriceError:
    """The error for a budget over a model that is not in the list."""
    listed = read_prices().listed
    return UnknownPriceError(
        f"a budget is set, but the price of {model!r} is not in the list of {listed}: give it as"
        " --price IN,OUT (US dollars for a million tokens of input and of output, as in --price 2.5,10),"
        " or leave the budget out and bound the run with --max-requests"
    )
