"""fetch_url_content and search_web, over the pages that ship with a workspace.

Imitates the limits of core/tools/implementations/{fetchUrlContent,searchWeb}.ts at d0a3c0b626. Does not imitate: the
network, and the conversion of HTML (pages are Markdown already). Another address ends the example.
"""

from __future__ import annotations

from builder.conversation import Arguments
from builder.errors import NotPlayableError
from builder.toolkits.argument_values import string_argument
from builder.toolkits.session import Session

MAX_PAGE_CHARACTERS = 20_000
MAX_RESULT_CHARACTERS = 8_000
MAX_RESULTS = 5


def page_text(session: Session, url: str) -> str:
    """What fetching an address gives; marks the example as resting on pages. Raises NotPlayableError."""
    page = session.pages.get(url.strip())
    if page is None:
        raise NotPlayableError(url)
    session.fixtures.add("pages")
    return page.markdown


def _fetch_url_content(session: Session, arguments: Arguments, _parallel: int) -> str:
    url = string_argument(arguments, "url")
    text = page_text(session, url)
    if len(text) <= MAX_PAGE_CHARACTERS:
        return text
    return (
        f"{text[:MAX_PAGE_CHARACTERS]}\n\nThe content from {url} was truncated because it exceeded the "
        f"{MAX_PAGE_CHARACTERS} character limit. If you need more content, consider fetching specific sections or "
        "using a more targeted approach."
    )


def _search_web(session: Session, arguments: Arguments, _parallel: int) -> str:
    query = string_argument(arguments, "query")
    addresses = session.web_results.get(query, ())[:MAX_RESULTS]
    if not addresses:
        raise NotPlayableError(query)
    texts = [page_text(session, url) for url in addresses]
    shown = [text[:MAX_RESULT_CHARACTERS] for text in texts]
    cut = [
        session.pages[url.strip()].title
        for url, text in zip(addresses, texts, strict=True)
        if len(text) > MAX_RESULT_CHARACTERS
    ]
    if cut:
        shown.append(
            "The content from the following search results was truncated because it exceeded the "
            f"{MAX_RESULT_CHARACTERS} character limit: {', '.join(cut)}. For more detailed information, consider "
            "refining your search query."
        )
    return "\n\n".join(shown)


TOOLS = {"fetch_url_content": _fetch_url_content, "search_web": _search_web}
