"""Messages come in an order that Continue could have produced.

System first and once; then the user; every call answered by one result, in call order, before anybody else speaks; ids
unique in the row; edit tools not in parallel; the end is an answer, or a call that could not be played.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from builder.conversation import Example, Message
from builder.validators.context import Context

EDIT_TOOLS = frozenset(
    {
        "edit_existing_file",
        "search_and_replace_in_file",
        "single_find_and_replace",
        "multi_edit",
        "Edit",
        "MultiEdit",
    }
)


class MessageOrder:
    """core/llm/messages and gui/src/redux at d0a3c0b626: results follow in call order, the next turn waits for all."""

    cost = 15
    stage = "row"

    def problem(self, example: Example, _context: Context) -> str | None:
        messages = example.messages
        if len(messages) < 3 or messages[0].role != "system" or messages[1].role != "user":
            return "a row begins with a system message, then a user message, then an answer"
        checks = (_roles, _results, _ids, _edits)
        found = (check(messages) for check in checks)
        return next((reason for reason in found if reason), _ending(example))


CHECK = MessageOrder()


def _roles(messages: Sequence[Message]) -> str | None:
    for before, after in itertools.pairwise(messages):
        if after.role == "system":
            return "a second system message"
        if before.role == "user" and after.role == "user":
            return "two user messages in a row"
        if after.role == "tool" and before.role not in ("assistant", "tool"):
            return "a tool result that follows no call"
        if before.role == "assistant" and after.role == "assistant":
            return "two assistant messages in a row"
        if after.role in ("user", "assistant") and not (after.content.strip() or after.tool_calls):
            return f"an empty {after.role} message"
        if after.role != "assistant" and after.tool_calls:
            return f"tool calls in a {after.role} message"
    return None


def _results(messages: Sequence[Message]) -> str | None:
    for position, message in enumerate(messages):
        if not message.tool_calls:
            continue
        wanted = [call.id for call in message.tool_calls]
        following = messages[position + 1 : position + 1 + len(wanted)]
        given = [m.tool_call_id for m in following if m.role == "tool"]
        is_last = position == len(messages) - 1
        if given != wanted and not is_last:
            return f"results {given} do not answer calls {wanted} in call order"
        after = position + 1 + len(wanted)
        if not is_last and after < len(messages) and messages[after].role == "tool":
            return "more results than calls"
    return None


def _ids(messages: Sequence[Message]) -> str | None:
    ids = [call.id for message in messages for call in message.tool_calls]
    if len(ids) != len(set(ids)):
        return "a call id is used twice in the row"
    odd = [one for one in ids if not one.startswith("call_")]
    return f"call id {odd[0]!r} does not begin with call_" if odd else None


def _edits(messages: Sequence[Message]) -> str | None:
    for message in messages:
        if sum(call.name in EDIT_TOOLS for call in message.tool_calls) > 1:
            return "edit tools in parallel: the editor keeps only the first"
    return None


def _ending(example: Example) -> str | None:
    last = example.messages[-1]
    if last.role != "assistant":
        return f"the row ends with a {last.role} message"
    if bool(last.tool_calls) != example.metadata.ends_at_call:
        return (
            "the row ends at a call without saying so"
            if last.tool_calls
            else "the row does not end at a call as it says"
        )
    return None
