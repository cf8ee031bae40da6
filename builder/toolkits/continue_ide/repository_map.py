"""view_subdirectory and view_repo_map: the files of a folder, or of the workspace, below a fixed heading.

Imitates core/tools/implementations/{viewSubdirectory,viewRepoMap}.ts, core/util/{generateRepoMap,pathResolver}.ts and
preprocessArgs of the former's definition at d0a3c0b626 (v2.1.0 has the same). The heading speaks of signatures. Those
of view_subdirectory are switched off; those of view_repo_map stand in a table of the editor's index, which only a user's
configuration with the context provider `code` fills (core/indexing/CodebaseIndexer.ts, getIndexesToBuild): without it,
as at these releases by default, the table is empty and files are listed alone. Does not imitate: that configuration; a
list that may not fit into half of a context of 32k tokens; what is no folder (the editor's own words); folders outside
of the workspace.
"""

from __future__ import annotations

from builder.conversation import Arguments
from builder.errors import NotPlayableError, ToolError
from builder.toolkits.continue_core.argument_values import string_argument
from builder.toolkits.continue_core.folder_walk import walk
from builder.toolkits.continue_core.javascript import trim
from builder.toolkits.continue_ide.addresses import is_absolute, shown_path
from builder.toolkits.continue_ide.files import HALF_CONTEXT_TOKENS, preparing_path, resolve
from builder.toolkits.session import Session

HEADING = (
    "Below is a repository map. \n"
    "For each file in the codebase, this map contains the name of the file, and the signature for any classes, "
    "methods, or functions in the file.\n\n"
)
_BYTES_A_TOKEN = 2
"""Paths take more than this, so that a list within the limit is never cut."""


def _view_subdirectory(session: Session, arguments: Arguments, _parallel: int) -> str:
    given = string_argument(arguments, "directory_path")
    shown = shown_path(trim(given))
    folder = resolve(session, shown)
    if folder is None:
        if is_absolute(shown) and session.copy.resolve(shown) is None:
            raise NotPlayableError(f"{shown} is not in the workspace")
        raise ToolError(
            "directory_not_found",
            f'Directory path "{given}" does not exist or is not accessible.',
        )
    return _map_of(session, folder)


def _view_repo_map(session: Session, _arguments: Arguments, _parallel: int) -> str:
    return _map_of(session, ".")


def _map_of(session: Session, folder: str) -> str:
    if not session.copy.is_dir(folder):
        raise NotPlayableError(f"{folder} is no folder: the editor says so in its own words")
    found = walk(session.copy, folder, recursive=True, indexing=True)
    text = HEADING + "\n".join(path for path in found if not path.endswith("/"))
    if len(text.encode()) > HALF_CONTEXT_TOKENS * _BYTES_A_TOKEN:
        raise NotPlayableError("the map may be longer than the extension lets it be")
    return text


TOOLS = {"view_subdirectory": _view_subdirectory, "view_repo_map": _view_repo_map}
PREPARATIONS = {"view_subdirectory": preparing_path("directory_path")}
