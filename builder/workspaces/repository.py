"""Builds the git repository of a packaged workspace: its commits, its newest files, its pending work.

The result stands in a cache folder that is named after the content, so it is built once; two processes that
build it at the same time do no harm (a temporary folder is renamed into place).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from builder.errors import WorkspaceError
from builder.sandbox.isolation import secret_free_environment
from builder.workspaces.tasks import About, Commit

_GIT_SETTINGS = ("gc.auto=0", "core.hooksPath=/dev/null", "core.autocrlf=false")
_TIME_OF_FILES = 1_735_689_600


def cache_folder() -> Path:
    """Where built workspaces are kept: $XDG_CACHE_HOME/continue-dataset-builder/workspaces."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "continue-dataset-builder" / "workspaces"


def built_workspace(folder: Path, about: About, pending: str = "") -> Path:
    """The directory of a workspace with its history, `pending` work laid over it. Raises WorkspaceError."""
    target = cache_folder() / f"{about.name}-{_content_hash(folder, pending)}"
    if target.is_dir():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        target = Path(tempfile.gettempdir()) / "continue-dataset-builder" / target.name
        target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="building-", dir=target.parent))
    _build(folder, about, made)
    if pending:
        _lay_over(folder / "pending" / pending, made)
    _fix_times(made)
    try:
        made.rename(target)
    except OSError:  # another process was first
        shutil.rmtree(made, ignore_errors=True)
    return target


def _content_hash(folder: Path, pending: str) -> str:
    digest = hashlib.sha256(f"3 {pending}".encode())
    for part in ("workspace.toml", "tree", "history", f"pending/{pending}" if pending else ""):
        for path in sorted(_files(folder / part)) if part else ():
            digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return [path for path in place.rglob("*") if path.is_file()]


def _build(folder: Path, about: About, target: Path) -> None:
    _git(target, "init", "--quiet", "--initial-branch=main")
    for commit in about.commits:
        _commit(folder, commit, target)
    wanted = {path.relative_to(folder / "tree").as_posix() for path in _files(folder / "tree")}
    for name in sorted(wanted):
        given = (folder / "tree" / name).read_bytes()
        place = target / name
        if not place.is_file() or place.read_bytes() != given:
            raise WorkspaceError(
                f"{folder.name}: after its last commit {name} differs from tree/{name}; "
                "the last commit that lists it must not have an earlier version in history/"
            )
    _git(target, "repack", "-adq")
    _git(target, "pack-refs", "--all")
    _slim(target / ".git")


def _slim(git: Path) -> None:
    """Leave out what a copy for every command need not carry: hooks, logs, empty folders of objects."""
    for name in ("hooks", "logs", "branches", "description", "COMMIT_EDITMSG"):
        shutil.rmtree(git / name, ignore_errors=True)
        (git / name).unlink(missing_ok=True)
    for folder in (git / "objects").iterdir():
        if folder.name not in ("pack", "info"):
            folder.rmdir()


def _commit(folder: Path, commit: Commit, target: Path) -> None:
    for name in commit.files:
        earlier = folder / "history" / commit.id / name
        source = earlier if earlier.is_file() else folder / "tree" / name
        if not source.is_file():
            raise WorkspaceError(f"{folder.name}: commit {commit.id} lists {name}: no such file")
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
        if os.access(source, os.X_OK):
            place.chmod(0o755)
    for name in commit.remove:
        (target / name).unlink(missing_ok=True)
    name, _, address = commit.author.rstrip(">").partition(" <")
    who = {"NAME": name, "EMAIL": address, "DATE": commit.date}
    env = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()}
    _git(target, "add", "--all", "--force")
    _git(target, "commit", "--quiet", "--allow-empty", "--message", commit.message, env=env)


def _lay_over(source: Path, target: Path) -> None:
    if not source.is_dir():
        raise WorkspaceError(f"{source}: no such folder of pending work")
    shutil.copytree(source, target, dirs_exist_ok=True)


def _fix_times(target: Path) -> None:
    """One time for all files, so that no listing varies."""
    for path in target.rglob("*"):
        if ".git" not in path.parts and not path.is_symlink():
            os.utime(path, (_TIME_OF_FILES, _TIME_OF_FILES))
    _git(target, "update-index", "-q", "--refresh", check=False)


def _git(target: Path, *arguments: str, env: dict[str, str] | None = None, check: bool = True) -> None:
    settings = [word for setting in _GIT_SETTINGS for word in ("-c", setting)]
    done = subprocess.run(
        ["git", *settings, *arguments],
        cwd=target,
        env={**secret_free_environment(), **(env or {})},
        capture_output=True,
        check=False,
    )
    if check and done.returncode != 0:
        raise WorkspaceError(f"git {arguments[0]} in {target}: {done.stderr.decode(errors='replace')}")
