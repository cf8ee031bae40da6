"""The row is no copy and no near-copy of another row of the dataset."""

from __future__ import annotations

from builder.conversation import Example
from builder.similarity import THRESHOLD, signature_of
from builder.validators.context import Context


class Duplicates:
    """Compares what is asked and done (similarity.py), against the whole dataset and the rows of this batch."""

    cost = 50
    stage = "dataset"

    def problem(self, example: Example, context: Context) -> str | None:
        if context.rows is None:
            return None
        if context.rows.has_row(example.metadata.id):
            return f"the same row is there already: {example.metadata.id}"
        row_id, similarity = context.rows.nearest_row(signature_of(example))
        return (
            f"near-duplicate of {row_id}: {similarity:.0%} alike"
            if similarity >= THRESHOLD
            else None
        )


CHECK = Duplicates()
