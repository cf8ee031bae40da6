"""Reads a model's answer piece by piece: text, and the calls in it.

Imitates core/tools/systemMessageTools/{interceptSystemToolCalls,detectToolCallStart,systemToolUtils}.ts and
toolCodeblocks/parseSystemToolCall.ts at d0a3c0b626, with what follows from them: a block may lack its fence, keywords
may be in any case, an argument that never ends leaves broken JSON, a text whose last piece could begin a block loses
that piece. So the same answer can read differently in other pieces. Does not imitate: messages with images.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from builder.dialects.tool_codeblock.writing import FENCE
from builder.errors import BuilderError
from builder.toolkits.continue_core.javascript import from_json, from_units, to_json, trim, units

_STARTS = ((f"{FENCE}tool\n", ""), ("tool_name:", f"{FENCE}tool\nTOOL_NAME:"))
"""What begins a block, in lower case, and what stands for it if it is not the proper beginning."""

_ANY_CASE = re.IGNORECASE | re.ASCII
_PIECE = re.compile("(```|\n)")
_TOOL_NAME = re.compile(r"tool_?name:", _ANY_CASE)
_BEGIN = re.compile(r"begin_?arg:", _ANY_CASE)
_END = re.compile(r"end_?arg", _ANY_CASE)
_LATER_LINE_END = re.compile(r"([^\\])\n")
_FIRST_LINE_END = re.compile(r"\A\n")
_ESCAPED_LINE_END = r"\\n"
_CLOSING_QUOTE = re.compile(r'(?<!\\)(?:\\\\)*"')
_STRING = re.compile(r'"((?:\\[\s\S]|[^"\\])*?)"')


class MalformedCallError(BuilderError):
    """A block that begins like a call and is none: Continue gives the whole answer up."""


class Call(NamedTuple):
    """A call as it was read: `arguments` is a JSON object, unless the block broke off; empty if there were none."""

    name: str
    arguments: str


class Answer(NamedTuple):
    """The text around the calls, and the calls."""

    text: str
    calls: tuple[Call, ...]


def parse(text: str, chunk: int = 0) -> Answer:
    """Read a whole answer. `chunk`: how many UTF-16 units arrive at a time; 0: all. Raises MalformedCallError."""
    text = units(text)
    step = chunk or max(1, len(text))
    reader = Reader()
    for start in range(0, len(text), step):
        reader.feed(text[start : start + step])
    return reader.finish()


@dataclass(slots=True)
class Reader:
    """An answer that is still arriving, in texts of UTF-16 units (`javascript.units`)."""

    _text: str = ""
    _buffer: str = ""
    _block: _Block | None = None
    _blocks: list[_Block] = field(default_factory=list)

    def feed(self, chunk: str) -> None:
        """Take what arrived. Raises MalformedCallError."""
        for piece in filter(None, _PIECE.split(chunk)):
            self._buffer += piece
            if self._block is None and self._may_begin():
                continue
            self._pass_on()
            self._buffer = ""

    def _may_begin(self) -> bool:
        """Begin a block where one stands; whether the buffer might yet become one."""
        lowered = self._buffer.lower()
        for start, replacement in _STARTS:
            if lowered.startswith(start):
                if replacement:
                    self._buffer = replacement + self._buffer[len(start) :]
                self._block = _Block()
                self._blocks.append(self._block)
                return False
        return any(start.startswith(lowered) for start, _ in _STARTS)

    def _pass_on(self) -> None:
        if self._block is None:
            self._text += self._buffer
            return
        self._block.feed(self._buffer)
        if self._block.done:
            self._block = None

    def finish(self) -> Answer:
        """All that was read; what might have become a block is dropped."""
        if self._block is not None and self._block.has_arguments:
            self._block.arguments += "}"
        calls = (Call(from_units(b.name), from_units(b.arguments)) for b in self._blocks if b.seen)
        return Answer(from_units(self._text), tuple(calls))


@dataclass(slots=True, eq=False)
class _Block:
    """One block, line by line: its name, then arguments, each collected up to its end."""

    name: str = ""
    arguments: str = ""
    seen: bool = False
    done: bool = False
    has_arguments: bool = False
    _line: str | None = None
    _is_beginning: bool = False
    _argument: str = ""
    _value: str = ""

    def feed(self, piece: str) -> None:
        if self._line is None:
            _, _, self._line = piece.partition("\n")
            return
        self._line += piece
        ends = piece == "\n"
        if not self.seen:
            if ends:
                self._read_name()
        elif self._is_beginning:
            if ends:
                self._begin_argument()
        elif self._argument:
            if ends:
                self._read_value()
        else:
            self._read_between(ends)
        if ends:
            self._line = ""

    def _read_name(self) -> None:
        self.name = _after(_TOOL_NAME, self._line or "")
        if not self.name:
            raise MalformedCallError("Invalid tool name")
        self.seen = True

    def _begin_argument(self) -> None:
        self._argument = _after(_BEGIN, self._line or "")
        if not self._argument:
            raise MalformedCallError("Invalid begin arg line")
        self._is_beginning = False
        self.arguments += f'{"," if self.has_arguments else "{"}"{self._argument}":'

    def _read_value(self) -> None:
        line = self._line or ""
        if not _END.search(line):
            self._value += line
            return
        self.arguments += _as_json(trim(from_units(self._value)))
        self.has_arguments = True
        self._argument = self._value = ""

    def _read_between(self, ends: bool) -> None:
        self._is_beginning = _BEGIN.search(self._line or "") is not None
        if self._line == FENCE or ends:
            self.done = True
            self.arguments += "}" if self.has_arguments else ""


def _after(keyword: re.Pattern[str], line: str) -> str:
    """What stands behind the keyword, up to another one."""
    return trim([*keyword.split(line), ""][1])


def _as_json(value: str) -> str:
    """The value as JSON: what it says if it is JSON, line ends inside of its strings allowed; else a string."""
    if value.startswith(("[", "{")):
        value = _with_whole_strings(value)
    try:
        return to_json(from_json(value))
    except (ValueError, RecursionError):
        return to_json(value)


def _with_whole_strings(value: str) -> str:
    """The value without line ends in its strings.

    Behind the last quote that can close one none is looked for: each quote there would be followed to the end in vain.
    """
    end = max((found.end() for found in _CLOSING_QUOTE.finditer(value)), default=0)
    return _STRING.sub(_without_line_ends, value[:end]) + value[end:]


def _without_line_ends(found: re.Match[str]) -> str:
    content = _LATER_LINE_END.sub(r"\1\\n", found[1])
    return f'"{_FIRST_LINE_END.sub(_ESCAPED_LINE_END, content)}"'
