"""Makes equal what differs from one run of the same command to the next: durations, and nothing else.

A dataset has to be the same byte for byte for the same seed, and a replay has to find the same result. A test
runner's `in 0.003s` is the one part of its output that carries no information; it becomes `in 0.001s`.
Rows say so in their metadata.
"""

import re

_DURATIONS = (
    (re.compile(r"(?<=\bin )\d+\.\d+(?= ?s(?:econds)?\b)"), "0.001"),
    (re.compile(r"(?<=duration_ms )\d+(?:\.\d+)?"), "1.0"),
    (
        re.compile(
            r"(?m)(?<=^real\t)\d+m\d+\.\d+s|(?<=^user\t)\d+m\d+\.\d+s|(?<=^sys\t)\d+m\d+\.\d+s"
        ),
        "0m0.001s",
    ),
)


def normalise(text: str) -> str:
    """The text with every measured duration replaced by a fixed one."""
    for pattern, fixed in _DURATIONS:
        text = pattern.sub(fixed, text)
    return text
