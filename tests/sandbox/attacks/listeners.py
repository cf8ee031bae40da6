"""Servers of this machine that a command must not reach: TCP, UDP, and Unix sockets with a path and without."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Listeners:
    """Open sockets by kind; all on loopback."""

    sockets: Mapping[str, socket.socket]
    path: Path
    abstract: str

    def words(self) -> dict[str, str]:
        """Where each of them is reached."""
        port = self._port("tcp")
        return {
            "port": str(port),
            "port_hex": f"{port:04X}",
            "port6": str(self._port("tcp6")),
            "udp_port": str(self._port("udp")),
            "socket": str(self.path),
            "abstract": self.abstract,
        }

    def heard(self) -> list[str]:
        """The kinds that somebody has turned to."""
        ready, _, _ = select.select(list(self.sockets.values()), [], [], 0)
        return [kind for kind, one in self.sockets.items() if one in ready]

    def _port(self, kind: str) -> int:
        if kind not in self.sockets:
            return 9
        port: int = self.sockets[kind].getsockname()[1]
        return port


@contextmanager
def listening(token: str, path: Path) -> Iterator[Listeners]:
    """Open all of them; IPv6 only where the machine has it."""
    abstract = f"listener-{token}"
    with ExitStack() as stack:
        sockets = {"tcp": stack.enter_context(socket.create_server(("127.0.0.1", 0)))}
        if has_ipv6():
            server = socket.create_server(("::1", 0), family=socket.AF_INET6)
            sockets["tcp6"] = stack.enter_context(server)
        sockets["udp"] = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        sockets["udp"].bind(("127.0.0.1", 0))
        for kind, address in (("unix", str(path)), ("abstract", f"\0{abstract}")):
            sockets[kind] = stack.enter_context(socket.socket(socket.AF_UNIX))
            sockets[kind].bind(address)
            sockets[kind].listen()
        yield Listeners(sockets, path, abstract)


def has_ipv6() -> bool:
    """Whether the machine has an IPv6 loopback."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False
