"""Which of several globs match a path: one automaton for all of them, made as far as paths need it.

Does what the regular expressions of crates/globset 0.4.14 (ripgrep 14.1.0) do, byte by byte: outside of ASCII `?` is one
byte and a class is a set of bytes. Python's own expressions backtrack, and a glob of many stars could keep them busy for
years; here each byte of a path is looked at once. Tokens come from syntax.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from builder.toolkits.continue_core.globs.syntax import Group, Letters, Literal, Token, Wild

MAX_STATES_KEPT = 400_000
"""In all rows together: what globs of reasonable length never come near, and 25 MB at most."""
_MAX_FOLDERS = 10_000
_ALL = (1 << 256) - 1
_SLASH = 1 << ord("/")
_NO_SLASH = _ALL ^ _SLASH
_CAPITALS = ((1 << 26) - 1) << ord("A")


class AutomatonError(Exception):
    """Globs that need more states than are kept."""


class Automaton:
    """Globs, each with whether upper and lower case are alike in it (`folds`), in ASCII only.

    States are numbers: `_edges` of one lead on over the bytes of a set, a number with a bit for each; `_free` ones over
    nothing. `_ends`: the state in which a glob has matched, and its place.
    """

    def __init__(self, globs: Iterable[tuple[Sequence[Token], bool]]) -> None:
        self._edges: list[list[tuple[int, int]]] = [[]]
        self._free: list[list[int]] = [[]]
        self._ends: dict[int, int] = {}
        self._rows: dict[frozenset[int], _Row] = {}
        self._folders: dict[bytes, _Row] = {}
        self._kept = 0
        for place, (tokens, folds) in enumerate(globs):
            if not _is_never_asked(tokens, folds=folds):
                self._ends[self._glob(tokens, folds=folds)] = place
        self._start = self.row([0])

    def matched(self, path: bytes) -> tuple[int, ...]:
        """The places of the globs that match, highest first. Raises AutomatonError."""
        cut = path.rfind(b"/") + 1
        row = self._folder(path[:cut])
        for byte in path[cut:]:
            row = row[byte]
        return row.matched

    def _folder(self, prefix: bytes) -> _Row:
        """The row behind a folder and its slash, kept for the next file in it."""
        row = self._folders.get(prefix)
        if row is None:
            row = self._start
            for byte in prefix:
                row = row[byte]
            if len(self._folders) >= _MAX_FOLDERS:
                self._folders.clear()
            self._folders[prefix] = row
        return row

    def row(self, states: Iterable[int]) -> _Row:
        """The row for these states and all that are reached from them over nothing."""
        waiting = list(states)
        reached = set(waiting)
        while waiting:
            new = [state for state in self._free[waiting.pop()] if state not in reached]
            reached.update(new)
            waiting += new
        key = frozenset(reached)
        if key not in self._rows:
            self._count(len(key))
            matched = sorted((self._ends[one] for one in key if one in self._ends), reverse=True)
            edges = [edge for state in key for edge in self._edges[state]]
            self._rows[key] = _Row(self, edges, tuple(matched))
        return self._rows[key]

    def _count(self, states: int) -> None:
        """Too many: all rows are forgotten, so that the next path begins anew, and this one stays untold."""
        self._kept += states
        if self._kept > MAX_STATES_KEPT:
            self._kept = 0
            self._rows.clear()
            self._folders.clear()
            self._start.clear()
            raise AutomatonError(f"the globs need more than {MAX_STATES_KEPT} states")

    def _state(self) -> int:
        self._edges.append([])
        self._free.append([])
        return len(self._edges) - 1

    def _glob(self, tokens: Sequence[Token], *, folds: bool) -> int:
        start = self._skip(0)
        if list(tokens) == [Wild.LEADING]:
            return self._any(start, _ALL)
        return self._tokens(start, tokens, folds=folds)

    def _tokens(self, state: int, tokens: Sequence[Token], *, folds: bool) -> int:
        for token in tokens:
            if isinstance(token, Wild):
                state = self._wild(state, token)
            elif isinstance(token, Group):
                state = self._group(state, token, folds=folds)
            else:
                for letters in _sets(token, folds=folds):
                    state = self._step(state, letters)
        return state

    def _wild(self, state: int, token: Wild) -> int:
        if token is Wild.ONE:
            return self._step(state, _NO_SLASH)
        if token is Wild.STAR:
            return self._any(state, _NO_SLASH)
        if token is not Wild.LEADING:
            state = self._step(state, _SLASH)
        inside = self._any(state, _ALL)
        if token is Wild.TRAILING:
            return inside
        end = self._skip(state)
        self._edges[inside].append((_SLASH, end))
        return end

    def _group(self, state: int, group: Group, *, folds: bool) -> int:
        if not group.parts:
            return state
        end = self._state()
        for part in group.parts:
            self._free[self._tokens(self._skip(state), part, folds=folds)].append(end)
        return end

    def _step(self, state: int, letters: int) -> int:
        end = self._state()
        self._edges[state].append((letters, end))
        return end

    def _skip(self, state: int) -> int:
        end = self._state()
        self._free[state].append(end)
        return end

    def _any(self, state: int, letters: int) -> int:
        """A new state behind any number of these letters; never a loop on a state that others share."""
        end = self._skip(state)
        self._edges[end].append((letters, end))
        return end


class _Row(dict[int, "_Row"]):
    """The row that follows on each byte, filled in when asked for; `matched`: the globs that match up to here."""

    __slots__ = ("_automaton", "_edges", "matched")

    def __init__(
        self, automaton: Automaton, edges: list[tuple[int, int]], matched: tuple[int, ...]
    ) -> None:
        super().__init__()
        self._automaton = automaton
        self._edges = edges
        self.matched = matched

    def __missing__(self, byte: int) -> _Row:
        bit = 1 << byte
        row = self._automaton.row(target for letters, target in self._edges if letters & bit)
        self[byte] = row
        return row


def _sets(token: Literal | Letters, *, folds: bool) -> list[int]:
    """The sets of bytes that a token asks for, one after the other."""
    if isinstance(token, Literal):
        return [_folded(1 << byte, folds=folds) for byte in token.letter.encode()]
    found = 0
    for first, last in token.ranges:
        found |= _range(first.encode(), last.encode())
    found = _folded(found, folds=folds)
    return [found ^ _ALL if token.negated else found]


def _range(first: bytes, last: bytes) -> int:
    """The bytes of both ends, and those between the last of the first and the first of the last."""
    between = () if first == last else range(first[-1], last[0] + 1)
    found = 0
    for byte in (*first, *between, *last):
        found |= 1 << byte
    return found


def _folded(letters: int, *, folds: bool) -> int:
    if not folds:
        return letters
    return letters | (letters & _CAPITALS) << 32 | (letters >> 32) & _CAPITALS


def _is_never_asked(tokens: Sequence[Token], *, folds: bool) -> bool:
    """Whether the shortcut that globset takes for a glob finds nothing: it sees no name in a path that ends in a dot.

    Globs of letters alone, behind a `**/` or not, are compared as a whole, but for `**/` and one name.
    """
    if folds or not tokens or tokens[-1] != Literal("."):
        return False
    is_anywhere = tokens[0] is Wild.LEADING
    rest = tokens[1:] if is_anywhere else tokens
    is_text = all(isinstance(token, Literal) for token in rest)
    return not is_text or (is_anywhere and Literal("/") not in rest)
