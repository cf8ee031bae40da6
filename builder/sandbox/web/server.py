"""A web server for the pages of a workspace: real HTTP, over a connection that nobody else can open.

It listens nowhere. A visit is a pair of connected sockets without a name, an address or a file, one end here and one
in client.py: no command, sandboxed or not, and no other program can reach what has no address. One visit is one
connection and one thread, which ends with it; where nothing is fetched nothing is started.
Not served: anything but GET, and more than one request on a connection.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import BaseServer

from builder.sandbox.web.document import Document, document_of, missing_document
from builder.sandbox.web.pages import Place, Website, place_of

TIMEOUT_S = 5.0
"""For either side to wait for the other."""


@contextmanager
def visit(website: Website, scheme: str) -> Iterator[socket.socket]:
    """A connection to the server. `scheme`: how the visitor came, http or https; nothing is encrypted here."""
    ours, theirs = socket.socketpair()
    server = _Server(website, scheme)
    thread = threading.Thread(target=server.serve, args=(theirs,), name="page server", daemon=True)
    with ours, theirs:
        ours.settimeout(TIMEOUT_S)
        theirs.settimeout(TIMEOUT_S)
        thread.start()
        try:
            yield ours
        finally:
            ours.close()  # the server sees the end of the connection, whatever it was doing
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: _Server
    server_version = "pages"
    sys_version = ""

    def do_GET(self) -> None:
        website = self.server.website
        place = self._asked_place()
        page = website.page(place)
        if page is not None and page.redirect:
            self._send_elsewhere(page.redirect)
        elif page is not None:
            self._send(HTTPStatus.OK, document_of(page, website))
        elif moved := website.moved(place):
            self._send_elsewhere(moved.url)
        else:
            self._send(HTTPStatus.NOT_FOUND, missing_document(place.url, website))

    def log_message(self, *_: object) -> None:
        """Nothing is written: what was asked for stands in the row."""

    def _asked_place(self) -> Place:
        return place_of(f"{self.server.scheme}://{self.headers.get('Host', '')}{self.path}")

    def _send(self, status: HTTPStatus, document: Document) -> None:
        self.send_response(status)
        self.send_header("Content-Type", document.content_type)
        self.send_header("Content-Length", str(len(document.body)))
        self.end_headers()
        self.wfile.write(document.body)

    def _send_elsewhere(self, url: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self.end_headers()


class _Server(BaseServer):
    """Holds what a handler needs; has no address of its own."""

    def __init__(self, website: Website, scheme: str) -> None:
        super().__init__("", _Handler)
        self.website = website
        self.scheme = scheme

    def serve(self, connection: socket.socket) -> None:
        """Answer on this connection until it ends; a visitor who leaves early is no error."""
        with connection:
            try:
                self.finish_request(connection, "")
            except (BrokenPipeError, ConnectionResetError):
                return
