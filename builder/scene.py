"""Where a conversation is had: the workspace, its state, and what the user and the web have ready.

With the calls themselves, all that playing needs; workers and those who write conversations share it.
"""

from __future__ import annotations

import msgspec


class Scene(msgspec.Struct, frozen=True):
    """One place for one conversation; the fields are those of a row's metadata.

    `gates`: optional gates of the toolset that are open, which decide the tools that are offered.
    """

    toolset: str
    workspace: str
    gates: tuple[str, ...] = ()
    pending: str = ""
    open_file: str = ""
    chosen: str = ""
    job: str = ""
    web_results: tuple[tuple[str, ...], ...] = ()
