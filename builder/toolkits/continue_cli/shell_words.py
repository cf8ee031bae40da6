"""What a shell makes of a text between double quotes, as far as that can be said without running one.

The original hands its search to `/bin/sh` with the pattern between double quotes: a backslash before `$`, a backquote,
a double quote or another backslash is eaten, an unset variable is empty, and a double quote ends the quoting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.errors import NotPlayableError

_PIECE = re.compile(
    r"""\\(?P<escaped>[$`"\\]) | (?P<joined>\\\n) | \$(?P<unset>[a-z][a-z0-9_]*|[1-9])
    | (?P<other>\$[A-Za-z0-9_{(@*\#?!$-]|`) | (?P<quote>") | (?P<plain>.)""",
    re.VERBOSE | re.DOTALL,
)
_BARE = re.compile(r"[\w./:=@%+,^-]", re.ASCII)
"""What means itself outside of quotes."""
_NEEDS_BACKSLASH = re.compile(
    r"""["`] | \$(?=[A-Za-z0-9_{(@*\#?!$-]) | \\(?=[$`"\\\n]|\Z)""", re.VERBOSE
)


def quoted_word(text: str) -> str:
    """The one word that the shell passes on. Variables with small names count as unset.

    Raises NotPlayableError for what the shell would run, look up, or take for several words.
    """
    return "".join(_pieces(f'"{text}"'))


def _pieces(source: str) -> Iterator[str]:
    is_quoted, at = False, 0
    while at < len(source):
        if not is_quoted and source[at] != '"':
            if not _BARE.match(source[at]):
                raise NotPlayableError(f"the shell does more with {source!r} than pass it on")
            yield source[at]
            at += 1
            continue
        found = _PIECE.match(source, at)
        if found is None or found["other"]:
            raise NotPlayableError(f"the shell looks up or runs a part of {source!r}")
        is_quoted ^= found["quote"] is not None
        yield found["escaped"] or found["plain"] or ""
        at = found.end()
    if is_quoted:
        raise NotPlayableError(f"the quotes in {source!r} do not end")


def between_quotes(word: str) -> str:
    """What to write between double quotes so that the shell passes the word on: the opposite of `quoted_word`."""
    return _NEEDS_BACKSLASH.sub(r"\\\g<0>", word)
