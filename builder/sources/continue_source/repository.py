"""Open a source at a ref and read its files out of git's objects.

Nothing is checked out and nothing of the repository is executed. remote.py brings what is behind a URL
into a local repository first. Does not know what the files mean.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from builder.errors import SourceError
from builder.sources.continue_source.git_environment import offline_settings
from builder.sources.continue_source.remote import fetch_source, is_url, unknown_ref

if TYPE_CHECKING:
    from git import Repo

_SHORT_COMMIT = 12


class SourceTree:
    """The files of one commit, by path."""

    def __init__(self, repo: Repo, ref: str, commit: str) -> None:
        self._repo = repo
        self.ref = ref
        self.commit = commit
        self._ids = _list_files(repo, commit)

    def exists(self, path: str) -> bool:
        return path in self._ids

    def read(self, path: str) -> bytes:
        """The content of a file. Raises SourceError when the clone lacks the object."""
        # GitPython has no one error for an object that is not there, so this boundary takes all.
        try:
            content: bytes = self._repo.odb.stream(bytes.fromhex(self._ids[path])).read()
        except Exception as error:
            raise SourceError(
                f"{self.ref}:{path} is listed but its content is not here; the clone is partial or"
                " damaged. Fetch it in full (git fetch --refetch --no-filter) or clone anew."
            ) from error
        return content

    def under(self, folder: str, suffixes: tuple[str, ...]) -> list[str]:
        """Every file below a folder with one of these endings, sorted."""
        prefix = folder.rstrip("/") + "/"
        return sorted(p for p in self._ids if p.startswith(prefix) and p.endswith(suffixes))


@contextmanager
def open_tree(source: str, ref: str | None) -> Iterator[SourceTree]:
    """Open a checkout, a bare repository or a URL at a branch, tag or commit; None is its HEAD.

    Raises SourceError: no repository, unknown ref, unreachable or refused URL.
    """
    location, wanted = source, ref
    if is_url(source):
        fetched = fetch_source(source, ref)
        location, wanted = str(fetched.path), fetched.commit
    repo = _open(location)
    try:
        commit = _resolve(repo, source, wanted)
        yield _tree_at(repo, ref or _name_of(repo, commit), commit)
    finally:
        repo.close()


def _tree_at(repo: Repo, ref: str, commit: str) -> SourceTree:
    from git import GitCommandError  # noqa: PLC0415 - see _open

    try:
        return SourceTree(repo, ref, commit)
    except GitCommandError as error:
        raise SourceError(f"the files of {ref} cannot be listed; the clone is damaged") from error


def _open(location: str) -> Repo:
    # Imported here: it takes a fifth of a second, and fails where no git program is installed.
    try:
        from git import InvalidGitRepositoryError, NoSuchPathError, Repo  # noqa: PLC0415
    except ImportError as error:
        raise SourceError("reading Continue's source needs the program git on the PATH") from error
    path = Path(location).expanduser()
    try:
        repo = Repo(path, expand_vars=False)
    except NoSuchPathError as error:
        raise SourceError(f"{location}: there is no such folder; give a clone or a URL") from error
    except (InvalidGitRepositoryError, OSError, ValueError) as error:
        raise SourceError(
            f"{location} is no git repository; give the top folder of a clone, a bare"
            " repository or a URL"
        ) from error
    pinned = {
        "GIT_DIR": os.fspath(repo.git_dir),
        "GIT_COMMON_DIR": os.fspath(repo.common_dir),
        "GIT_OBJECT_DIRECTORY": os.path.join(repo.common_dir, "objects"),  # noqa: PTH118
    }
    repo.git.update_environment(**offline_settings(), **pinned)
    return repo


def _resolve(repo: Repo, source: str, ref: str | None) -> str:
    # Branches first, unlike git: Continue's repository has an old tag `main` beside the branch.
    names = [f"refs/heads/{ref}", f"refs/remotes/origin/{ref}", ref] if ref else ["HEAD"]
    commit = next(filter(None, (_commit_of(repo, name) for name in names)), None)
    if commit is not None:
        return commit
    if ref is None:
        raise SourceError(f"{source} has no commit at its HEAD; name a branch, a tag or a commit")
    raise SourceError(unknown_ref(source, ref, _ref_names(repo)))


def _commit_of(repo: Repo, name: str) -> str | None:
    from git import GitCommandError  # noqa: PLC0415 - see _open

    if not re.fullmatch(r"[^\s\0-][^\s\0]*", name):
        return None
    try:
        return str(repo.git.rev_parse("--verify", "--quiet", f"{name}^{{commit}}"))
    except GitCommandError:
        return None


def _ref_names(repo: Repo) -> list[str]:
    listing = repo.git.for_each_ref(
        "--format=%(refname)", "refs/heads", "refs/tags", "refs/remotes"
    )
    return [re.sub(r"^refs/(heads|tags|remotes)/", "", name) for name in listing.splitlines()]


def _name_of(repo: Repo, commit: str) -> str:
    """The tag that stands at a commit, the extension's own before any other; else its short hash."""
    tags = sorted(repo.git.tag("--points-at", commit).split())
    released = [tag for tag in tags if tag.endswith("-vscode")]
    return next(iter(released or tags), commit[:_SHORT_COMMIT])


def _list_files(repo: Repo, commit: str) -> dict[str, str]:
    """Object id by path."""
    entries = repo.git.ls_tree("-r", "-z", "--full-tree", commit).split("\0")
    files: dict[str, str] = {}
    for entry in filter(None, entries):
        facts, path = entry.split("\t", 1)
        _mode, kind, object_id = facts.split()
        if kind == "blob":
            files[path] = object_id
    return files
