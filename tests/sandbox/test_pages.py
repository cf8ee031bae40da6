"""The web of a workspace over real HTTP: what is served, what is refused, and that nothing else can reach it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.errors import NotPlayableError
from builder.sandbox.web.client import MAX_BYTES, MAX_REDIRECTS, Fetched, fetch
from builder.sandbox.web.pages import Page, Website, place_of
from builder.sandbox.web.server import visit

GUIDE = Page("https://docs.tool.example/guide", "Guide & more", "# Guide\n\nUse `it`\nwell.\n")
PAGES = (
    GUIDE,
    Page("https://docs.tool.example/changes.txt", "Changes", "1.0\n  first\n", "text"),
    Page("https://docs.tool.example/api.json", "API", '{"a": [1]}\n', "json"),
    Page("https://docs.tool.example/old", "", "", redirect="https://docs.tool.example/guide"),
    Page("https://docs.tool.example/near", "", "", redirect="guide"),
    Page("https://docs.tool.example/loop", "", "", redirect="https://docs.tool.example/loop"),
    Page("https://docs.tool.example/away", "", "", redirect="https://elsewhere.example/"),
    Page("https://docs.tool.example/search?q=a%20b", "Found", "Found.\n"),
    Page("https://docs.tool.example/large.txt", "Large", "x" * (MAX_BYTES + 1), "text"),
    Page("https://docs.tool.example/html", "HTML", "<script>alert(1)</script> <b>x</b>\n"),
    Page("https://blog.tool.example/", "Blog", "Written by hand.\n"),
)


@pytest.fixture
def website() -> Website:
    return Website({page.url: page for page in PAGES})


@pytest.fixture(autouse=True)
def _nothing_is_left_behind() -> Iterator[None]:
    """No thread and no open socket outlives a test."""
    before = (threading.active_count(), _open_sockets())
    yield
    assert (threading.active_count(), _open_sockets()) == before


def _open_sockets() -> set[str]:
    """The sockets of this process, as /proc names them."""
    return {link for link in map(_target, Path("/proc/self/fd").iterdir()) if "socket:" in link}


def _target(link: Path) -> str:
    """What a link leads to; the one that listing the folder itself opened is gone by now."""
    try:
        return str(link.readlink())
    except FileNotFoundError:
        return ""


def _ask(website: Website, request: bytes) -> bytes:
    """What comes back for these bytes."""
    answer = b""
    with visit(website, "https") as connection:
        connection.sendall(request)
        while part := connection.recv(65536):
            answer += part
    return answer


def test_a_page_is_a_whole_document(website: Website) -> None:
    found = fetch(GUIDE.url, website)
    assert (found.status, found.content_type, found.url) == (200, "text/html", GUIDE.url)
    assert found.text.startswith("<!DOCTYPE html>")
    for tag in ("title", "header", "nav", "main", "article", "footer"):
        assert f"</{tag}>" in found.text
    assert "<title>Guide &amp; more</title>" in found.text
    assert "<p>Use <code>it</code> well.</p>" in found.text


@pytest.mark.parametrize(
    ("path", "kind", "text"),
    [
        ("changes.txt", "text/plain", "1.0\n  first\n"),
        ("api.json", "application/json", '{"a": [1]}\n'),
    ],
)
def test_texts_are_sent_as_they_are(website: Website, path: str, kind: str, text: str) -> None:
    found = fetch(f"https://docs.tool.example/{path}", website)
    assert (found.content_type, found.text) == (kind, text)


@pytest.mark.parametrize(
    "url",
    [
        "https://docs.tool.example/old",
        "https://docs.tool.example/near",
        "http://docs.tool.example/guide",
        "https://docs.tool.example/guide/",
        "https://docs.tool.example/guide#part",
        "https://DOCS.tool.example:443/guide",
    ],
)
def test_other_ways_to_write_an_address_lead_to_the_page(website: Website, url: str) -> None:
    assert fetch(url, website) == fetch(GUIDE.url, website)


@pytest.mark.parametrize(
    "url",
    [
        "https://docs.tool.example/none",
        "https://docs.tool.example/guide?x=1",
        "https://docs.tool.example/Guide",
        "https://docs.tool.example/../../etc/passwd",
        "https://docs.tool.example/größe",
        "https://blog.tool.example/guide",
    ],
)
def test_a_site_without_the_page_answers_404(website: Website, url: str) -> None:
    found = fetch(url, website)
    assert (found.status, found.reason, found.is_ok) == (404, "Not Found", False)
    assert "Page not found" in found.text


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "https://tool.example/guide",
        "https://docs.tool.example:8443/guide",
        "https://docs.tool.example@elsewhere.example/guide",
        "ftp://docs.tool.example/guide",
        "file:///etc/passwd",
        "//docs.tool.example/guide",
        "https://[::1/guide",
        "https://docs.tool.example:x/guide",
        "http://127.0.0.1/",
        "",
        "https://docs.tool.example/loop",
        "https://docs.tool.example/away",
        "https://docs.tool.example/large.txt",
    ],
)
def test_what_is_not_the_workspaces_own_web_cannot_be_played(website: Website, url: str) -> None:
    with pytest.raises(NotPlayableError):
        fetch(url, website)


def test_no_other_host_is_ever_connected_to(website: Website) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        pages = [*PAGES, Page("https://docs.tool.example/trap", "", "", redirect=address)]
        trapped = Website({page.url: page for page in pages})
        for url in (address, "https://docs.tool.example/trap"):
            with pytest.raises(NotPlayableError):
                fetch(url, trapped)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_redirects_are_followed_up_to_a_number(website: Website) -> None:
    def chain(length: int) -> Website:
        steps = [
            Page(f"https://a.example/{i}", "", "", redirect=f"/{i + 1}") for i in range(length)
        ]
        end = Page(f"https://a.example/{length}", "End", "The end.\n")
        return Website({page.url: page for page in (*steps, end)})

    assert fetch("https://a.example/0", chain(MAX_REDIRECTS)).is_ok
    with pytest.raises(NotPlayableError):
        fetch("https://a.example/0", chain(MAX_REDIRECTS + 1))


def test_a_site_lists_its_pages_at_its_root_unless_it_has_a_page_there(website: Website) -> None:
    index = fetch("https://docs.tool.example/", website).text
    assert '<a href="https://docs.tool.example/guide">Guide &amp; more</a>' in index
    assert "blog.tool.example" not in index
    assert "Written by hand." in fetch("https://blog.tool.example", website).text


def test_an_address_with_a_query_is_a_page_of_its_own(website: Website) -> None:
    assert fetch("https://docs.tool.example/search?q=a b", website).is_ok


def test_html_in_a_page_is_sent_as_text(website: Website) -> None:
    text = fetch("https://docs.tool.example/html", website).text
    assert "&lt;script&gt;" in text
    assert "<script" not in text


def test_the_same_page_is_the_same_bytes_every_time() -> None:
    def fetched() -> list[Fetched]:
        website = Website({page.url: page for page in PAGES})
        return [fetch(page.url, website) for page in PAGES[:3]]

    assert fetched() == fetched()


def test_the_connection_has_no_address_that_anything_else_could_open(website: Website) -> None:
    before = _listening()
    with visit(website, "https") as connection:
        assert (connection.getsockname(), connection.getpeername()) == ("", "")
        assert not connection.get_inheritable()
        assert _listening() == before


def _listening() -> set[str]:
    """What this process listens on, and every socket in the file system that it has bound."""
    own = _open_sockets()
    found = set()
    for table, inode in (("tcp", 9), ("tcp6", 9), ("unix", 6)):
        for line in Path(f"/proc/self/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            listens = fields[3] == "0A" if table != "unix" else len(fields) > 7
            if listens and f"socket:[{fields[inode]}]" in own:
                found.add(line)
    return found


def test_the_server_speaks_http_to_whoever_asks_otherwise(website: Website) -> None:
    post = b"POST /guide HTTP/1.1\r\nHost: docs.tool.example\r\nContent-Length: 0\r\n\r\n"
    assert _ask(website, post).split(b"\r\n")[0].endswith(b"501 Unsupported method ('POST')")
    assert b"Error code: 400" in _ask(website, b"nonsense and more of it\r\n\r\n")
    assert b"404" in _ask(website, b"GET /guide HTTP/1.0\r\n\r\n").split(b"\r\n")[0]
    good = _ask(website, b"GET /api.json HTTP/1.0\r\nHost: docs.tool.example\r\n\r\n")
    head, _, body = good.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.0 200 OK")
    assert json.loads(body) == {"a": [1]}


@pytest.mark.parametrize(
    "request_", [b"", b"GET /large.txt HTTP/1.0\r\nHost: docs.tool.example\r\n\r\n"]
)
def test_a_visitor_who_leaves_early_leaves_nothing_behind(
    website: Website, request_: bytes
) -> None:
    with visit(website, "https") as connection:
        connection.sendall(request_)


def test_an_address_is_taken_apart_as_a_browser_does() -> None:
    place = place_of("HTTPS://Docs.Tool.Example/a b/ü?q=1#top")
    assert place == ("https", "docs.tool.example", "/a%20b/%C3%BC?q=1")
    assert place.url == "https://docs.tool.example/a%20b/%C3%BC?q=1"
