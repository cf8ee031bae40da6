import unittest
from datetime import UTC, datetime, timedelta

from greenhouse.readings import Kind, Reading
from greenhouse.rules import Rule, decide

NOW = datetime(2025, 5, 12, 10, 0, tzinfo=UTC)
RULE = Rule("tomatoes", min_moisture=35.0, minutes=12)


def probe(value: float, kind: Kind = Kind.MOISTURE, age: timedelta = timedelta(0)) -> Reading:
    return Reading("probe-1", "tomatoes", kind, value, NOW - age)


class DecideTest(unittest.TestCase):
    def test_waters_a_dry_zone(self) -> None:
        decision = decide(RULE, [probe(20.0)], NOW)
        self.assertTrue(decision.water)
        self.assertEqual(decision.minutes, 12)
        self.assertEqual(decision.reason, "moisture 20.0 is below 35.0")

    def test_spares_a_moist_zone(self) -> None:
        self.assertEqual(decide(RULE, [probe(35.0)], NOW).reason, "moist enough")

    def test_waits_after_watering(self) -> None:
        decision = decide(RULE, [probe(20.0)], NOW, last_watered=NOW - timedelta(hours=2))
        self.assertEqual(decision.reason, "watered recently")

    def test_needs_a_fresh_reading(self) -> None:
        readings = [probe(20.0, age=timedelta(hours=1))]
        self.assertEqual(decide(RULE, readings, NOW).reason, "no fresh moisture reading")
