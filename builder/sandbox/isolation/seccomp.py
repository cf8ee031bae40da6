"""Makes the filter of system calls that the levels bubblewrap and landlock put on a command.

What is refused is data: seccomp.toml. The filter is a program for the kernel's classic BPF machine, eight bytes an
instruction (include/uapi/linux/filter.h, seccomp.h). It knows x86_64 and aarch64; elsewhere there is none.
A filter sees numbers, not what pointers point to, so it cannot tell one path from another.
"""

from __future__ import annotations

import functools
import platform
import struct
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOAD, _RETURN = 0x20, 0x06  # BPF_LD | BPF_W | BPF_ABS; BPF_RET | BPF_K
_IF_EQUAL, _IF_BITS, _IF_AT_LEAST = 0x15, 0x45, 0x35  # BPF_JMP | BPF_JEQ, BPF_JSET, BPF_JGE | BPF_K
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER_AT, _PROCESSOR_AT, _ARGUMENTS_AT = (
    0,
    4,
    16,
)  # struct seccomp_data; both processors are little-endian
_ENOSYS = 38


class _Condition(TypedDict, total=False):
    argument: int
    has_bits: int
    is_one_of: list[int]
    is_none_of: list[int]


class _Rule(TypedDict):
    call: str
    levels: list[str]
    errno: int
    when: list[_Condition]


class _Group(TypedDict):
    errno: int
    calls: list[str]


class _Processor(TypedDict, total=False):
    audit: int
    x32_bit: int


class _Table(TypedDict):
    processor: dict[str, _Processor]
    refused: list[_Group]
    rule: list[_Rule]
    number: dict[str, dict[str, int]]


class Instruction(NamedTuple):
    """One step: what to do, how many steps to skip if a comparison holds and if it does not, and a constant."""

    code: int
    if_true: int
    if_false: int
    constant: int


@functools.cache
def seccomp_filter(level: str, machine: str = "") -> bytes:
    """The filter of a level as the kernel reads it; empty for a processor that seccomp.toml does not know.

    `machine`: as `platform.machine()` names it; empty for this one.
    """
    table = _read_table()
    machine = machine or platform.machine()
    if machine not in table["processor"]:
        return b""
    return b"".join(struct.pack("<HBBI", *step) for step in _program(table, level, machine))


@functools.cache
def _read_table() -> _Table:
    text = Path(__file__).with_name("seccomp.toml").read_text(encoding="utf-8")
    table: _Table = tomllib.loads(text)  # type: ignore[assignment]  # our own file, in that form
    return table


def _program(table: _Table, level: str, machine: str) -> list[Instruction]:
    numbers = table["number"][machine]
    steps = _known_processor(table["processor"][machine])
    for group in table["refused"]:
        for call in group["calls"]:
            if call in numbers:
                steps += _refuse(numbers[call], group["errno"], [])
    for rule in table["rule"]:
        if level in rule["levels"]:
            steps += _refuse(numbers[rule["call"]], rule["errno"], rule["when"])
    return [*steps, Instruction(_RETURN, 0, 0, _ALLOW)]


def _known_processor(processor: _Processor) -> list[Instruction]:
    """Programs for another processor's table of calls are ended: numbers mean something else there."""
    steps = [
        Instruction(_LOAD, 0, 0, _PROCESSOR_AT),
        Instruction(_IF_EQUAL, 1, 0, processor["audit"]),
        Instruction(_RETURN, 0, 0, _KILL),
        Instruction(_LOAD, 0, 0, _NUMBER_AT),
    ]
    if "x32_bit" in processor:
        steps += [
            Instruction(_IF_AT_LEAST, 0, 1, processor["x32_bit"]),
            Instruction(_RETURN, 0, 0, _ERRNO | _ENOSYS),
        ]
    return steps


def _refuse(number: int, errno: int, conditions: Sequence[_Condition]) -> list[Instruction]:
    """Steps that answer a call with an error if all conditions hold; the call's number is loaded again behind them."""
    refusal = [Instruction(_RETURN, 0, 0, _ERRNO | errno)]
    if not conditions:
        return [Instruction(_IF_EQUAL, 0, 1, number), *refusal]
    for condition in reversed(conditions):
        refusal = [*_unless_skip(condition, len(refusal)), *refusal]
    reload = Instruction(_LOAD, 0, 0, _NUMBER_AT)
    return [Instruction(_IF_EQUAL, 0, len(refusal), number), *refusal, reload]


def _unless_skip(condition: _Condition, rest: int) -> list[Instruction]:
    """Steps that go on if the condition holds, and skip the `rest` of the rule if not."""
    load = Instruction(_LOAD, 0, 0, _ARGUMENTS_AT + 8 * condition["argument"])
    if "has_bits" in condition:
        return [load, Instruction(_IF_BITS, 0, rest, condition["has_bits"])]
    wanted = condition.get("is_one_of", [])
    values = wanted or condition["is_none_of"]
    compared = []
    for left, value in zip(range(len(values) - 1, -1, -1), values, strict=True):
        on_match = left if wanted else left + rest
        on_last = rest if wanted and not left else 0
        compared.append(Instruction(_IF_EQUAL, on_match, on_last, value))
    return [load, *compared]
