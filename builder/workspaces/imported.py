"""Takes a directory or git repository of the user's as a workspace: its files, its newest commits, no links.

The user's own folder is only read. Its files stand in a cache folder; its git history is cloned shallowly, without
the settings, hooks or filters of the original.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from builder.errors import WorkspaceError
from builder.sandbox.isolation import secret_free_environment
from builder.sandbox.tree import MAX_FILE_BYTES, Tree
from builder.workspaces.repository import cache_folder
from builder.workspaces.tasks import About

MAX_FILES = 20_000
_HISTORY_DEPTH = 30
_SKIPPED_FOLDERS = frozenset(
    {"node_modules", ".venv", "venv", "target", "dist", "build", "__pycache__", ".next", ".git"}
)
LANGUAGES = {
    ".c": "C", ".cc": "C++", ".cpp": "C++", ".cs": "C#", ".css": "CSS", ".dart": "Dart", ".ex": "Elixir",
    ".exs": "Elixir", ".go": "Go", ".h": "C", ".hpp": "C++", ".hs": "Haskell", ".html": "HTML", ".java": "Java",
    ".js": "JavaScript", ".jsx": "JavaScript", ".kt": "Kotlin", ".kts": "Kotlin", ".lua": "Lua", ".mjs": "JavaScript",
    ".php": "PHP", ".py": "Python", ".rb": "Ruby", ".rs": "Rust", ".scala": "Scala", ".sh": "Shell", ".sql": "SQL",
    ".swift": "Swift", ".tf": "HCL", ".ts": "TypeScript", ".tsx": "TypeScript", ".vue": "Vue", ".yaml": "YAML",
    ".yml": "YAML",
}  # fmt: skip


def imported_workspace(path: Path) -> tuple[About, Path]:
    """Describe the user's project and give the directory of its copy. Raises WorkspaceError."""
    source = path.resolve()
    files = _files_of(source)
    if not files:
        raise WorkspaceError(f"{path} holds no readable file of at most {MAX_FILE_BYTES} bytes")
    target = cache_folder() / f"own-{_state_hash(source, files)}"
    if not target.is_dir():
        _copy(source, files, target)
    counted = Counter(LANGUAGES[Path(f).suffix] for f in files if Path(f).suffix in LANGUAGES)
    languages = tuple(name for name, _ in counted.most_common(4))
    return About(name=source.name, summary=f"own project {source.name}", languages=languages), target


def _files_of(source: Path) -> list[str]:
    """What git would track, or every file of a plain directory; never links, never large files."""
    listed = _git(source, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = listed.split("\0") if listed else sorted(Tree(source, "/").entries)
    kept = [name for name in names if name and _is_taken(source, name)]
    return sorted(kept)[:MAX_FILES]


def _is_taken(source: Path, name: str) -> bool:
    if _SKIPPED_FOLDERS & set(name.split("/")[:-1]) or "\ufffd" in name:
        return False
    path = source / name
    inside = not path.is_symlink() and path.resolve().is_relative_to(source)
    return inside and path.is_file() and os.access(path, os.R_OK) and path.stat().st_size <= MAX_FILE_BYTES


def _state_hash(source: Path, files: list[str]) -> str:
    digest = hashlib.sha256(str(source).encode())
    digest.update(_git(source, "rev-parse", "HEAD").encode())
    for name in files:
        found = (source / name).stat()
        digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def _copy(source: Path, files: list[str], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="importing-", dir=target.parent))
    if _git(source, "rev-parse", "HEAD"):
        address = f"file://{source}"
        _git(made, "clone", "--quiet", "--no-checkout", "--depth", str(_HISTORY_DEPTH), address, "clone")
        if (made / "clone" / ".git").is_dir():
            (made / "clone" / ".git").rename(made / ".git")
        shutil.rmtree(made / "clone", ignore_errors=True)
    for name in files:
        place = made / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, place)
    if (made / ".git").is_dir():
        _git(made, "reset", "--quiet", "--mixed")
    made.rename(target)


def _git(place: Path, *arguments: str) -> str:
    """Git's output, or nothing where it fails; no setting of the repository may start a program."""
    done = subprocess.run(
        ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", *arguments],
        cwd=place,
        env=secret_free_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return done.stdout.decode("utf-8", errors="replace") if done.returncode == 0 else ""
