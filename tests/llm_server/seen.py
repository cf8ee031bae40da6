"""What a server remembers of what it was asked, for tests to look at. Filled by the server's thread."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.llm_server.asking import Asked


@dataclass(slots=True)
class LlmServer:
    """What happened so far.

    `asked`: what reached the model, lines of batches included; bodies that are no request at all are turned away before.
    `answered`: request number → time.monotonic() at which its whole answer was handed to the socket. `fault_of`: the
    faults met, by number. `most_at_once`: requests to a model that were under way together, those that wait for a slot
    included. `headers`: of all requests, where they are kept. `failures`: what the teacher raised.
    """

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answered: dict[int, float] = field(default_factory=dict)
    fault_of: dict[int, str] = field(default_factory=dict)
    headers: list[dict[str, str]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    most_at_once: int = 0
