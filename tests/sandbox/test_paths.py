"""Where there are no mounts, commands name the paths of the workspace and processes see those of the host."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.sandbox.isolation import Shown
from builder.sandbox.isolation.paths import host_paths

PATHS = host_paths(
    Path("/host/copy/ws"), "/workspace", Path("/host/scratch"), [Shown(Path("/host/lib"), "/workspace-lib")]
)  # fmt: skip


@pytest.mark.parametrize(
    ("command", "rewritten"),
    [
        ("cat /workspace/a.txt", "cat /host/copy/ws/a.txt"),
        ("cd /workspace && ls", "cd /host/copy/ws && ls"),
        ("x --root=/workspace -I/workspace/include a:/workspace", "x --root=/host/copy/ws -I/host/copy/ws/include a:/host/copy/ws"),
        ("cat '/workspace/a' \"/workspace\"", "cat '/host/copy/ws/a' \"/host/copy/ws\""),
        ("cat src/workspace/a ./workspace ~/workspace /workspaces /a/workspace", "cat src/workspace/a ./workspace ~/workspace /workspaces /a/workspace"),
        ("ls /workspace-lib/x", "ls /host/lib/x"),
        ("echo x > /tmp/x", "echo x > /tmp/x"),
    ],
)  # fmt: skip
def test_a_command_gets_the_paths_of_the_host(command: str, rewritten: str) -> None:
    assert PATHS.into(command) == rewritten
    assert PATHS.into(["sh", command]) == ["sh", rewritten]


def test_output_gets_the_paths_that_the_command_knows() -> None:
    text = "/host/copy/ws/a: no\n/host/scratch/tmp.1 /host/lib/x /host/copy/wsx"
    assert PATHS.back(text) == "/workspace/a: no\n/tmp/tmp.1 /workspace-lib/x /workspacex"


@given(st.text().filter(lambda text: "/host" not in text))
def test_what_was_rewritten_is_rewritten_back(text: str) -> None:
    into = PATHS.into(text)
    assert isinstance(into, str)
    assert PATHS.back(into) == text
