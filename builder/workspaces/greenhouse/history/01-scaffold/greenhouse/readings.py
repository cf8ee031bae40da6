"""Sensor readings: what they are, whether they can be believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a sensor measures."""

    MOISTURE = "moisture"  # per cent of volume
    TEMPERATURE = "temperature"  # degrees Celsius
    LIGHT = "light"  # kilolux


LIMITS = {
    Kind.MOISTURE: (0.0, 100.0),
    Kind.TEMPERATURE: (-20.0, 60.0),
    Kind.LIGHT: (0.0, 150.0),
}


class ReadingError(ValueError):
    """A reading that no working sensor can have sent."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one sensor."""

    sensor: str
    zone: str
    kind: Kind
    value: float
    taken_at: datetime


def check(reading: Reading) -> None:
    """Raise ReadingError for a value out of range or a time without a zone."""
    low, high = LIMITS[reading.kind]
    if not low <= reading.value <= high:
        raise ReadingError(f"{reading.kind} must be from {low} to {high}, not {reading.value}")
    if reading.taken_at.tzinfo is None:
        raise ReadingError("taken_at needs a time zone")
