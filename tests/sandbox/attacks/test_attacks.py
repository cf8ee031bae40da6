"""Every attack of the table, at every level: contained, or getting out where the level's documentation says so."""

from __future__ import annotations

import re
import time

import pytest

from builder.errors import NotPlayableError
from builder.sandbox.isolation import Isolation
from builder.sandbox.process import MAX_OUTPUT_BYTES, Completed, run_command
from tests.sandbox.attacks.conftest import level_named
from tests.sandbox.attacks.ground import Ground
from tests.sandbox.attacks.table import LEVELS, Attack, Case, cases, read_attacks

_GRACE_S = 3.0
A_MOMENT_S, LONG_S = 0.3, 10.0


def attempt(attack: Attack, ground: Ground, isolation: Isolation) -> tuple[Completed, str]:
    """Run it; what it printed, and how it ended, in the words of the table."""
    command = attack.written_for(ground.words())
    try:
        done = run_command(command, ground.copy, isolation, merge=False, timeout_s=attack.timeout_s)
    except NotPlayableError as error:
        return Completed("", str(error), 1), "not_played"
    ends = "timed_out" if done.timed_out else "cut" if done.cut else "by itself"
    return done, ends


def signs_of(attack: Attack, ground: Ground, done: Completed, patience_s: float) -> list[str]:
    """The signs of the ground, and a limit that did not hold. `patience_s`: for processes that are about to end."""
    signs = ground.signs(done, patience_s)
    if attack.at_most is not None:
        printed = [int(number) for number in re.findall(r"(?m)^\d+$", done.stdout)]
        signs += [f"measured: {number}" for number in printed[-1:] if number > attack.at_most]
    return signs


def awaited_signs(attack: Attack, ground: Ground, done: Completed) -> list[str]:
    """The first signs of an attack that is not stopped: they may take a while."""
    deadline = time.monotonic() + LONG_S
    while not (signs := signs_of(attack, ground, done, A_MOMENT_S)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return signs


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.id)
def test_an_attack_ends_as_the_table_says(case: Case, ground: Ground) -> None:
    attack, isolation = case.attack, level_named(case.level)
    started = time.monotonic()
    done, ends = attempt(attack, ground, isolation)
    took_s = time.monotonic() - started
    if case.level in attack.not_stopped:
        signs = awaited_signs(attack, ground, done)
        assert signs, f"{case.level} is said not to stop this, but nothing got out: {done}"
        return
    signs = signs_of(attack, ground, done, LONG_S)
    assert not signs
    assert ends in attack.ends, done
    assert re.search(attack.refused, f"{done.stdout}\n{done.stderr}"), done
    assert took_s < attack.timeout_s + _GRACE_S
    assert len(done.stdout) + len(done.stderr) <= MAX_OUTPUT_BYTES + 200_000


def test_the_table_is_sound() -> None:
    attacks = [attack for group in read_attacks().values() for attack in group]
    assert len({attack.name for attack in attacks}) == len(attacks)
    for attack in attacks:
        assert {*attack.not_stopped, *attack.not_run} <= set(LEVELS), attack.name
        assert not set(attack.not_stopped) & set(attack.not_run), attack.name
        assert all(len(reason) > 10 for reason in attack.not_run.values()), attack.name


def test_75_attacks_and_more_are_contained_at_the_best_level() -> None:
    contained = [
        c for c in cases() if c.level == "bubblewrap" and c.level not in c.attack.not_stopped
    ]
    assert len(contained) >= 75
