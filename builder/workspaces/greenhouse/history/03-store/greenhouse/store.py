"""Readings in SQLite."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from greenhouse.readings import Kind, Reading

SCHEMA = """
CREATE TABLE IF NOT EXISTS readings (
    id INTEGER PRIMARY KEY,
    sensor TEXT NOT NULL,
    zone TEXT NOT NULL,
    kind TEXT NOT NULL,
    value REAL NOT NULL,
    taken_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS readings_by_zone ON readings (zone, taken_at);
"""


def _text(moment: datetime) -> str:
    """UTC with seconds, so that the order of texts is the order of times."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _reading(row: sqlite3.Row) -> Reading:
    return Reading(
        row["sensor"],
        row["zone"],
        Kind(row["kind"]),
        row["value"],
        datetime.fromisoformat(row["taken_at"]),
    )


class Store:
    """One connection; `:memory:` makes a store that is gone when it is closed."""

    def __init__(self, path: str = ":memory:") -> None:
        self._db = sqlite3.connect(path, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(SCHEMA)

    def add(self, reading: Reading) -> None:
        """Keep a reading."""
        taken_at = _text(reading.taken_at)
        with self._db:
            self._db.execute(
                "INSERT INTO readings (sensor, zone, kind, value, taken_at) VALUES (?, ?, ?, ?, ?)",
                (reading.sensor, reading.zone, reading.kind.value, reading.value, taken_at),
            )

    def history(self, zone: str, kind: Kind, limit: int = 100) -> list[Reading]:
        """The newest readings of one kind, newest first."""
        rows = self._db.execute(
            f"SELECT * FROM readings WHERE zone = '{zone}' AND kind = '{kind.value}' "
            f"ORDER BY taken_at DESC LIMIT {limit}"
        )
        return [_reading(row) for row in rows]

    def latest(self, zone: str) -> list[Reading]:
        """The newest reading of every sensor in a zone, by name of the sensor."""
        sensors = self._db.execute(
            "SELECT DISTINCT sensor FROM readings WHERE zone = ? ORDER BY sensor", (zone,)
        ).fetchall()
        found = []
        for sensor in sensors:
            row = self._db.execute(
                "SELECT * FROM readings WHERE zone = ? AND sensor = ? "
                "ORDER BY taken_at DESC LIMIT 1",
                (zone, sensor["sensor"]),
            ).fetchone()
            found.append(_reading(row))
        return found

    def close(self) -> None:
        """Close the connection."""
        self._db.close()
