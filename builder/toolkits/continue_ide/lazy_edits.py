"""edit_existing_file: a snippet of a file's changed parts, merged into the file where there is one way to do it.

Imitates gui/src/util/clientTools/editImpl.ts and gui/src/redux/thunks/handleApplyStateUpdate.ts at d0a3c0b626, and
applies what Continue applies without a model as it does (instant_apply.py). Does not imitate: the model that applies the
rest; lazy_merge.py stands in for it where there can be no doubt, which `fixtures` of the row says, and the example ends at
the call elsewhere. Nor the editor's formatter, nor snippets that change nothing.
"""

from __future__ import annotations

from builder.conversation import Arguments
from builder.errors import NotPlayableError, ToolError
from builder.toolkits.continue_core.edit_behaviour import EditBehaviour, behaviour_of
from builder.toolkits.continue_core.javascript import is_true
from builder.toolkits.continue_ide.edits import existing_path, write_result
from builder.toolkits.continue_ide.instant_apply import apply_instantly
from builder.toolkits.continue_ide.lazy_merge import apply_snippet
from builder.toolkits.session import Session


def _edit_existing_file(session: Session, arguments: Arguments, _parallel: int) -> str:
    behaviour = behaviour_of(session.release)
    given, snippet = _arguments(arguments, behaviour)
    path = _file(session, given.removeprefix("./") if behaviour.drops_leading_dot else given)
    if not session.copy.is_file(path):
        raise NotPlayableError(f"{path} is a folder: nobody knows what writing to it does")
    text = session.copy.read_text(path)
    after = apply_snippet(path, text, snippet)
    if after is None:
        raise NotPlayableError(f"only a model could apply the snippet to {path}")
    if apply_instantly(path, text, snippet) is None:
        session.fixtures.add("lazy_merge")
    return write_result(session, path, after, behaviour.lazily_edited)


def _arguments(arguments: Arguments, behaviour: EditBehaviour) -> tuple[str, str]:
    given, snippet = arguments.get("filepath"), arguments.get("changes")
    if behaviour.names_missing_arguments and not (is_true(given) and is_true(snippet)):
        raise ToolError(
            "unspecified",
            "`filepath` and `changes` arguments are required to edit an existing file.",
        )
    known = behaviour.plays_snippets and isinstance(given, str) and isinstance(snippet, str)
    if not known or not given or not snippet:
        raise NotPlayableError("arguments that this release takes without a check")
    return str(given), str(snippet)


def _file(session: Session, given: str) -> str:
    """The file that is meant, or else the open file if its address ends that way."""
    path = existing_path(session, given)
    if path is None and session.open_file and behaviour_of(session.release).drops_leading_dot:
        address = f"file://{session.copy.absolute(session.open_file)}"
        path = session.open_file if address.endswith(given) else None
    if path is None:
        raise ToolError("unspecified", f"{given} does not exist")
    return path


TOOLS = {"edit_existing_file": _edit_existing_file}
