"""fetch_url_content and search_web, over the web that ships with a workspace.

Imitates core/tools/implementations/{fetchUrlContent,searchWeb}.ts at d0a3c0b626; toolkits/web reads the pages. Does
not imitate: the network, and the service that searches, so that a query finds what the session prepared, each result
being fetched and read as fetch_url_content would. Another site and another query end the example.
"""

from __future__ import annotations

from builder.conversation import Arguments
from builder.errors import NotPlayableError
from builder.toolkits.continue_core.argument_values import string_argument
from builder.toolkits.continue_core.web.reading import page_text
from builder.toolkits.session import Session

MAX_PAGE_CHARACTERS = 20_000
MAX_RESULT_CHARACTERS = 8_000
MAX_RESULTS = 5


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
        session.pages[url].title
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
