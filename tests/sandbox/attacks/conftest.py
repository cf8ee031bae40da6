"""A small project on prepared ground, the levels by name, and orphans that are ours while an attack runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.errors import UsageError
from builder.sandbox.isolation import Isolation, isolation_level
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy
from tests.sandbox.attacks.ground import SECRET_VARIABLES, Ground, prepared_ground
from tests.sandbox.attacks.kernel import adopt_orphans

collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]
"""The attacks are written against Linux: /proc, namespaces, its system calls."""


def level_named(name: str) -> Isolation:
    """A level by its name; skips where this machine does not have it."""
    try:
        return isolation_level(name)
    except UsageError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module", autouse=True)
def _orphans_are_ours() -> Iterator[None]:
    adopt_orphans(wanted=True)
    yield
    adopt_orphans(wanted=False)


@pytest.fixture
def copy(tree: Tree) -> Iterator[WorkCopy]:
    with WorkCopy(tree) as made:
        yield made


@pytest.fixture
def ground(copy: WorkCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    """Prepared ground; the caller's own environment holds secrets and hostile settings as well."""
    with prepared_ground(copy, tmp_path) as made:
        for name in SECRET_VARIABLES:
            monkeypatch.setenv(name, f"planted-{made.token}-environment")
        monkeypatch.setenv("HOME", str(made.home))
        monkeypatch.setenv("SSH_AUTH_SOCK", str(made.listeners.path))
        monkeypatch.setenv("BASH_ENV", str(made.outside / "secret.txt"))
        monkeypatch.setenv("PYTHONSTARTUP", str(made.outside / "secret.txt"))
        yield made
