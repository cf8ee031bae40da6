"""The filter of system calls, run by a small machine of the tests' own for both processors, and by the kernel for this one."""

from __future__ import annotations

import errno
import struct
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.sandbox.isolation import Isolation, seccomp
from builder.sandbox.isolation.seccomp import seccomp_filter
from builder.sandbox.process import run_command
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy

TABLE = tomllib.loads(Path(seccomp.__file__).with_name("seccomp.toml").read_text())
MACHINES = ("x86_64", "aarch64")
ALLOWED, KILLED = 0x7FFF0000, 0x80000000
READ = {"x86_64": 0, "aarch64": 63}


@pytest.fixture
def copy(tree: Tree) -> Iterator[WorkCopy]:
    with WorkCopy(tree) as made:
        yield made


def answer(steps: bytes, audit: int, number: int, arguments: tuple[int, ...] = ()) -> int:
    """What the kernel's machine gives for a call; the five instructions that filters use."""
    data = struct.pack("<IIQ6Q", number, audit, 0, *(*arguments, 0, 0, 0, 0, 0, 0)[:6])
    program = list(struct.iter_unpack("<HBBI", steps))
    value = at = 0
    while True:
        code, if_true, if_false, constant = program[at]
        at += 1
        if code == 0x20:
            (value,) = struct.unpack_from("<I", data, constant)
        elif code == 0x06:
            return int(constant)
        else:
            holds = {0x15: value == constant, 0x45: bool(value & constant), 0x35: value >= constant}
            at += if_true if holds[code] else if_false


def call(level: str, machine: str, name: str, *arguments: int) -> str:
    number = TABLE["number"][machine][name]
    given = answer(
        seccomp_filter(level, machine), TABLE["processor"][machine]["audit"], number, arguments
    )
    return "allowed" if given == ALLOWED else errno.errorcode[given & 0xFFFF]


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("level", ["bubblewrap", "landlock"])
def test_every_call_of_the_list_is_refused_with_its_error(level: str, machine: str) -> None:
    for group in TABLE["refused"]:
        for name in group["calls"]:
            if name in TABLE["number"][machine]:
                assert call(level, machine, name) == errno.errorcode[group["errno"]]
    assert {name for group in TABLE["refused"] for name in group["calls"]} <= set(
        TABLE["number"]["x86_64"]
    )


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("name", "arguments", "in_bubblewrap", "in_landlock"),
    [
        ("clone", (0x11,), "allowed", "allowed"),
        ("clone", (0x10000011,), "EPERM", "EPERM"),
        ("clone", (0x00020000,), "EPERM", "EPERM"),
        ("ioctl", (0, 0x5401), "allowed", "allowed"),
        ("ioctl", (0, 0x5412), "EPERM", "EPERM"),
        ("ioctl", (0, 0x1_0000_5412), "EPERM", "EPERM"),
        ("prlimit64", (0, 7), "allowed", "allowed"),
        ("prlimit64", (1, 7), "EPERM", "EPERM"),
        ("socket", (1, 1), "allowed", "EPERM"),
        ("socket", (2, 1), "allowed", "EPERM"),
        ("socket", (10, 1), "allowed", "EPERM"),
        ("socket", (16, 3, 0), "allowed", "EPERM"),
        ("socket", (16, 3, 12), "EPROTONOSUPPORT", "EPERM"),
        ("socket", (17, 3), "EAFNOSUPPORT", "EPERM"),
        ("socket", (40, 1), "EAFNOSUPPORT", "EPERM"),
        ("kill", (5, 9), "allowed", "allowed"),
        ("kill", (2**64 - 1, 9), "allowed", "EPERM"),
        ("setpriority", (0, 0), "allowed", "allowed"),
        ("setpriority", (0, 5), "allowed", "EPERM"),
        ("setpriority", (2, 0), "allowed", "EPERM"),
        ("sched_setaffinity", (0,), "allowed", "allowed"),
        ("sched_setaffinity", (9,), "allowed", "EPERM"),
    ],
)
def test_arguments_decide_where_a_call_is_of_use_too(
    machine: str, name: str, arguments: tuple[int, ...], in_bubblewrap: str, in_landlock: str
) -> None:
    assert call("bubblewrap", machine, name, *arguments) == in_bubblewrap
    assert call("landlock", machine, name, *arguments) == in_landlock


@given(number=st.integers(0, 0x3FFFFFFF), arguments=st.tuples(*[st.integers(0, 2**64 - 1)] * 6))
def test_every_call_that_is_not_named_is_allowed(number: int, arguments: tuple[int, ...]) -> None:
    for machine in MACHINES:
        if number in TABLE["number"][machine].values():
            continue
        audit = TABLE["processor"][machine]["audit"]
        for level in ("bubblewrap", "landlock"):
            assert answer(seccomp_filter(level, machine), audit, number, arguments) == ALLOWED


@pytest.mark.parametrize("machine", MACHINES)
def test_programs_for_another_processor_are_ended(machine: str) -> None:
    steps = seccomp_filter("bubblewrap", machine)
    assert answer(steps, 0x40000003, READ[machine]) == KILLED


def test_the_second_table_of_calls_is_missing() -> None:
    audit = TABLE["processor"]["x86_64"]["audit"]
    given = answer(seccomp_filter("bubblewrap", "x86_64"), audit, 0x40000000)
    assert errno.errorcode[given & 0xFFFF] == "ENOSYS"


def test_an_unknown_processor_has_no_filter() -> None:
    assert seccomp_filter("bubblewrap", "riscv64") == b""


@pytest.mark.parametrize("name", ["bubblewrap", "landlock"])
def test_the_kernel_keeps_to_the_filter(
    copy: WorkCopy, name: str, request: pytest.FixtureRequest
) -> None:
    isolation: Isolation = request.getfixturevalue(name)
    program = (
        "import ctypes, errno, platform, tomllib, sys\n"
        "table = tomllib.load(sys.stdin.buffer)\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "numbers = table['number'][platform.machine()]\n"
        "for group in table['refused']:\n"
        "  for call in group['calls']:\n"
        "    if call in numbers:\n"
        "      ctypes.set_errno(0)\n"
        "      result = libc.syscall(numbers[call], -1, -1, -1, -1, -1, -1)\n"
        "      if (result, ctypes.get_errno()) != (-1, group['errno']):\n"
        "        print(call, result, errno.errorcode.get(ctypes.get_errno()))\n"
        "print('done')\n"
    )
    text = Path(seccomp.__file__).with_name("seccomp.toml").read_bytes()
    done = run_command(
        ["python3", "-I", "-c", program], copy, isolation, merge=True, stdin=text, timeout_s=20
    )
    assert done.stdout == "done\n"
