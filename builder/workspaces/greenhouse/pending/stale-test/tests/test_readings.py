import unittest
from datetime import UTC, datetime, timedelta

from greenhouse.readings import Kind, Reading, ReadingError, average, check, is_stale

NOW = datetime(2025, 5, 12, 10, 0, tzinfo=UTC)


def reading(value: float, kind: Kind = Kind.MOISTURE, age: timedelta = timedelta(0)) -> Reading:
    return Reading("probe-1", "tomatoes", kind, value, NOW - age)


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


class StaleTest(unittest.TestCase):
    def test_a_fresh_reading_is_not_stale(self) -> None:
        self.assertFalse(is_stale(reading(40.0, age=timedelta(minutes=30)), NOW))

    def test_an_old_reading_is_stale(self) -> None:
        self.assertTrue(is_stale(reading(40.0, age=timedelta(minutes=31)), NOW))

    def test_a_reading_of_yesterday_is_stale(self) -> None:
        self.assertTrue(is_stale(reading(40.0, age=timedelta(days=1, minutes=5)), NOW))


class AverageTest(unittest.TestCase):
    def test_counts_one_kind_only(self) -> None:
        values = [reading(30.0), reading(50.0), reading(20.0, Kind.TEMPERATURE)]
        self.assertEqual(average(values, Kind.MOISTURE), 40.0)

    def test_is_none_without_readings(self) -> None:
        self.assertIsNone(average([], Kind.LIGHT))
