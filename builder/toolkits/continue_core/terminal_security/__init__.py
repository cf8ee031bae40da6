"""Which terminal commands Continue refuses, and which it runs only with a permission. Nothing is run to find out.

Imitates packages/terminal-security/src/evaluateTerminalCommandSecurity.ts at d0a3c0b626 and its use by
core/tools/definitions/runTerminalCommand.ts and extensions/cli/src/permissions/permissionChecker.ts. This file follows a
line through its parts, shell_words.py splits it, commands.py judges one command. This is no protection: what keeps
a command in is the sandbox. Does not imitate: parentheses nested so deep that Continue would not come to an end
(its time doubles with each), where a permission is asked for at once.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from builder.errors import RefusedCallError
from builder.toolkits.continue_core.javascript import trim
from builder.toolkits.continue_core.terminal_security.commands import (
    defines_function,
    is_harmless,
    is_obfuscated,
    is_refused,
)
from builder.toolkits.continue_core.terminal_security.shell_words import (
    BadSubstitutionError,
    Operator,
    Word,
    split_words,
)

DISABLED = "disabled"
ASKS = "allowedWithPermission"
FREE = "allowedWithoutPermission"

_MAX_DEPTH = 40
_LINE_END = re.compile(r"\r\n|\n|\r")
_VARIABLE = re.compile(r"\$[A-Za-z0-9_{]")
_BACKTICKS = re.compile(r"`([^`]+)`")
_SUBSTITUTION = re.compile(r"`|\$\(|[<>]\(")


def evaluate_command(policy: str, command: object) -> str:
    """The policy for a command, where `policy` is the tool's own; never laxer than that one."""
    return _Evaluation(policy).of_command(command)


def is_disabled(command: object) -> bool:
    """Whether Continue never runs this command, whatever the user allows."""
    return evaluate_command(ASKS, command) == DISABLED


class SecurityPolicyError(RefusedCallError):
    """A call of a terminal tool whose command the client never runs: the message is the whole answer."""

    def __init__(self, message: str) -> None:
        super().__init__("command_disabled", message)


def refuse_if_disabled(command: object, answer: str) -> None:
    """Raise SecurityPolicyError with the client's answer for a command that it never runs."""
    if is_disabled(command):
        raise SecurityPolicyError(answer)


def _strictest(*policies: str) -> str:
    return next((policy for policy in (DISABLED, ASKS) if policy in policies), FREE)


class _Evaluation:
    """One command with all that is nested in it; the same nested command is judged once."""

    def __init__(self, policy: str) -> None:
        self._policy = policy
        self._judged: dict[str, str] = {}

    def of_command(self, command: object) -> str:
        if self._policy == DISABLED:
            return DISABLED
        if not isinstance(command, str) or not trim(command):
            return self._policy
        if _depth(command) > _MAX_DEPTH:
            return ASKS
        if command not in self._judged:
            try:
                self._judged[command] = self._of_text(trim(command))
            except BadSubstitutionError:
                self._judged[command] = ASKS
        return self._judged[command]

    def _of_text(self, text: str) -> str:
        lines = _LINE_END.split(text)
        if len(lines) == 1:
            return self._of_words(split_words(text), text)
        policy = self._policy
        for line in filter(None, map(trim, lines)):
            policy = _strictest(policy, self._of_words(split_words(line), line))
            if policy == DISABLED:
                break
        return policy

    def _of_words(self, words: list[Word], line: str) -> str:
        """Where a variable may have vanished, the line counts with and without the empty word it left."""
        has_empty_quotes = '""' in line or "''" in line
        if "" not in words or (has_empty_quotes and not _VARIABLE.search(line)):
            return self._of_commands(words, line)
        without = [word for word in words if word != ""]
        shorter = self._of_commands(without, line) if without else self._policy
        return _strictest(self._of_commands(words, line), shorter, ASKS)

    def _of_commands(self, words: list[Word], line: str) -> str:
        policy = self._policy
        for command in _commands(words):
            policy = _strictest(policy, _of_one(command, line))
            if policy == DISABLED:
                return DISABLED
        if Operator("|") in words:
            policy = _strictest(policy, FREE)
        return self._of_what_is_hidden(policy, line)

    def _of_what_is_hidden(self, policy: str, line: str) -> str:
        if _SUBSTITUTION.search(line):
            for nested in _substituted(line):
                policy = _strictest(policy, self.of_command(nested))
                if policy == DISABLED:
                    return DISABLED
            policy = ASKS if policy == FREE else policy
        return _strictest(policy, ASKS) if is_obfuscated(line) else policy


def _commands(words: list[Word]) -> Iterator[list[str]]:
    """The commands between the operators."""
    command: list[str] = []
    for word in [*words, Operator("")]:
        if isinstance(word, str):
            command.append(word)
        elif command:
            yield command
            command = []


def _of_one(command: list[str], line: str) -> str:
    if is_refused(command):
        return DISABLED
    return FREE if is_harmless(command) and not defines_function(line) else ASKS


def _substituted(line: str) -> Iterator[str]:
    """The commands inside of backticks and `$( … )`, then those inside of the latter."""
    yield from (found[1] for found in _BACKTICKS.finditer(line))
    start = line.find("$(")
    while start >= 0:
        end = _closing(line, start + 2)
        if end is None:
            return
        inner = line[start + 2 : end]
        yield inner
        if "$(" in inner or "`" in inner:
            yield from _substituted(inner)
        start = line.find("$(", end + 1)


def _depth(text: str) -> int:
    """How many parentheses are open where most are."""
    steps = ({"(": 1, ")": -1}[found[0]] for found in re.finditer(r"[()]", text))
    return max(itertools.accumulate(steps), default=0)


def _closing(line: str, start: int) -> int | None:
    """Where the parenthesis that was opened before `start` is closed."""
    depth = 1
    for position in range(start, len(line)):
        depth += {"(": 1, ")": -1}.get(line[position], 0)
        if depth == 0:
            return position
    return None
