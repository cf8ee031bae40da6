"""What Continue offers a model, by its name: which tools, and whether calls are native or written as text.

Imitates core/llm/toolSupport.ts, its use by core/tools/index.ts and gui/src/redux/thunks/streamNormalInput.ts, and
extensions/cli/src/utils/modelCapability.ts at d0a3c0b626. The names are facts about Continue, kept in
model_support.toml beside this file. What the toolsets contain lives in tool_spec.py, the text form in dialects/. Does
not imitate: a user's `tool_overrides` and excluded tools, the setting that makes every model write text.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

_Names = tuple[str, ...]
Calls = Literal["native", "text"]


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names of models, and whether those make native calls; model_support.toml says what the fields mean."""

    native: bool = True
    prefixes: _Names = ()
    contains: _Names = ()
    equals: _Names = ()
    patterns: _Names = ()
    exact_case: bool = False

    def fits(self, model: str) -> bool:
        name = model if self.exact_case else model.lower()
        return (
            (not self.prefixes or name.startswith(self.prefixes))
            and (not self.contains or any(part in name for part in self.contains))
            and (not self.equals or name in self.equals)
            and (not self.patterns or any(_found(pattern, name) for pattern in self.patterns))
        )


class _Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rules: tuple[_Rule, ...]
    after_slash: bool = False
    without_hyphens_too: bool = False
    like: str = ""


class _Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    recommended: tuple[_Names, ...]
    capable: _Names
    providers: dict[str, _Provider]


class Offer(NamedTuple):
    """What a model gets: the toolset in the editor and how it calls there, the toolset in the terminal program.

    The terminal program knows native calls only.
    """

    ide: str
    ide_calls: Calls
    cli: str
    cli_calls: Calls


@functools.cache
def _known() -> _Known:
    return msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=_Known)


def _found(pattern: str, name: str) -> bool:
    return re.search(pattern, name, re.ASCII) is not None


def known_providers() -> tuple[str, ...]:
    """Providers for which some model makes native calls; all others get the text form."""
    return tuple(_known().providers)


def is_recommended(model: str) -> bool:
    """Whether the editor takes the model for a good agent, which gets `multi_edit`."""
    name = model.lower()
    return any(all(_found(one, name) for one in group) for group in _known().recommended)


def is_capable(title: str, model: str | None = None) -> bool:
    """Whether the terminal program takes the model, by its title in the configuration or its name, for capable."""
    names = (title.lower(), (model or "").lower())
    return any(_found(pattern, name) for pattern in _known().capable for name in names)


def has_native_calls(provider: str, model: str, *, declared: bool | None = None) -> bool:
    """Whether the editor sends this model tools as such. `declared`: what the configuration says of it, if anything."""
    if declared is not None:
        return declared
    known = _known().providers.get(provider)
    if known is None:
        return False
    names = [model, model.lower().replace("-", "")] if known.without_hyphens_too else [model]
    verdicts = [_verdict(known, name) for name in names]
    if False in verdicts:
        return False
    return any(verdicts) or (
        bool(known.like) and any(has_native_calls(known.like, n) for n in names)
    )


def _verdict(provider: _Provider, model: str) -> bool | None:
    """What the first rule that fits says; None where none does."""
    name = model.rsplit("/", 1)[-1] if provider.after_slash else model
    return next((rule.native for rule in provider.rules if rule.fits(name)), None)


def toolset_for(
    provider: str, model: str, *, title: str = "", declared: bool | None = None
) -> Offer:
    """The toolsets that both clients offer a model. `title`: its name in the configuration, if it has another."""
    native = has_native_calls(provider, model, declared=declared)
    return Offer(
        ide="continue-ide/recommended" if is_recommended(model) else "continue-ide/open",
        ide_calls="native" if native else "text",
        cli="continue-cli/capable" if is_capable(title or model, model) else "continue-cli/open",
        cli_calls="native",
    )
