"""Prices, estimates and patience: numbers in, numbers out."""

from __future__ import annotations

import random
import time

import pytest

from builder.gateway.estimate import Density, answer_bound, prompt_tokens
from builder.gateway.prices import is_local, price_of, read_prices
from builder.gateway.retrying import MOST_TRIES, Patience
from builder.providers.completion import Completion, ProviderError, ProviderErrorKind, Usage
from tests.gateway.asking import provider_at

OFFICIAL = "https://api.openai.com"


@pytest.mark.parametrize(
    ("model", "dollars"),
    [
        ("gpt-4o", 2.5),
        ("gpt-4o-2024-08-06", 2.5),
        ("gpt-4o-mini-2024-07-18", 0.15),
        ("claude-sonnet-4-5-20250929", 3.0),
        ("claude-haiku-4-5", 1.0),
        ("gpt-5-pro", None),
        ("gpt-4o-audio-preview", None),
        ("unheard-of", None),
    ],
)
def test_a_price_goes_by_the_models_name_with_or_without_a_date(
    model: str, dollars: float | None
) -> None:
    price = read_prices().find(model)
    assert (price.input if price else None) == dollars


def test_every_listed_price_makes_sense() -> None:
    listed = read_prices()
    for price in (*listed.openai.values(), *listed.anthropic.values()):
        assert 0 < price.cached < price.input < price.output
        assert price.written == 0 or price.input < price.written < price.output


def test_the_users_own_price_goes_before_the_list_and_before_local() -> None:
    local = price_of(provider_at("http://127.0.0.1:9"), (2.0, 6.0))
    assert local is not None
    assert local.cost_usd(Usage(1_000_000, 1_000_000, 500_000)) == 8.0
    assert price_of(provider_at("http://127.0.0.1:9")) == price_of(
        provider_at("https://ollama.example", "ollama")
    )


def test_what_a_prompt_cache_served_is_cheaper_and_what_was_written_dearer() -> None:
    price = read_prices().find("claude-sonnet-4-5")
    assert price is not None
    million = 1_000_000
    assert price.cost_usd(Usage(million, 0)) == 3.0
    assert price.cost_usd(Usage(million, 0, cached=million)) == pytest.approx(0.3)
    assert price.cost_usd(Usage(million, 0, written=million)) == pytest.approx(3.75)
    assert price.most_usd(million, million) == pytest.approx(18.75)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:11434/v1", True),
        ("http://127.0.0.1:8000/v1", True),
        ("http://[::1]:8000/v1", True),
        ("http://192.168.1.7/v1", True),
        ("http://gpu-box:8000/v1", True),
        ("http://gpu.local/v1", True),
        ("https://api.openai.com/v1", False),
        ("https://8.8.8.8/v1", False),
    ],
)
def test_an_address_of_this_machine_or_network_is_local(url: str, local: bool) -> None:
    assert is_local(url) is local


def test_an_estimate_grows_with_the_text_and_learns_from_what_is_counted() -> None:
    payload: dict[str, object] = {"messages": [{"content": "word " * 700}], "max_tokens": 50}
    estimate = prompt_tokens(payload)
    assert 1_000 <= estimate <= 1_050
    assert prompt_tokens({**payload, "tools": [{"name": "x" * 300}]}) >= estimate + 100
    density = Density()
    assert (density.prompt(estimate), density.answer(50)) == (estimate, 50)
    density.observe(estimate, Completion(usage=Usage(2 * estimate, 10)))
    assert (density.prompt(estimate), density.answer(50)) == (2 * estimate, 10)


def test_the_bound_of_an_answer_is_where_each_provider_has_it() -> None:
    assert answer_bound({"max_tokens": 7}) == 7
    assert answer_bound({"max_completion_tokens": 8}) == 8
    assert answer_bound({"options": {"num_predict": 9}}) == 9
    assert answer_bound({}) == 4_096


def _patience(patience_s: float = 900) -> Patience:
    return Patience(random.Random(1), patience_s)


def test_a_broken_server_is_asked_eight_times_with_growing_pauses() -> None:
    patience = _patience()
    error = ProviderError(ProviderErrorKind.SERVER, "500")
    pauses = [patience.pause_s(error, 0.0) for _ in range(MOST_TRIES - 1)]
    assert all(0 <= pause <= 0.5 * 2**n for n, pause in enumerate(pauses))
    with pytest.raises(ProviderError):
        patience.pause_s(error, 0.0)


def test_who_never_answered_anybody_is_asked_three_times() -> None:
    refused = ProviderError(ProviderErrorKind.CONNECTION, "refused")
    patience = _patience()
    assert sum(patience.pause_s(refused, float("-inf")) for _ in range(2)) <= 1.5
    with pytest.raises(ProviderError):
        patience.pause_s(refused, float("-inf"))
    patience.pause_s(refused, 0.0)  # somebody had an answer meanwhile


def test_what_the_server_asks_to_wait_is_waited() -> None:
    error = ProviderError(ProviderErrorKind.SERVER, "503", retry_after_s=7)
    assert _patience().pause_s(error, 0.0) >= 7


def test_a_rate_limit_is_borne_as_long_as_others_get_through() -> None:
    error = ProviderError(ProviderErrorKind.RATE_LIMIT, "429")
    patience = _patience(patience_s=0.05)
    for _ in range(20):
        patience.pause_s(error, time.monotonic())
        time.sleep(0.01)
    last_success_at = time.monotonic()
    time.sleep(0.06)
    with pytest.raises(ProviderError):
        patience.pause_s(error, last_success_at)


def test_a_rate_limit_that_lasts_till_tomorrow_is_an_error_at_once() -> None:
    error = ProviderError(ProviderErrorKind.RATE_LIMIT, "429", retry_after_s=36_000)
    with pytest.raises(ProviderError):
        _patience().pause_s(error, time.monotonic())
