"""What the launcher is to start, and how that is written down for it: lines of `key=value` that end in a null character.

../isolation/landlock.py writes it, main.py reads it. JSON would take the launcher ten milliseconds to import.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # as in ../processes.py
if TYPE_CHECKING:
    from collections.abc import Sequence


class Order:
    """Arguments; the paths that are left to them, to read, to change, and devices; a seccomp filter; who orders."""

    def __init__(
        self,
        argv: list[str],
        readable: Sequence[str],
        writable: Sequence[str],
        devices: Sequence[str],
        filter_steps: bytes,
        builder: int,
    ) -> None:
        self.argv = argv
        self.readable = readable
        self.writable = writable
        self.devices = devices
        self.filter = filter_steps
        self.builder = builder

    def written(self) -> bytes:
        """Raises UnicodeEncodeError for half of a surrogate pair. No text may hold a null character."""
        lists = {
            "argv": self.argv,
            "readable": self.readable,
            "writable": self.writable,
            "devices": self.devices,
            "filter": [self.filter.hex()],
            "builder": [str(self.builder)],
        }
        lines = (f"{key}={value}\0" for key, values in lists.items() for value in values)
        return b"".join(map(os.fsencode, lines))


def read_order(descriptor: int) -> Order:
    """Read what `written` wrote from a file that is open."""
    content = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    lists: dict[str, list[str]] = {}
    for line in os.fsdecode(content).split("\0")[:-1]:
        key, _, value = line.partition("=")
        lists.setdefault(key, []).append(value)
    return Order(
        argv=lists["argv"],
        readable=lists["readable"],
        writable=lists["writable"],
        devices=lists["devices"],
        filter_steps=bytes.fromhex(lists["filter"][0]),
        builder=int(lists["builder"][0]),
    )
