"""Bring one commit behind a URL into the cache: a shallow, blob-filtered, bare fetch of just that ref.

A folder of the cache holds one commit and never changes once it has its name, so readers need no lock.
git_environment.py says how git is run; repository.py reads the result. Never asks for a password.
"""

import difflib
import hashlib
import os
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from builder.errors import SourceError
from builder.sources.continue_source.git_environment import (
    GitFailedError,
    GitTimeoutError,
    run_git,
)

PROBE_TIMEOUT_S = 3.5
"""How long a source may stay silent. With the start of the program this ends within 4 s."""

FETCH_TIMEOUT_S = 300.0

READ_FOLDERS = ("core/", "extensions/cli/src/")
"""What discovery reads. Only the TypeScript below these folders is fetched."""

_NEAR_REFS = 5
_SCHEMES = ("file", "git", "http", "https", "ssh")
_SCP_LIKE = re.compile(r"[\w.-]+@[\w.-]+:(?!//)\S+")
_FULL_COMMIT = re.compile(r"[0-9a-f]{40}")
_FETCHED = "refs/continue/source"


class FetchedSource(NamedTuple):
    """A bare repository in the cache, and the commit that was asked for."""

    path: Path
    commit: str


def is_url(source: str) -> bool:
    """Whether a source is reached through git's transports and not by a path."""
    return "://" in source or bool(_SCP_LIKE.fullmatch(source) and not Path(source).exists())


def fetch_source(url: str, ref: str | None) -> FetchedSource:
    """Fetch one ref unless the cache has its commit.

    Raises SourceError: refused scheme, unreachable within PROBE_TIMEOUT_S, unknown ref, broken fetch.
    """
    _refuse_odd_schemes(url)
    if ref and _FULL_COMMIT.fullmatch(ref) and _cached(url, ref).is_dir():
        return FetchedSource(_cached(url, ref), ref)
    name, commit = _probe(url, ref)
    target = _cached(url, commit)
    if not target.is_dir():
        _fetch(url, name, commit, target)
    return FetchedSource(target, commit)


def unknown_ref(source: str, ref: str, names: list[str]) -> str:
    """The message for a ref that a source lacks; lists the names nearest to it."""
    near = [name for name in names if ref in name]
    near += difflib.get_close_matches(ref, names, n=_NEAR_REFS, cutoff=0.4)
    shown = ", ".join(list(dict.fromkeys(near))[:_NEAR_REFS])
    hint = f" Near it: {shown}." if near else ""
    return f"{source} has no branch, tag or commit {ref!r}.{hint}"


def _refuse_odd_schemes(url: str) -> None:
    scheme = url.split("://", 1)[0] if "://" in url else "ssh"
    if scheme not in _SCHEMES:
        raise SourceError(f"{_shown(url)}: the scheme must be one of {', '.join(_SCHEMES)}")


def _probe(url: str, ref: str | None) -> tuple[str, str]:
    """The full name of the ref at the remote, and its commit."""
    wanted = ["--", url, "HEAD"] if ref is None else ["--heads", "--tags", "--", url]
    started = time.monotonic()
    try:
        listing = run_git(["ls-remote", *wanted], timeout_s=PROBE_TIMEOUT_S).decode()
    except (GitTimeoutError, GitFailedError) as error:
        raise SourceError(
            f"cannot reach {_shown(url)} ({time.monotonic() - started:.1f} s): {_shown(str(error))}."
            " Check the address and the network, or give a local clone."
        ) from error
    commits = {
        name: commit for commit, name in (line.split("\t", 1) for line in listing.splitlines())
    }
    return _choose(url, ref, commits)


def _choose(url: str, ref: str | None, commits: dict[str, str]) -> tuple[str, str]:
    if ref and _FULL_COMMIT.fullmatch(ref):
        return ref, ref
    # A branch before a tag of the same name, as in repository.py.
    for name in [f"refs/heads/{ref}", f"refs/tags/{ref}", ref] if ref else ["HEAD"]:
        if name in commits:
            # An annotated tag is listed twice; the peeled line has the commit.
            return name, commits.get(f"{name}^{{}}", commits[name])
    names = [re.sub(r"^refs/(heads|tags)/", "", name) for name in commits if "^" not in name]
    raise SourceError(unknown_ref(_shown(url), ref or "HEAD", names))


def _fetch(url: str, name: str, commit: str, target: Path) -> None:
    """Fetch into a folder beside the target, then give it its name in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".fetching-", dir=target.parent))
    try:
        _fetch_into(building, url, name, commit)
        _settle(building, target)
    except (GitTimeoutError, GitFailedError) as error:
        raise SourceError(f"cannot fetch {name} of {_shown(url)}: {_shown(str(error))}") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _fetch_into(repository: Path, url: str, name: str, commit: str) -> None:
    def git(*arguments: str, stdin: bytes = b"") -> bytes:
        return run_git(arguments, timeout_s=FETCH_TIMEOUT_S, cwd=repository, stdin=stdin)

    git("init", "--quiet", "--bare", ".")
    lean = ("--quiet", "--no-tags", "--no-write-fetch-head", "--filter=blob:none")
    git("fetch", *lean, "--depth=1", "--", url, f"+{name}:{_FETCHED}")
    git("update-ref", "--no-deref", "HEAD", commit)
    wanted = _wanted_blobs(git("ls-tree", "-r", "-z", "--full-tree", commit))
    if wanted:
        # By id and in one request: git would else ask for each file when it is read.
        negotiate_nothing = ("-c", "fetch.negotiationAlgorithm=noop")
        identifiers = "\n".join(wanted).encode()
        git(*negotiate_nothing, "fetch", *lean, "--stdin", "--", url, stdin=identifiers)


def _wanted_blobs(listing: bytes) -> list[str]:
    ids: dict[str, None] = {}
    for entry in filter(None, listing.decode(errors="replace").split("\0")):
        facts, path = entry.split("\t", 1)
        if path.startswith(READ_FOLDERS) and path.endswith((".ts", ".tsx")):
            ids[facts.split()[2]] = None
    return list(ids)


def _settle(building: Path, target: Path) -> None:
    try:
        building.rename(target)
    except OSError:
        # Another process fetched the same commit meanwhile; what it has is what this one has.
        if not target.is_dir():
            raise


def _cached(url: str, commit: str) -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    key = hashlib.sha256(url.encode()).hexdigest()[:16]
    return Path(home) / "continue-dataset-builder" / "continue" / key / f"{commit}.git"


def _shown(text: str) -> str:
    """A text without the password that a URL in it may carry."""
    return re.sub(r"://[^/@\s]+@", "://", text)
