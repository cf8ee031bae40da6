"""The default system message of each mode of the editor: chat, plan and agent.

The terminal program puts its message together from the state of the repository at run time; it has none
that could be read.
"""

from builder.errors import DiscoveryError
from builder.sources.continue_source.evaluator import Evaluator
from builder.sources.continue_source.layout import SYSTEM_MESSAGE_FILES, SYSTEM_MESSAGES
from builder.sources.continue_source.modules import Site
from builder.sources.continue_source.repository import SourceTree


def read_system_messages(evaluator: Evaluator, tree: SourceTree) -> dict[str, str]:
    """Message by mode; the modes that a release does not have yet are left out."""
    messages: dict[str, str] = {}
    for path in filter(tree.exists, SYSTEM_MESSAGE_FILES):
        for mode, constant in SYSTEM_MESSAGES.items():
            place = evaluator.modules.exported(path, constant)
            if isinstance(place, Site) and mode not in messages:
                messages[mode] = _message(evaluator, place)
    return messages


def _message(evaluator: Evaluator, site: Site) -> str:
    text = evaluator.site(site)
    if not isinstance(text, str):
        raise DiscoveryError(f"{site.path}: {site.name} is no text")
    return text
