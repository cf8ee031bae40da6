"""No call id is used by another row of the dataset."""

from __future__ import annotations

from builder.conversation import Example
from builder.validators.context import Context


class CallIds:
    """Ids come from a row's content, so a clash means that the content is there already."""

    cost = 40
    stage = "dataset"

    def problem(self, example: Example, context: Context) -> str | None:
        ids = [call.id for call in example.calls]
        if context.rows is None or not ids:
            return None
        known = context.rows.known_call_ids(ids)
        return f"call ids used by another row: {', '.join(sorted(known))}" if known else None


CHECK = CallIds()
