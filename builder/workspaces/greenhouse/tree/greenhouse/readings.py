"""Sensor readings: what they are, whether they can be believed, what they say together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import fmean


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

MAX_AGE = timedelta(minutes=30)


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


def is_stale(reading: Reading, now: datetime, max_age: timedelta = MAX_AGE) -> bool:
    """Whether a reading is too old to decide anything with."""
    return (now - reading.taken_at).seconds > max_age.seconds


def average(readings: Iterable[Reading], kind: Kind) -> float | None:
    """The mean of all readings of one kind, or None where there are none."""
    values = [reading.value for reading in readings if reading.kind is kind]
    return fmean(values) if values else None
