"""What Continue thinks of one command: refused, harmless, or in need of a permission. The lists are in commands.toml."""

from __future__ import annotations

import functools
import itertools
import re
from pathlib import Path

import msgspec

from builder.toolkits.continue_core.javascript import SPACE

_Names = tuple[str, ...]


class _Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Commands that certain arguments make dangerous; commands.toml says what the fields mean."""

    names: _Names
    equal: _Names = ()
    containing: _Names = ()
    folded: _Names = ()
    together: _Names = ()

    def holds(self, arguments: list[str]) -> bool:
        return any(self._is_dangerous(argument) for argument in arguments) or (
            bool(self.together) and set(self.together) <= set(arguments)
        )

    def _is_dangerous(self, argument: str) -> bool:
        return (
            argument in self.equal
            or any(part in argument for part in self.containing)
            or any(part in argument.lower() for part in self.folded)
        )


class _Allowance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Commands that are harmless with certain arguments; commands.toml says what the fields mean."""

    names: _Names
    first: _Names = ()
    not_first: _Names = ()
    not_second: _Names = ()
    some: _Names = ()
    some_containing: _Names = ()
    without: _Names = ()
    without_prefixes: _Names = ()
    not_before_root: _Names = ()

    def holds(self, arguments: list[str]) -> bool:
        return self._has_what_it_needs(arguments) and not (
            any(one in self.without or one.startswith(self.without_prefixes) for one in arguments)
            or any(
                option in self.not_before_root and target.startswith(("/", "C:\\"))
                for option, target in itertools.pairwise(arguments)
            )
        )

    def _has_what_it_needs(self, arguments: list[str]) -> bool:
        first, second = [*arguments[:2], None, None][:2]
        return (
            (not self.first or first in self.first)
            and first not in self.not_first
            and (not self.not_second or (second is not None and second not in self.not_second))
            and (not self.some or any(one in self.some for one in arguments))
            and (
                not self.some_containing
                or any(part in one for one in arguments for part in self.some_containing)
            )
        )


class _Wiping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    paths: _Names
    below: _Names


class _Refused(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    prefixes: _Names
    names: _Names
    arguments: tuple[_Refusal, ...]


class _Harmless(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    names: _Names
    arguments: tuple[_Allowance, ...]


class _Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    obfuscations: _Names
    function_definitions: _Names
    wiping: _Wiping
    refused: _Refused
    harmless: _Harmless


@functools.cache
def _known() -> _Known:
    return msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=_Known)


@functools.cache
def _any_of(field: str) -> re.Pattern[str]:
    patterns: _Names = getattr(_known(), field)
    spaced = (pattern.replace(r"\s", f"[{SPACE}]") for pattern in patterns)
    return re.compile("|".join(f"(?:{pattern})" for pattern in spaced), re.ASCII)


def is_obfuscated(line: str) -> bool:
    """Whether the line seems to hide what it runs: escapes, decoders."""
    return _any_of("obfuscations").search(line) is not None


def defines_function(line: str) -> bool:
    """Whether the line begins with the definition of a shell function."""
    return _any_of("function_definitions").search(line) is not None


def is_refused(command: list[str]) -> bool:
    """Whether Continue never runs this command: words, the name first."""
    refused, name, arguments = _known().refused, command[0].lower(), command[1:]
    return (
        name.startswith(refused.prefixes)
        or name in refused.names
        or _wipes_a_system([name, *arguments])
        or any(name in rule.names and rule.holds(arguments) for rule in refused.arguments)
    )


def _wipes_a_system(words: list[str]) -> bool:
    known = _known().wiping
    is_aimed = any(word in known.paths or word.startswith(known.below) for word in words)
    is_forced = any(word.startswith("-") and "r" in word and "f" in word for word in words)
    return is_aimed and (
        is_forced or {"-r", "-f"} <= set(words) or {"--recursive", "--force"} <= set(words)
    )


def is_harmless(command: list[str]) -> bool:
    """Whether Continue runs this command without asking: words, the name first."""
    harmless, name, arguments = _known().harmless, command[0].lower(), command[1:]
    return name in harmless.names or any(
        name in rule.names and rule.holds(arguments) for rule in harmless.arguments
    )
