"""How many tokens a request may have, without a tokenizer; and how many its answer may have at most.

Each provider counts with a tokenizer of its own, and not all of them can be had. purse.py, pace.py and a dry run need a
number before anything is sent; it errs upwards for code and prose. `Density` corrects it by what the provider counts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import msgspec

from builder.providers.completion import Completion, Payload, Sampling

BYTES_PER_TOKEN = 3.5
"""Of prose and code. English has more than 4; a character outside ASCII has 2 to 4 bytes, and about one token."""
BYTES_PER_TOKEN_OF_JSON = 3.0
"""Of tools and schemas: brackets and quotes are tokens of their own."""

_JSON_FIELDS = ("tools", "response_format", "output_config", "output_format", "format")
_BOUNDS = ("max_completion_tokens", "max_tokens", "max_output_tokens")


def prompt_tokens(payload: Payload, wire: bytes | None = None) -> int:
    """Tokens that the provider reads, estimated. `wire`: the payload as JSON, where the caller has it already."""
    whole = len(wire if wire is not None else msgspec.json.encode(payload))
    fields = [payload[name] for name in _JSON_FIELDS if name in payload]
    dense = len(msgspec.json.encode(fields)) if fields else 0
    return math.ceil((whole - dense) / BYTES_PER_TOKEN + dense / BYTES_PER_TOKEN_OF_JSON)


def answer_bound(payload: Payload) -> int:
    """How many tokens the answer may have, by the payload; the default of `Sampling` where it does not say."""
    options = payload.get("options")
    local = options.get("num_predict") if isinstance(options, dict) else None
    for value in (*(payload.get(name) for name in _BOUNDS), local):
        if isinstance(value, int) and value > 0:
            return value
    return Sampling().max_tokens


@dataclass(slots=True)
class Density:
    """What the provider counted, against what was estimated: the next estimate is made with it.

    `factor`: the largest ratio seen, at least 1, so that a text denser than expected is underestimated only until its
    first answer. `answer_tokens`: a running mean, None before the first answer.
    """

    factor: float = 1.0
    answer_tokens: float | None = None

    def observe(self, estimate: int, completion: Completion) -> None:
        """Take in an answer. `estimate`: what `prompt_tokens` said of its request."""
        usage = completion.usage
        if estimate and usage.prompt:
            self.factor = max(self.factor, usage.prompt / estimate)
        if usage.completion:
            mean = self.answer_tokens
            self.answer_tokens = (
                usage.completion if mean is None else 0.9 * mean + 0.1 * usage.completion
            )

    def prompt(self, estimate: int) -> int:
        """The estimate, corrected."""
        return math.ceil(estimate * self.factor)

    def answer(self, bound: int) -> int:
        """How long an answer is to be expected; the bound itself before there was one."""
        return bound if self.answer_tokens is None else min(bound, math.ceil(self.answer_tokens))
