"""The one way to a model: what was answered before comes from the store, all else is paced, paid, retried and kept.

In front of every provider (builder/providers), which only knows how to ask once. In this order: cache, budget (purse.py),
requests a minute (pace.py), requests under way (admission.py), the provider, other tries (retrying.py), the store. An
answer and its cost are on disk before whoever asked goes on. One event loop; the same request is asked once, however many
ask it at the same time. Batches are batches.py.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from builder.config import Limits
from builder.conversation import Message
from builder.gateway.estimate import answer_bound, prompt_tokens
from builder.gateway.lanes import Lane, Lanes
from builder.gateway.prices import Price, price_of, unknown_price
from builder.gateway.purse import Purse, Reservation
from builder.gateway.retrying import Patience
from builder.gateway.store import Paid, Source, Store
from builder.providers.completion import Completion, Payload, Provider, ProviderError
from builder.tool_spec import JsonSchema, ToolSpec

_encoder = msgspec.json.Encoder()
_MOST_KEPT_BYTES = 2_000_000
"""A longer answer is of no use to anybody: it is paid for and booked, and would be asked for again."""


class Request(NamedTuple):
    """One thing to be asked. `estimate`: tokens of the prompt, uncorrected; `key`: what the cache goes by."""

    key: bytes
    payload: Payload
    stage: str
    estimate: int

    @property
    def bound(self) -> int:
        """The most tokens that the answer may have."""
        return answer_bound(self.payload)


class Gateway:
    """Asks one model. Store, purse and lanes belong to the run and are shared by its gateways."""

    def __init__(
        self,
        provider: Provider,
        store: Store,
        purse: Purse,
        limits: Limits,
        *,
        lanes: Lanes | None = None,
    ) -> None:
        self.provider, self.store, self.purse = provider, store, purse
        self.source = Source.of(provider)
        self.price: Price | None = price_of(provider, limits.price)
        if self.price is None and limits.budget_usd is not None:
            raise unknown_price(provider.model)
        self._lanes = lanes or Lanes(limits)
        self.lane: Lane = self._lanes.of(self.source)

    async def complete(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec] = (),
        schema: JsonSchema | None = None,
        *,
        stage: str,
        sample: int = 0,
    ) -> Completion:
        """The model's answer. `sample`: tells apart requests that are alike and are to be answered independently.

        Raises ProviderError where trying again does not help, BudgetReachedError where the run may not spend more.
        """
        request = self.request(messages, tools, schema, stage=stage, sample=sample)
        while (kept := self.kept(request)) is None:
            ahead = self.lane.asked.get(request.key)
            if ahead is None:
                return await self._ask_for_all(request)
            answer = await asyncio.shield(ahead)
            if answer is not None:
                self.store.hit(self.source, stage)
                return answer
        self.store.hit(self.source, stage)
        return kept

    def request(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec] = (),
        schema: JsonSchema | None = None,
        *,
        stage: str,
        sample: int = 0,
    ) -> Request:
        """What `complete` would ask, and the key of its answer."""
        payload = self.provider.payload(messages, tools, schema)
        wire = _encoder.encode(payload)
        who = _encoder.encode((self.source.provider, self.source.base_url, sample))
        key = hashlib.sha256(who + wire).digest()
        return Request(key, payload, stage, prompt_tokens(payload, wire))

    def kept(self, request: Request) -> Completion | None:
        """The answer in the store; None where there is none, or none that the parser of today can read."""
        body = self.store.get(request.key)
        if body is None:
            return None
        try:
            return self.provider.parse(body)
        except ProviderError:
            return None

    def most_usd(self, request: Request) -> float:
        """What the request may cost at most; 0 where the price is not known."""
        if self.price is None:
            return 0.0
        return self.price.most_usd(self.lane.density.prompt(request.estimate), request.bound)

    async def close(self) -> None:
        """Close the provider's connections. The store belongs to the run."""
        await self.provider.close()

    async def _ask_for_all(self, request: Request) -> Completion:
        """Ask, and tell whoever asks the same meanwhile; None tells them to ask for themselves."""
        told: asyncio.Future[Completion | None] = asyncio.get_running_loop().create_future()
        self.lane.asked[request.key] = told
        try:
            answer = await self._ask(request)
        except ProviderError as error:
            told.set_exception(error)
            told.exception()  # seen, also where nobody waits
            raise
        else:
            told.set_result(answer)
            return answer
        finally:
            del self.lane.asked[request.key]
            if not told.done():
                told.set_result(None)

    async def _ask(self, request: Request) -> Completion:
        patience = Patience(self._lanes.dice)
        while True:
            try:
                return await self._attempt(request)
            except ProviderError as error:
                admission = self.lane.admission
                pause_s = patience.pause_s(error, admission.last_success_at, admission.cuts)
            await asyncio.sleep(pause_s)

    async def _attempt(self, request: Request) -> Completion:
        """One try, from the budget to the store. However it ends, what it holds is given back."""
        density, pace = self.lane.density, self.lane.pace
        tokens = density.prompt(request.estimate) + density.answer(request.bound)
        used, usd = 0, 0.0
        reservation = await self.purse.reserve(self.most_usd(request))
        try:
            await pace.take(tokens)
            try:
                body, answer = await self._send(request, reservation)
                usd = self._keep(request, body, answer) or 0.0
                used = answer.usage.prompt + answer.usage.completion
                return answer
            finally:
                pace.settle(tokens, used)
        finally:
            reservation.settle(usd)

    async def _send(self, request: Request, reservation: Reservation) -> tuple[bytes, Completion]:
        """Send once there is a slot. A body that is no answer is a failure of the server."""
        slot = await self.lane.admission.enter()
        try:
            reservation.sent()
            body = await self.provider.send(request.payload)
            answer = self.provider.parse(body)
        except ProviderError as error:
            slot.failed(error)
            self.store.failed(self.source, request.stage, error.kind)
            raise
        except asyncio.CancelledError:
            self.store.failed(self.source, request.stage, None)
            raise
        else:
            slot.answered(answer.usage)
            return body, answer
        finally:
            slot.give_back()

    def _keep(self, request: Request, body: bytes, answer: Completion) -> float | None:
        """Commit the answer with its cost. Nothing is awaited between its arrival and this."""
        usd = None if self.price is None else self.price.cost_usd(answer.usage)
        kept = body if len(body) <= _MOST_KEPT_BYTES else b""
        self.store.put(self.source, Paid(request.key, request.stage, kept, answer.usage, usd))
        self.lane.density.observe(request.estimate, answer)
        return usd
