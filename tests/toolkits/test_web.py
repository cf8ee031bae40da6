"""Reading web pages: against what Continue itself made of the same pages, and what the tools say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.errors import NotPlayableError
from builder.sandbox.isolation import best_isolation
from builder.sandbox.tree import Tree
from builder.sandbox.web.document import document_of
from builder.sandbox.web.pages import Page, Website
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.continue_core.web.article import article_of
from builder.toolkits.continue_core.web.markdown import html_to_markdown
from builder.toolkits.continue_core.web.reading import page_text
from builder.toolkits.continue_core.web.tree import Element, parse_html
from builder.toolkits.playing import Result
from builder.toolkits.session import Session
from builder.workspaces.catalog import packaged_names, packaged_workspace

Call = Callable[..., Result | None]

FAILED = (
    "{} failed with the message: {}\n\nPlease try something else or request further instructions."
)
LONG_CELL = "Some words that go on for quite a while, and then a comma."


class Snippet(msgspec.Struct, forbid_unknown_fields=True):
    html: str
    markdown: str


class Recorded(msgspec.Struct, forbid_unknown_fields=True):
    url: str
    html: str
    markdown: str


class Vectors(msgspec.Struct, forbid_unknown_fields=True):
    ref: str
    note: str
    snippets: list[Snippet]
    pages: list[Recorded]


VECTORS = msgspec.json.decode(
    (Path(__file__).parent / "web_vectors.json").read_bytes(), type=Vectors
)


def _body(html: str) -> Element:
    found = parse_html(html).find("BODY")
    assert found is not None
    return found


@pytest.mark.parametrize("snippet", VECTORS.snippets, ids=lambda snippet: snippet.html[:40])
def test_html_becomes_the_same_markdown(snippet: Snippet) -> None:
    assert html_to_markdown(_body(snippet.html)) == snippet.markdown


@pytest.mark.parametrize("page", VECTORS.pages, ids=lambda page: page.url)
def test_a_page_reads_as_in_continue(page: Recorded) -> None:
    assert html_to_markdown(article_of(parse_html(page.html))) == page.markdown


@pytest.mark.parametrize("name", [n for n in packaged_names() if packaged_workspace(n).pages])
def test_every_page_of_a_workspace_can_be_read_and_reads_the_same_again(
    name: str, small_tree: Tree
) -> None:
    pages = packaged_workspace(name).pages
    for url in pages:
        texts = []
        for _ in range(2):
            with WorkCopy(small_tree) as copy, Session(copy, best_isolation(), pages=pages) as one:
                texts.append(page_text(one, url))
        assert texts[0] == texts[1] != ""


def test_the_menu_of_a_page_does_not_change_what_is_read() -> None:
    page = Page("https://a.example/x", "Title", f"{LONG_CELL}\n\n" * 10)
    other = Page("https://a.example/y", "Another page", "text")
    alone, together = (
        document_of(page, Website({one.url: one for one in pages})).body.decode()
        for pages in ((page,), (page, other))
    )
    assert alone != together
    assert article_of(parse_html(alone)) == article_of(parse_html(together))


@pytest.mark.parametrize(
    "body",
    [
        f"{LONG_CELL}\n\n| a | b |\n| - | - |\n" + f"| {LONG_CELL} | {LONG_CELL} |\n" * 30,
        f"a\\\n\\\nb\n\n{LONG_CELL}",
        f"> {LONG_CELL}\n\n[a link that is long, very long](/x) and little else",
    ],
    ids=["a table outweighs the article", "two line breaks", "short and full of links"],
)
def test_a_page_that_readability_would_cut_otherwise_is_not_guessed_at(body: str) -> None:
    page = Page("https://a.example/x", "Title", body)
    html = document_of(page, Website({page.url: page})).body.decode()
    with pytest.raises(NotPlayableError):
        article_of(parse_html(html))


@given(
    st.text(
        alphabet=st.sampled_from("<>/abpliu=\"'&;# \n\t|*_`-1.é") | st.characters(), max_size=80
    )
)
def test_whatever_is_sent_can_be_written_as_markdown(html: str) -> None:
    assert isinstance(html_to_markdown(_body(html)), str)


def test_an_error_status_is_told_as_each_client_tells_it(ide: Call, cli: Call) -> None:
    url = "https://example.com/none"
    shown = ide("fetch_url_content", url=url)
    assert shown is not None
    assert (shown.text, shown.ok) == (
        FAILED.format("fetch_url_content", "HTTP 404 Not Found"),
        False,
    )
    told = cli("Fetch", url=url)
    assert told is not None
    assert (told.text, told.ok) == (
        "Error executing tool Fetch: Error: HTTP 404 Not Found",
        False,
    )


@pytest.mark.parametrize("url", ["example.com/short", "short", "/short", "1http://x"])
def test_what_is_no_address_is_invalid(ide: Call, cli: Call, url: str) -> None:
    shown, told = ide("fetch_url_content", url=url), cli("Fetch", url=url)
    assert shown is not None
    assert told is not None
    assert shown.text == FAILED.format("fetch_url_content", "Invalid URL")
    assert told.text == "Error executing tool Fetch: Error: Invalid URL"


def test_an_empty_address_is_told_as_the_shared_part_tells_it(cli: Call) -> None:
    told = cli("Fetch", url=" ")
    assert told is not None
    assert told.text == (
        "Error executing tool Fetch: Error: Argument url must not be empty or whitespace-only"
    )


@pytest.mark.parametrize("url", ["https://other.example/", "mailto:a@b.example", "https://[::1/"])
def test_another_site_ends_the_example(ide: Call, cli: Call, url: str) -> None:
    assert ide("fetch_url_content", url=url) is None
    assert cli("Fetch", url=url) is None


def test_a_session_without_pages_has_no_web(small_tree: Tree) -> None:
    with WorkCopy(small_tree) as copy, pytest.raises(NotPlayableError):
        page_text(Session(copy, best_isolation()), "https://example.com/short")
