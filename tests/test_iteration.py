"""What an iteration remembers of the ones before it."""

from __future__ import annotations

import msgspec

from builder.iteration import Rejection, rejected_candidates


def test_what_was_rejected_is_known_with_and_without_its_row_but_not_from_half_a_line() -> None:
    with_row = Rejection(1, 2, "first", "duplicates", "why", msgspec.Raw(b'{"messages":[]}'))
    without = Rejection(1, 3, "second", "generation", "why")
    half = Rejection(1, 4, "third", "generation", "why")
    lines = [msgspec.json.encode(one) + b"\n" for one in (with_row, without, half)]
    assert rejected_candidates(b"".join(lines)[:-1]) == {"first", "second"}
