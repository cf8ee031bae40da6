"""How git is run on a repository that nobody vouches for, and for how long.

A repository's own configuration can name programs (fsmonitor, hooks, ssh commands, upload-pack). The
settings here stand above it, so that none of them starts. Used by repository.py (local objects) and
remote.py (URLs). Does not know what is in the repository.
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.askPass": "",
    "credential.helper": "",
    "gc.auto": "0",
    "maintenance.auto": "false",
    # The owner of the files says nothing about trust here: nothing of the repository is run.
    "safe.directory": "*",
}
_FIXED = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "GCM_INTERACTIVE": "never",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C",
}
_SHOWN_LINES = 2
_REMOTE_PROTOCOLS = "file:git:http:https:ssh"
_SSH = "ssh -oBatchMode=yes -oConnectTimeout=3"
_REPOSITORY_VARIABLES = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
"""What a hook's environment holds: it would lead git to the repository of the hook."""


class GitTimeoutError(Exception):
    """Git was still running when its time was over, and has been stopped."""


class GitFailedError(Exception):
    """Git ended with a failure; the message is what it wrote first."""


def offline_settings() -> dict[str, str]:
    """The environment for reading objects that are here: no program of the repository, no network."""
    return _FIXED | {"GIT_ALLOW_PROTOCOL": ""} | _as_variables(_SETTINGS)


def online_settings() -> dict[str, str]:
    """The environment for talking to a remote: no prompt, no helper, only plain protocols."""
    return (
        _FIXED
        | {"GIT_ALLOW_PROTOCOL": _REMOTE_PROTOCOLS, "GIT_SSH_COMMAND": _SSH}
        | (_as_variables(_SETTINGS))
    )


def run_git(
    arguments: Sequence[str],
    *,
    timeout_s: float,
    cwd: Path | None = None,
    stdin: bytes = b"",
) -> bytes:
    """Run git against a remote and return what it wrote.

    Raises GitTimeoutError after `timeout_s`, with every process that git started stopped as well, and
    GitFailedError.
    """
    process = subprocess.Popen(
        ["git", *arguments],
        cwd=cwd,
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # git-remote-https is a child of git: it has to end with it.
        start_new_session=True,
    )
    with process:
        try:
            output, errors = process.communicate(stdin, timeout=timeout_s)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise GitTimeoutError(f"no answer within {timeout_s:g} s") from error
    if process.returncode != 0:
        raise GitFailedError(_complaint(errors) or f"git ended with {process.returncode}")
    return output


def _environment() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name not in _REPOSITORY_VARIABLES}
    return own | online_settings()


def _as_variables(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings as environment variables: these win over every configuration file."""
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for index, (key, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{index}": key, f"GIT_CONFIG_VALUE_{index}": value}
    return variables


def _complaint(output: bytes) -> str:
    """The first lines of what git wrote, without its warnings: the cause stands before the fall."""
    lines = [line.strip() for line in output.decode(errors="replace").splitlines()]
    telling = [line for line in lines if line and not line.startswith(("warning:", "hint:"))]
    return "; ".join(telling[:_SHOWN_LINES])
