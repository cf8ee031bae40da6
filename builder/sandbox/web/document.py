"""Turns a page into what a web server sends for it: a type and bytes.

Markdown becomes a whole HTML document (document.html: header, menu, breadcrumbs, article, footer), so that reading it
has to tell the article from the rest. A line break inside a paragraph is sent as a space. HTML inside Markdown is
sent as text. No images, scripts or style sheets are served.
"""

from __future__ import annotations

import functools
import html
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from builder.sandbox.web.pages import Page, Website, place_of

_DOCUMENT = Template((Path(__file__).parent / "document.html").read_text(encoding="utf-8"))
_TYPES = {"html": "text/html", "text": "text/plain", "json": "application/json"}


class Document(NamedTuple):
    """What is sent for a page."""

    content_type: str
    body: bytes


def document_of(page: Page, website: Website) -> Document:
    """The same bytes for the same page among the same pages, always."""
    kind = f"{_TYPES[page.kind]}; charset=utf-8"
    if page.kind != "html":
        return Document(kind, page.body.encode())
    host = place_of(page.url).host
    filled = _DOCUMENT.substitute(
        title=html.escape(page.title),
        host=html.escape(host),
        menu="\n".join(_menu_item(other) for other in website.pages_of(host)),
        article=_article(page.body),
    )
    return Document(kind, filled.encode())


def missing_document(url: str, website: Website) -> Document:
    """What a site sends where it has no page."""
    body = f"# Page not found\n\nThere is no page at `{place_of(url).target}`.\n"
    return document_of(Page(url, "Page not found", body), website)


def _menu_item(page: Page) -> str:
    return (
        f'<li><a href="{html.escape(place_of(page.url).target)}">{html.escape(page.title)}</a></li>'
    )


@functools.lru_cache(maxsize=64)
def _article(markdown: str) -> str:
    return str(_writer().render(markdown)).strip()


@functools.cache
def _writer() -> MarkdownIt:
    writer = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    writer.add_render_rule("softbreak", _space)
    return writer


def _space(
    _renderer: RendererHTML,
    _tokens: Sequence[Token],
    _index: int,
    _options: OptionsDict,
    _env: EnvType,
) -> str:
    return " "
