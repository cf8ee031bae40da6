"""Watering rules: which zone gets water now, for how long, and why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from greenhouse.readings import Kind, Reading, average, is_stale


@dataclass(frozen=True, slots=True)
class Rule:
    """When a zone is watered."""

    zone: str
    min_moisture: float
    minutes: int
    cooldown: timedelta = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a zone, and the reason in words."""

    zone: str
    water: bool
    minutes: int
    reason: str


RULES = {
    rule.zone: rule
    for rule in (
        Rule("tomatoes", min_moisture=35.0, minutes=12),
        Rule("herbs", min_moisture=25.0, minutes=5, cooldown=timedelta(hours=12)),
        Rule("seedlings", min_moisture=55.0, minutes=3),
    )
}


def skip(rule: Rule, reason: str) -> Decision:
    """The decision not to water."""
    return Decision(rule.zone, False, 0, reason)


def decide(
    rule: Rule,
    readings: Iterable[Reading],
    now: datetime,
    last_watered: datetime | None = None,
) -> Decision:
    """Apply a rule to the readings of its zone; old readings count for nothing."""
    if last_watered is not None and now - last_watered < rule.cooldown:
        return skip(rule, "watered recently")
    fresh = [one for one in readings if one.zone == rule.zone and not is_stale(one, now)]
    moisture = average(fresh, Kind.MOISTURE)
    if moisture is None:
        return skip(rule, "no fresh moisture reading")
    if moisture >= rule.min_moisture:
        return skip(rule, "moist enough")
    reason = f"moisture {moisture:.1f} is below {rule.min_moisture:.1f}"
    return Decision(rule.zone, True, rule.minutes, reason)
