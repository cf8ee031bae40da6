"""Finds workspaces, packaged ones by name and the user's own by path, and loads them for tools to act on."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path

from builder.errors import WorkspaceError, choose
from builder.sandbox.tree import Tree
from builder.sandbox.web.pages import Page, PageKind
from builder.workspaces.imported import imported_workspace
from builder.workspaces.repository import built_workspace
from builder.workspaces.tasks import About, Tasks, read_table, read_tasks

PACKAGED = Path(__file__).resolve().parent
_PAGE_KINDS: dict[str, PageKind] = {".md": "html", ".txt": "text", ".json": "json"}


@dataclass(slots=True)
class Workspace:
    """One project: `tree(pending)` loads its files, as committed or with pending work laid over them."""

    about: About
    tasks: Tasks
    folder: Path
    pages: dict[str, Page] = field(default_factory=dict)
    slugs: dict[str, str] = field(default_factory=dict)
    is_packaged: bool = True
    _trees: dict[str, Tree] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.about.name

    @property
    def root(self) -> str:
        """The path that tools and commands see."""
        return f"/workspace/{self.about.name}"

    def tree(self, pending: str = "") -> Tree:
        """The files; loaded once and shared. Raises WorkspaceError."""
        if pending not in self._trees:
            place = (
                built_workspace(self.folder, self.about, pending)
                if self.is_packaged
                else self.folder
            )
            self._trees[pending] = Tree(place, self.root)
        return self._trees[pending]

    def page_addresses(self, slugs: tuple[str, ...]) -> tuple[str, ...]:
        """The addresses of pages. Raises WorkspaceError for one that there is not."""
        unknown = [slug for slug in slugs if slug not in self.slugs]
        if unknown:
            raise WorkspaceError(choose(f"page of {self.name}", unknown[0], list(self.slugs)))
        return tuple(self.slugs[slug] for slug in slugs)


def packaged_names() -> list[str]:
    """Names of the workspaces that ship with the program, sorted."""
    return sorted(path.parent.name for path in PACKAGED.glob("*/workspace.toml"))


def load_workspaces(chosen: tuple[str, ...] = ()) -> list[Workspace]:
    """The packaged workspaces and those chosen by path; or, where names are chosen, only what was chosen.

    Raises WorkspaceError for a name that is neither a packaged workspace nor a directory.
    """
    names = [one for one in chosen if one in packaged_names()]
    paths = [Path(one) for one in chosen if one not in names]
    for path in paths:
        if not path.is_dir():
            known = packaged_names()
            raise WorkspaceError(choose("workspace", str(path), known) + "; or give a directory")
    packaged = [packaged_workspace(name) for name in (names or packaged_names())]
    return packaged + [_own_workspace(path) for path in paths]


@functools.cache
def packaged_workspace(name: str) -> Workspace:
    """Load one packaged workspace. Raises WorkspaceError."""
    folder = PACKAGED / name
    if not (folder / "workspace.toml").is_file():
        raise WorkspaceError(choose("workspace", name, packaged_names()))
    return _written_workspace(folder)


def _written_workspace(folder: Path) -> Workspace:
    """A workspace in the form that README.md describes. Raises WorkspaceError."""
    about = read_table(folder / "workspace.toml", About)
    found = (path for path in sorted((folder / "pages").glob("*")) if path.suffix in _PAGE_KINDS)
    pages = {path.stem: _page(path) for path in found}
    return Workspace(
        about,
        read_tasks(folder / "tasks"),
        folder,
        {page.url: page for page in pages.values()},
        {slug: page.url for slug, page in pages.items()},
    )


def _page(path: Path) -> Page:
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    url, title, redirect = (fields.get(name, "").strip() for name in ("url", "title", "redirect"))
    if not url or not (title or redirect):
        raise WorkspaceError(
            f"{path}: the first lines must be 'url: …' and 'title: …', or 'url: …' and 'redirect: …'"
        )
    return Page(url, title, body.strip() + "\n", _PAGE_KINDS[path.suffix], redirect)


def _own_workspace(path: Path) -> Workspace:
    """A directory of the user's: a workspace with tasks of its own, or any project."""
    if (path / "workspace.toml").is_file():
        return _written_workspace(path.resolve())
    about, place = imported_workspace(path)
    return Workspace(about, Tasks(), place, is_packaged=False)
