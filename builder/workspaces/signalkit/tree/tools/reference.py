#!/usr/bin/env python3
"""Prints reference values for the tests: the averages of a signal, computed a second way.

    tools/reference.py --window 3 1 2 3 4
    tools/reference.py --alpha 0.25 --recording pump-07.csv
"""

import argparse
import csv
import os
from pathlib import Path


def moving(values: list[float], window: int) -> list[float]:
    """The mean of the last `window` values, after each value."""
    parts = [values[max(0, i + 1 - window) : i + 1] for i in range(len(values))]
    return [sum(part) / len(part) for part in parts]


def exponential(values: list[float], alpha: float) -> list[float]:
    """The exponentially weighted mean, after each value."""
    means: list[float] = []
    for value in values:
        means.append(means[-1] + alpha * (value - means[-1]) if means else value)
    return means


def recording(name: str) -> list[float]:
    """The second column of a recording."""
    folder = Path(os.environ.get("SIGNALKIT_RECORDINGS", "recordings"))
    with (folder / name).open(newline="") as file:
        return [float(row[1]) for row in list(csv.reader(file))[1:] if row]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("values", nargs="*", type=float)
    parser.add_argument("--recording")
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--window", type=int)
    kind.add_argument("--alpha", type=float)
    arguments = parser.parse_args()

    values = recording(arguments.recording) if arguments.recording else arguments.values
    if arguments.window:
        means = moving(values, arguments.window)
    else:
        means = exponential(values, arguments.alpha)
    for mean in means:
        print(f"{mean:.6f}")


if __name__ == "__main__":
    main()
