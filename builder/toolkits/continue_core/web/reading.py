"""What reading an address gives: the page fetched from the workspace's web, its article as Markdown.

Imitates core/context/providers/URLContextProvider.ts at d0a3c0b626: whatever comes back is read as HTML, plain text
and JSON too, and any status but success is an error. Does not imitate: the icon that is fetched first, addresses with
a scheme but without `//`, and any site that the workspace does not have.
"""

from __future__ import annotations

import functools
import re

from builder.errors import NotPlayableError, ToolError
from builder.sandbox.web.client import fetch
from builder.sandbox.web.pages import Website
from builder.toolkits.continue_core.web.article import article_of
from builder.toolkits.continue_core.web.markdown import html_to_markdown
from builder.toolkits.continue_core.web.tree import parse_html
from builder.toolkits.session import Session

_SCHEME = re.compile(r"[\x00-\x20]*[A-Za-z][A-Za-z0-9+.-]*:")


def page_text(session: Session, url: str) -> str:
    """The article at an address; marks the example as resting on pages.

    Raises ToolError for what is no address and for an error status, NotPlayableError for a site that is not the
    workspace's.
    """
    if not _SCHEME.match(url):
        raise ToolError("invalid_url", "Invalid URL")
    if not session.pages:
        raise NotPlayableError(f"the workspace has no web to fetch {url} from")
    fetched = fetch(url.strip(), session.keep(_website))
    session.fixtures.add("pages")
    if not fetched.is_ok:
        raise ToolError("http_error", f"HTTP {fetched.status} {fetched.reason}")
    return _readable(fetched.text)


def _website(session: Session) -> Website:
    return Website(session.pages)


@functools.lru_cache(maxsize=64)
def _readable(html: str) -> str:
    return html_to_markdown(article_of(parse_html(html)))
