"""What a new row may not repeat: the rows of the dataset, those accepted before in the batch, those of an evaluation.

validators/context.py says what checks ask of it; what the dataset holds is index.py's to know.
"""

from __future__ import annotations

from builder.conversation import Example
from builder.failures import Failures
from builder.index import DatasetIndex
from builder.similarity import bands_of, signature_of, similarity


class AcceptedRows:
    """The rows of the dataset and those accepted before in this batch, as one; and those that may not be made again."""

    def __init__(self, index: DatasetIndex, failures: Failures | None = None) -> None:
        self._index = index
        self._rows: dict[str, list[int]] = {}
        self._bands: dict[tuple[int, int], list[str]] = {}
        self._calls: set[str] = set()
        for example in failures.rows() if failures else ():
            self.add(example)
        self._calls.clear()

    def add(self, example: Example) -> None:
        """Count a row that was accepted."""
        signature = signature_of(example)
        self._rows[example.metadata.id] = signature
        for band in enumerate(bands_of(signature)):
            self._bands.setdefault(band, []).append(example.metadata.id)
        self._calls.update(call.id for call in example.calls)

    def has_row(self, row_id: str) -> bool:
        return row_id in self._rows or self._index.has_row(row_id)

    def known_call_ids(self, ids: list[str]) -> set[str]:
        return (self._calls & set(ids)) | self._index.known_call_ids(ids)

    def nearest_row(self, signature: list[int]) -> tuple[str, float]:
        near = {row for band in enumerate(bands_of(signature)) for row in self._bands.get(band, ())}
        alike = ((similarity(self._rows[row], signature), row) for row in near)
        here = max(alike, default=(0.0, ""))
        row_id, there = self._index.nearest_row(signature)
        return (here[1], here[0]) if here[0] >= there else (row_id, there)
