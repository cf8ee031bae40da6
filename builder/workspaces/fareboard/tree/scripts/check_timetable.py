#!/usr/bin/env python3
"""Checks a timetable before it is deployed: cells, times, days and doubled departures."""

import csv
import re
import sys
from collections import Counter
from pathlib import Path

COLUMNS = ["line", "stop", "destination", "time", "days"]
DAYS = {"WEEKDAY", "SATURDAY", "SUNDAY"}
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
DEFAULT = "src/main/resources/timetable.csv"


def problems(rows):
    seen = set()
    for number, row in rows:
        if not TIME.fullmatch(row["time"]):
            yield f"row {number}: {row['time']!r} is not a time"
        for day in row["days"].split("|"):
            if day not in DAYS:
                yield f"row {number}: unknown day {day!r}"
        key = (row["line"], row["stop"], row["destination"], row["time"])
        if key in seen:
            yield f"row {number}: departure of line {key[0]} from {key[1]} at {key[3]} is listed twice"
        seen.add(key)


def main(path):
    if not path.is_file():
        print(f"no timetable at {path}", file=sys.stderr)
        return 2
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            print(f"expected the columns {COLUMNS}, found {reader.fieldnames}", file=sys.stderr)
            return 2
        rows = list(enumerate(reader, start=2))
    found = list(problems(rows))
    for problem in found:
        print(problem, file=sys.stderr)
    for line, count in sorted(Counter(row["line"] for _, row in rows).items()):
        print(f"line {line}: {count} departures")
    print(f"{len(rows)} departures, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else DEFAULT)))
