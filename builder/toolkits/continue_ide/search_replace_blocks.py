"""search_and_replace_in_file: SEARCH/REPLACE blocks, in releases from v1.1.53 to v1.3.1 (stable v1.0.16 to v1.2.1).

Imitates gui/src/util/clientTools/searchReplaceImpl.ts and core/edit/searchAndReplace/parseSearchReplaceBlock.ts there.
Does not imitate: arguments that are neither a text nor, later, a list of texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from builder.actions import Edit
from builder.conversation import Arguments
from builder.errors import NotPlayableError, ToolError
from builder.toolkits.continue_core.edit_behaviour import EditBehaviour
from builder.toolkits.continue_core.javascript import trim
from builder.toolkits.continue_core.text_matching import find

_START = re.compile(r"-{3,} SEARCH")
_MIDDLE = re.compile(r"={3,}")
_END = re.compile(r"\+{3,} REPLACE")


class Block(NamedTuple):
    """Text to look for, and what takes its place."""

    search: str
    replacement: str


def write_block(edit: Edit) -> str | None:
    """The block that does what an edit of a text that is there once does; None where white space at an end counts."""
    text = f"------- SEARCH\n{edit.old}\n=======\n{edit.new}\n+++++++ REPLACE"
    try:
        means_the_same = list(_blocks(text)) == [Block(edit.old, edit.new)]
    except ToolError:
        return None
    return text if means_the_same and not edit.all and edit.old else None


def read_blocks(arguments: Arguments, behaviour: EditBehaviour) -> list[Block]:
    """The blocks of a call. Raises ToolError for blocks that are none, NotPlayableError for other types."""
    given = arguments.get(behaviour.block_argument)
    takes_one = behaviour.block_argument == "diff"
    if given is None:
        read = "split" if takes_one else "length"
        what = "null" if behaviour.block_argument in arguments else "undefined"
        raise ToolError("unspecified", f"Cannot read properties of {what} (reading '{read}')")
    texts = given if isinstance(given, list) and not takes_one else [given]
    if not all(isinstance(text, str) for text in texts) or (takes_one != isinstance(given, str)):
        raise NotPlayableError(f"{behaviour.block_argument} has another type")
    blocks: list[Block] = []
    for number, text in enumerate(texts, start=1):
        found = list(_blocks(str(text)))
        if not found and not takes_one:
            raise ToolError(
                "unspecified", f"No complete search/replace blocks found in diff {number}"
            )
        blocks += found
    if not blocks:
        where = "" if takes_one else " in any diffs"
        raise ToolError("unspecified", f"No complete search/replace blocks found{where}")
    return blocks


def replace_blocks(text: str, blocks: list[Block], behaviour: EditBehaviour) -> str:
    """Replace the first place of each, in turn. Raises ToolError where one is not there."""
    for number, block in enumerate(blocks, start=1):
        match = find(text, block.search, behaviour.block_ways)
        if match is None:
            raise ToolError(
                "unspecified",
                "Failed to apply search and replace: "
                f"Search content not found in block {number}:\n{block.search}",
            )
        text = text[: match.start] + block.replacement + text[match.end :]
    return text


def _blocks(text: str) -> Iterator[Block]:
    """Complete blocks; a start within a block drops what came before it, unless that is malformed."""
    lines: list[str] | None = None
    for line in text.split("\n"):
        if _START.fullmatch(line):
            if lines is not None:
                _block(lines)
            lines = [line]
        elif lines is not None:
            lines.append(line)
            if _END.fullmatch(line):
                block = _block(lines)
                lines = None
                if block is not None:
                    yield block


def _block(lines: list[str]) -> Block | None:
    """The block that begins with the first line; None where it has no end. Raises ToolError."""
    search: list[str] = []
    replacement: list[str] | None = None
    for line in lines[1:]:
        if _MIDDLE.fullmatch(line):
            if replacement is not None:
                raise ToolError(
                    "unspecified", "Found search block end marker without matching start marker"
                )
            replacement = []
        elif _END.fullmatch(line):
            if replacement is None:
                raise ToolError(
                    "unspecified",
                    "Found replace block end marker without matching replace start marker",
                )
            return Block(trim("\n".join(search)), trim("\n".join(replacement)))
        else:
            (search if replacement is None else replacement).append(line)
    return None
