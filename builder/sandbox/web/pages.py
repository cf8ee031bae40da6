"""What a workspace's web is made of: pages, the sites that they stand on, and what answers at each address.

document.py turns a page into what is sent, server.py sends it, client.py asks for it. Sites here are static: no
parameters, no forms, no state. An address that no page has is missing on a site that there is, and unknown elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple
from urllib.parse import quote, urlsplit

_KEPT = "/?%:@!$&'()*+,;=-._~[]|"
"""What stands in a path or a query as it is."""

_PORTS = {"http": 80, "https": 443}

PageKind = Literal["html", "text", "json"]


@dataclass(frozen=True, slots=True)
class Page:
    """A web page that ships with a workspace.

    `body`: Markdown where `kind` is html (it is sent as an HTML document), else the text as it is sent.
    `redirect`: the address that this one sends its readers to; such a page has no body.
    """

    url: str
    title: str
    body: str
    kind: PageKind = "html"
    redirect: str = ""


class Place(NamedTuple):
    """Where something stands: `https`, `docs.example.dev`, `/guide?v=2`."""

    scheme: str
    host: str
    target: str

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}{self.target}"


def place_of(url: str) -> Place:
    """Take an address apart; what stands behind `#` goes, letters that no address has are written as `%..`.

    Raises ValueError for an address that cannot be taken apart.
    """
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    port = "" if parts.port in (None, _PORTS.get(parts.scheme)) else f":{parts.port}"
    return Place(parts.scheme, (parts.hostname or "") + port, quote(target, safe=_KEPT))


class Website:
    """Every site of a workspace, and what answers at each of their addresses."""

    def __init__(self, pages: Mapping[str, Page]) -> None:
        self._pages = {place_of(page.url): page for page in pages.values()}
        self._hosts = {place.host for place in self._pages}

    def knows(self, place: Place) -> bool:
        """Whether there is such a site, with or without such a page."""
        return place.scheme in ("http", "https") and place.host in self._hosts

    def page(self, place: Place) -> Page | None:
        """What stands at an address of a site; None where nothing does."""
        found = self._pages.get(place)
        return self._index(place) if found is None and place.target == "/" else found

    def moved(self, place: Place) -> Place | None:
        """Where the page is that somebody meant who wrote http or a slash too many."""
        path = place.target.rstrip("/") or "/"
        meant = place._replace(scheme="https", target=path)
        return meant if meant != place and self.page(meant) is not None else None

    def pages_of(self, host: str) -> list[Page]:
        """The pages of a site by address, without those that only lead elsewhere."""
        found = (page for place, page in self._pages.items() if place.host == host)
        return sorted((page for page in found if not page.redirect), key=lambda page: page.url)

    def _index(self, place: Place) -> Page | None:
        if place.scheme != "https":
            return None
        links = [f"- [{page.title}]({page.url})" for page in self.pages_of(place.host)]
        intro = f"Everything that is published on {place.host}, by address."
        return Page(place.url, place.host, "\n".join([f"# {place.host}", "", intro, "", *links]))
