"""Fetches an address from a workspace's own web.

Never reaches the network: a host that the workspace has no page of cannot be played, and the connection is handed to
the HTTP client ready made, which cannot open another. Not imitated: cookies, compression, proxies, encryption.
"""

from __future__ import annotations

import http.client
from typing import NamedTuple
from urllib.parse import urljoin

from builder.errors import NotPlayableError
from builder.sandbox.web.pages import Place, Website, place_of
from builder.sandbox.web.server import visit

MAX_BYTES = 2_000_000
MAX_REDIRECTS = 5


class Fetched(NamedTuple):
    """What an address answered with: the address that the redirects ended at, status and its phrase, type, text."""

    url: str
    status: int
    reason: str
    content_type: str
    text: str

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300


def fetch(url: str, website: Website) -> Fetched:
    """Ask for an address and follow where it leads.

    Raises NotPlayableError for a host that is not the workspace's, too many redirects and too large an answer.
    """
    for _ in range(MAX_REDIRECTS + 1):
        place = _known_place(url, website)
        answer, location = _ask(place, website)
        if not location:
            return answer
        url = urljoin(place.url, location)
    raise NotPlayableError(f"{url} is the end of more than {MAX_REDIRECTS} redirects")


def _known_place(url: str, website: Website) -> Place:
    try:
        place = place_of(url)
    except ValueError as error:
        raise NotPlayableError(f"{url} is no address") from error
    if not website.knows(place):
        raise NotPlayableError(f"{url} is no address of the workspace's web")
    return place


def _ask(place: Place, website: Website) -> tuple[Fetched, str]:
    """The answer, and where it sends its reader instead."""
    with visit(website, place.scheme) as connection:
        client = http.client.HTTPConnection(place.host)
        client.sock = connection
        client.auto_open = 0
        try:
            client.request("GET", place.target, headers={"Connection": "close"})
            response = client.getresponse()
            body = response.read(MAX_BYTES + 1)
        except (http.client.HTTPException, ValueError) as error:
            raise NotPlayableError(f"{place.url} cannot be asked for") from error
        finally:
            client.close()
    if len(body) > MAX_BYTES:
        raise NotPlayableError(f"{place.url} has more than {MAX_BYTES} bytes")
    location = response.headers.get("Location", "") if response.status // 100 == 3 else ""
    kind = response.headers.get_content_type()
    text = body.decode("utf-8", errors="replace")
    return Fetched(place.url, response.status, response.reason, kind, text), location
