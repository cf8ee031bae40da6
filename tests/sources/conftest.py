"""Small repositories in Continue's shape, written for these tests."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from builder.sources.continue_source import discover
from builder.tool_spec import ToolSpec

Files = Mapping[str, str]

_GIT_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com",
}

_CONTINUE: dict[str, str] = {
    "core/tools/index.ts": (
        'import * as definitions from "./definitions";\n'
        "export const getBaseToolDefinitions = () => [definitions.sample];\n"
    ),
    "core/tools/definitions/index.ts": 'export { sample } from "./sample";\n',
    "core/tools/builtIn.ts": (
        'export const GROUP = "Built-In";\n'
        'export enum Names {\n  Read = "read_it",\n  Sample = "sample",\n}\n'
    ),
}


@pytest.fixture
def git() -> Callable[..., str]:
    """Run git in a folder: `git(folder, "tag", "v1")`."""

    def run(folder: Path, *arguments: str) -> str:
        result = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env=_GIT_ENVIRONMENT,
            check=True,
            capture_output=True,
            text=True,
        )
        return result.stdout.strip()

    return run


@pytest.fixture
def repository(tmp_path: Path, git: Callable[..., str]) -> Callable[[Files], Path]:
    """Make a repository with one commit of these files, line ends as they are given."""

    def make(files: Files) -> Path:
        folder = tmp_path / "source"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        git(folder, "init", "--quiet", "--initial-branch=main")
        git(folder, "config", "core.autocrlf", "false")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--allow-empty", "--message=one")
        return folder

    return make


@pytest.fixture
def continue_repository(repository: Callable[[Files], Path]) -> Callable[[Files], Path]:
    """Make a repository that is laid out as Continue's is; files given replace or join its own."""
    return lambda files: repository(_CONTINUE | dict(files))


@pytest.fixture
def tool_with(
    continue_repository: Callable[[Files], Path],
) -> Callable[..., ToolSpec]:
    """Discover a tool whose description is an expression, with code before it and other files."""

    def find(expression: str, before: str = "", files: Files | None = None) -> ToolSpec:
        sample = (
            f"{before}\nexport const sample: Tool = {{\n"
            f'  readonly: true,\n  function: {{\n    name: "sample",\n'
            f"    description: {expression},\n"
            f'    parameters: {{ type: "object", properties: {{}} }},\n  }},\n}};\n'
        )
        folder = continue_repository(
            {"core/tools/definitions/sample.ts": sample} | dict(files or {})
        )
        return discover(str(folder))["ide"].tools[0]

    return find
