"""Each part of the best level is there for a reason: without it, an attack of the table gets out, and is noticed."""

from __future__ import annotations

import dataclasses
import os
import shutil
from typing import NamedTuple

import pytest

from builder.sandbox.isolation import Bubblewrap, Isolation, Prepared
from tests.sandbox.attacks.conftest import level_named
from tests.sandbox.attacks.ground import Ground
from tests.sandbox.attacks.table import attack_named
from tests.sandbox.attacks.test_attacks import LONG_S, attempt, awaited_signs, signs_of


class Weakening(NamedTuple):
    """Arguments of bwrap that are taken out, what is put in the place of the first, and the attack that then gets out.

    `filtered`: whether the filter of system calls stays on; it stands in the way of some attacks as well.
    """

    name: str
    out: str
    instead: str
    kind: str
    attack: str
    filtered: bool = True


WEAKENINGS = [
    Weakening("the network is shared", "--unshare-net", "", "network", "a server of the machine by TCP"),
    Weakening("sockets without a path are shared", "--unshare-net", "", "network", "a Unix socket without a path"),
    Weakening("processes are shared", "--unshare-pid", "", "reading", "the arguments of another process"),
    Weakening("daemons may stay", "--unshare-pid", "", "processes", "a daemon of the second generation"),
    Weakening("the name is shared", "--unshare-uts|--hostname sandbox", "", "reading", "the name of the machine"),
    Weakening("the session is shared", "--new-session", "", "rights", "the session of the caller"),
    Weakening("everything is shown", "--ro-bind /usr /usr", "--ro-bind /usr /usr --ro-bind /var /var", "reading", "folders of the machine"),
    Weakening("the system may be written", "--ro-bind /usr /usr", "--bind /usr /usr", "writing", "a mount that is not read-only"),
    Weakening("the root may be written", "--remount-ro /", "", "writing", "a mount that is not read-only"),
    Weakening("settings may be written", "--remount-ro /proc", "", "writing", "a mount that is not read-only"),
    Weakening("devices are those of the machine", "--dev /dev|--remount-ro /dev", "--dev-bind /dev /dev", "reading", "disks and other devices"),
    Weakening("the machine's processes are shown", "--proc /proc", "--ro-bind /proc /proc", "reading", "the list of all processes"),
    Weakening("temporary files have no limit", "--size 64000000|--size 64000000", "", "resources", "the folder for temporary files filled"),
    Weakening("system calls are not filtered", "", "", "rights", "calls of the kernel with a history of holes", filtered=False),
]  # fmt: skip
AS_THE_BUILDER = [
    Weakening("shared memory is shared", "--unshare-ipc", "", "reading", "shared memory of the user"),
    Weakening("namespaces may be made", "--disable-userns", "", "rights", "a user namespace", filtered=False),
    Weakening("root is root", "--uid 65534|--gid 65534", "--uid 0 --gid 0", "rights", "being root"),
]  # fmt: skip
"""As which user a command runs depends on who runs the builder; here it is the builder's own, behind another number."""


class Weakened:
    """A level without one of its parts."""

    name = "weakened"
    is_strong = False
    summary = "a level without one of its parts"

    def __init__(self, level: Isolation, weakening: Weakening) -> None:
        self._level = level
        self._weakening = weakening

    def prepare(self, command: object, *given: object, **named: object) -> Prepared:
        prepared = self._level.prepare(command, *given, **named)  # type: ignore[arg-type]
        options = prepared.handed[0].decode().rstrip("\0").split("\0")
        weaker = b"".join(f"{word}\0".encode() for word in _without(options, self._weakening))
        argv = list(prepared.argv)
        if not self._weakening.filtered:
            at = argv.index("--seccomp")
            del argv[at : at + 2]
        return dataclasses.replace(prepared, argv=argv, handed=(weaker, *prepared.handed[1:]))


def _without(options: list[str], weakening: Weakening) -> list[str]:
    kept = list(options)
    instead = weakening.instead.split()
    for words in filter(None, weakening.out.split("|")):
        out = words.split()
        at = next(n for n in range(len(kept)) if kept[n : n + len(out)] == out)
        kept[at : at + len(out)] = instead
        instead = []
    return kept


@pytest.mark.parametrize("weakening", WEAKENINGS, ids=lambda one: one.name.replace(" ", "-"))
def test_a_part_that_is_missing_is_noticed(weakening: Weakening, ground: Ground) -> None:
    _must_be_noticed(weakening, level_named("bubblewrap"), ground)


@pytest.mark.parametrize("weakening", AS_THE_BUILDER, ids=lambda one: one.name.replace(" ", "-"))
def test_a_part_that_hides_the_user_is_noticed(weakening: Weakening, ground: Ground) -> None:
    level_named("bubblewrap")
    _must_be_noticed(weakening, Bubblewrap(str(shutil.which("bwrap"))), ground)


@pytest.mark.skipif(os.geteuid() != 0, reason="bwrap keeps capabilities only for root")
def test_capabilities_that_are_kept_are_noticed(ground: Ground) -> None:
    """Of a root inside, that is: nobody loses them by starting a program."""
    out = "--uid 65534|--gid 65534|--cap-drop ALL"
    kept = Weakening("", out, "--uid 0 --gid 0", "rights", "capabilities")
    level_named("bubblewrap")
    _must_be_noticed(kept, Bubblewrap(str(shutil.which("bwrap"))), ground)


def _must_be_noticed(weakening: Weakening, whole: Isolation, ground: Ground) -> None:
    attack = attack_named(weakening.kind, weakening.attack)
    done, _ = attempt(attack, ground, whole)
    assert not signs_of(attack, ground, done, LONG_S)
    done, _ = attempt(attack, ground, Weakened(whole, weakening))
    assert awaited_signs(attack, ground, done), done


class _Talkative(Weakened):
    """A level that hands on the caller's own environment."""

    def prepare(self, *given: object, **named: object) -> Prepared:
        prepared = super().prepare(*given, **named)
        return dataclasses.replace(prepared, env={**os.environ, **prepared.env})


@pytest.mark.parametrize(
    "attack", ["the variables of the shell", "the variables as the kernel keeps them"]
)
def test_an_environment_that_is_handed_on_is_noticed(attack: str, ground: Ground) -> None:
    talkative = _Talkative(level_named("bubblewrap"), Weakening("", "", "", "", ""))
    known = attack_named("environment", attack)
    done, _ = attempt(known, ground, talkative)
    assert awaited_signs(known, ground, done), done
