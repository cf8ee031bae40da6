"""A text as the value of a key in YAML, quoted and folded as the `yaml` package of npm does it.

Imitates stringifyString.js and foldFlowLines.js of yaml 2.8 with its default settings, for the value of a short key at
the top of a document. Values have no white space around them, as Continue trims them. Documents are front_matter.py's.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Literal

from builder.toolkits.continue_core.javascript import from_units, to_json, units

_WIDTH = 80
_INDENT = "  "
_STEP = _WIDTH - len(_INDENT) + 1
_SHORT_ON_ONE_LINE = 40
"""Double-quoted text shorter than this keeps its line ends as escapes."""

_BLANKS = (" ", "\t")
_MEANS_SOMETHING = re.compile(
    r"""[\n\t\ ,\[\]{}#&*!|>'"%@`] | [?-]\Z | [?-][ \t] | .*(?: [\n:][ \t] | [ \t]\n | [\n\t\ ][#] | [\n\t\ :]\Z )""",
    re.VERBOSE | re.DOTALL,
)
_READS_AS_OTHER = re.compile(
    r"""~ | [Nn]ull | NULL | [Tt]rue | TRUE | [Ff]alse | FALSE | 0o[0-7]+ | 0x[0-9a-fA-F]+ | [-+]?[0-9]+
    | [-+]?\.(?:inf|Inf|INF) | \.(?:nan|NaN|NAN) | [-+]?(?:\.[0-9]+ | [0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?""",
    re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SHORT_ESCAPES = {"0000": "\\0", "0007": "\\a", "000b": "\\v", "001b": "\\e"}
_ESCAPED = re.compile(
    r"""(?P<space>[ ](?=\\n)) | \\u(?P<code>[0-9a-f]{4}) | (?P<ends>(?:\\n)+)(?P<last>"\Z)? | \\.""",
    re.VERBOSE,
)
_LINE_ENDS = re.compile(r"\n+")
_FURTHER_IN = re.compile("(?:^|\n)([\t ][^\n\r\u2028\u2029]*)(?:([\n\t ]*)\n(?![\n\t ]))?")
_ESCAPE_LENGTHS = {"x": 3, "u": 5, "U": 9}

_Mode = Literal["flow", "block", "quoted"]


def write_text(value: str, key: str) -> str:
    """The text as it stands behind `key: `; several lines where it has or needs them."""
    value = units(value)
    if _CONTROL.search(value):
        return from_units(_double_quoted(value, key))
    if "\n" in value:
        return from_units(_block(value))
    if not value or _MEANS_SOMETHING.match(value) or _READS_AS_OTHER.fullmatch(value):
        return from_units(_quoted(value, key))
    return from_units(_Folding(value, "flow", _room(key)).folded())


def _room(key: str) -> int:
    return _WIDTH - len(key) - len(": ")


def _quoted(value: str, key: str) -> str:
    if '"' in value and "'" not in value:
        return _Folding(f"'{value}'", "flow", _room(key)).folded()
    return _double_quoted(value, key)


def _double_quoted(value: str, key: str) -> str:
    written = units(to_json(from_units(value)))
    may_break = len(written) >= _SHORT_ON_ONE_LINE

    def rewritten(found: re.Match[str]) -> str:
        if found["code"]:
            return _short_escape(found["code"])
        if found["space"]:
            return "\\ "
        return _line_ends(found, may_break) if found["ends"] else found[0]

    return _Folding(_ESCAPED.sub(rewritten, written), "quoted", _room(key)).folded()


def _short_escape(code: str) -> str:
    if code in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[code]
    return f"\\x{code[2:]}" if code.startswith("00") else f"\\u{code}"


def _line_ends(found: re.Match[str], may_break: bool) -> str:
    """Real line ends, one more than there are, for reading takes one; escapes in a short text and at its end."""
    count, last = len(found["ends"]) // 2, found["last"] or ""
    real = count - bool(last)
    if not may_break or not real:
        return found[0]
    follows_space = found.string[found.end() : found.end() + 1] == " "
    escape = "\\" if follows_space and not last else ""
    return "\n" * (real + 1) + _INDENT + escape + ("\\n" if last else "") + last


def _block(value: str) -> str:
    longest = max(len(line) for line in value.split("\n"))
    if longest > _WIDTH - len(_INDENT):
        folded = _Folding(_with_folds_kept(value), "block", _WIDTH - len(_INDENT))
        body = folded.folded()
        if not folded.overflows:
            return f">-\n{_INDENT}{body}"
    return f"|-\n{_INDENT}{_indented(value)}"


def _with_folds_kept(value: str) -> str:
    """The text with one more line end wherever reading a folded block takes one away."""
    doubled = _LINE_ENDS.sub(r"\n\g<0>", value)
    return _indented(_FURTHER_IN.sub(lambda found: found[1] + (found[2] or ""), doubled))


def _indented(value: str) -> str:
    return _LINE_ENDS.sub(rf"\g<0>{_INDENT}", value)


@dataclass(slots=True)
class _Folding:
    """Breaks a text at single spaces so that lines stay within the width; quoted text also inside of words.

    `end`: where the present line must have ended.
    """

    text: str
    mode: _Mode
    end: int
    overflows: bool = False
    _split: int = 0
    _previous: str = ""
    _folds: list[int] = field(default_factory=list)
    _inside: set[int] = field(default_factory=set)
    _escape: tuple[int, int] = (-1, -1)

    def folded(self) -> str:
        if len(self.text) <= _STEP:
            return self.text
        position = 0
        while position < len(self.text):
            position = self._look_at(position) + 1
        return self._broken()

    def _look_at(self, position: int) -> int:
        """Take one character or escape into account; the last position that belongs to it."""
        character = self.text[position]
        if self.mode == "quoted" and character == "\\":
            length = _ESCAPE_LENGTHS.get(self.text[position + 1], 1)
            self._escape = (position, position + length)
            position += length
        if character == "\n":
            if self.mode == "block":
                position = self._past_lines_further_in(position)
            self.end = position + len(_INDENT) + _STEP
            self._split = 0
        else:
            if character == " " and self._is_between_words(position):
                self._split = position
            if position >= self.end:
                position = self._break_before(position)
                character = self.text[position : position + 1]
        self._previous = character
        return position

    def _is_between_words(self, position: int) -> bool:
        following = self.text[position + 1 : position + 2]
        return all(one and one not in " \n\t" for one in (self._previous, following))

    def _break_before(self, position: int) -> int:
        if self._split:
            self._fold_at(self._split)
        elif self.mode == "quoted":
            while self._previous in _BLANKS:
                self._previous = self.text[position : position + 1]
                position += 1
            start, end = self._escape
            inside = position - 2 if position > end + 1 else start - 1
            self._inside.add(inside)
            self._fold_at(inside)
        else:
            self.overflows = True
        return position

    def _fold_at(self, position: int) -> None:
        self._folds.append(position)
        self.end = position + _STEP
        self._split = 0

    def _past_lines_further_in(self, position: int) -> int:
        """The last line end of the lines that are indented further: those are not folded."""
        while len(deeper := self.text[position + 1 : position + 4]) > len(_INDENT):
            if deeper.strip("".join(_BLANKS)):
                break
            end = self.text.find("\n", position + 4)
            position = end if end >= 0 else len(self.text)
        return position

    def _broken(self) -> str:
        text, ends = self.text, [*self._folds, len(self.text)]
        out = text[: ends[0]]
        for fold, end in itertools.pairwise(ends):
            out += f"{text[fold]}\\" if fold in self._inside else ""
            out += f"\n{_INDENT}{text[fold + 1 : end]}"
        return out
