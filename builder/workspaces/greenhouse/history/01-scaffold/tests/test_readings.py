import unittest
from datetime import UTC, datetime

from greenhouse.readings import Kind, Reading, ReadingError, check

NOW = datetime(2025, 5, 12, 10, 0, tzinfo=UTC)


def reading(value: float, kind: Kind = Kind.MOISTURE) -> Reading:
    return Reading("probe-1", "tomatoes", kind, value, NOW)


class CheckTest(unittest.TestCase):
    def test_limits_belong_to_the_range(self) -> None:
        check(reading(0.0))
        check(reading(100.0))

    def test_refuses_an_impossible_value(self) -> None:
        with self.assertRaisesRegex(ReadingError, "moisture must be from 0.0 to 100.0"):
            check(reading(101.0))

    def test_refuses_a_time_without_zone(self) -> None:
        naive = Reading("probe-1", "tomatoes", Kind.MOISTURE, 40.0, datetime(2025, 5, 12, 10, 0))
        with self.assertRaises(ReadingError):
            check(naive)
