"""Simple questions about a project that brings no tasks of its own: the user's, given with --workspace.

Nobody has written answers for such a project, so each answer is worked out from the results alone: what was found, how
much, where. What cannot be answered that way is not asked.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator

from builder.actions import Action, Glob, List, Read, Run, Search
from builder.recipes.scenario import Answer, Beat, Part, Scenario
from builder.sandbox.tree import Tree
from builder.tool_spec import Toolset
from builder.toolkits.continue_core.sensitive_paths import is_security_concern
from builder.toolkits.playing import Result
from builder.workspaces.catalog import Workspace

_DEFINITION = re.compile(
    r"^[ \t]*(?:export |public |private |pub |async |static |default )*"
    r"(?:def|class|function|func|fn|struct|interface|enum|trait|module|object)\s+([A-Za-z_]\w{4,})",
    re.MULTILINE,
)
_KEYWORDS = r"(def|class|function|func|fn|struct|interface|enum|trait|module|object)"
_MAX_FILES = 40
_MAX_CHARACTERS = 12_000
_MANIFESTS = ("README.md", "package.json", "pyproject.toml", "go.mod", "Cargo.toml", "pom.xml", "Gemfile", "composer.json", "Makefile")  # fmt: skip


class OwnProject:
    """For workspaces without tasks."""

    def scenarios(self, workspace: Workspace, _toolset: Toolset) -> Iterator[Scenario]:
        if workspace.is_packaged:
            return
        tree = workspace.tree()
        files = list(_code_files(tree))[:_MAX_FILES]
        for path in files:
            yield from _reading(workspace, path)
            yield from _definitions(workspace, tree, path)
        yield from _listings(workspace, tree)
        yield from _globs(workspace, tree)
        yield from _history(workspace)
        yield from _overview(workspace, tree)


def _scenario(
    workspace: Workspace, task: str, category: str, requests: tuple[str, ...], actions: tuple[Action, ...], answer: Answer
) -> Scenario:  # fmt: skip
    return Scenario(
        recipe="own_project",
        workspace=workspace,
        task=task.replace("/", "."),
        category=category,
        requests=requests,
        parts=(Part("", (Beat("", actions),), answer),),
        areas=("parallel_gathering",) if len(actions) > 1 else (),
        reasoned=True,
    )


def _code_files(tree: Tree) -> Iterator[str]:
    for path in sorted(tree.entries):
        entry = tree.entries[path]
        if 40 < entry.size < _MAX_CHARACTERS and entry.readable and _is_shown(path):
            yield path


def _is_shown(path: str) -> bool:
    return not is_security_concern(path) and not any(
        part.startswith(".") for part in path.split("/")
    )


def _definitions_in(text: str) -> list[str]:
    return list(dict.fromkeys(_DEFINITION.findall(text)))


def _reading(workspace: Workspace, path: str) -> Iterator[Scenario]:
    def answer(results: list[Result]) -> str:
        names = _definitions_in(results[0].text)
        lines = results[0].text.count("\n")
        if not names:
            return f"`{path}` has about {lines} lines and defines no functions or types of its own."
        shown = ", ".join(f"`{name}`" for name in names[:6])
        rest = f" and {len(names) - 6} more" if len(names) > 6 else ""
        return f"`{path}` has about {lines} lines. It defines {shown}{rest}."

    requests = (f"what's in {path}?", f"Give me a quick summary of what {path} defines.")
    yield _scenario(workspace, f"read-{path}", "lookup", requests, (Read(path),), answer)


def _definitions(workspace: Workspace, tree: Tree, path: str) -> Iterator[Scenario]:
    names = _definitions_in(tree.read(path).decode("utf-8", errors="replace"))
    for name in names[:2]:
        pattern = rf"{_KEYWORDS}\s+{name}\b"

        def answer(results: list[Result], name: str = name) -> str:
            place = path if path in results[0].text else "the file that the search shows"
            return f"`{name}` is defined in `{place}`."

        requests = (f"where is {name} defined?", f"Find the definition of `{name}` for me.")
        task = f"define-{name}-{path}"
        yield _scenario(workspace, task, "lookup", requests, (Search(pattern),), answer)


def _listings(workspace: Workspace, tree: Tree) -> Iterator[Scenario]:
    for folder in sorted(tree.folders)[:8]:
        if folder != "." and not _is_shown(folder):
            continue
        place = "the project root" if folder == "." else f"`{folder}`"

        def answer(results: list[Result], place: str = place) -> str:
            lines = [
                line
                for line in results[0].text.split("\n")
                if line and not line.startswith("Files in ")
            ]
            return f"There are {len(lines)} entries in {place}."

        requests = (f"what is in {folder}?" if folder != "." else "what's at the top of this repo?", f"List {place} and tell me how much is there.")  # fmt: skip
        yield _scenario(workspace, f"list-{folder}", "lookup", requests, (List(folder),), answer)


def _globs(workspace: Workspace, tree: Tree) -> Iterator[Scenario]:
    suffixes = Counter(posixpath.splitext(path)[1] for path in tree.entries if _is_shown(path))
    for suffix, count in suffixes.most_common(5):
        if not suffix or count < 2:
            continue

        def answer(results: list[Result], suffix: str = suffix) -> str:
            paths = [line for line in results[0].text.split("\n") if line.endswith(suffix)]
            folders = sorted({posixpath.dirname(path) or "the root" for path in paths})
            return f"{len(paths)} files end in `{suffix}`, in {', '.join(folders[:5])}."

        requests = (
            f"how many {suffix} files do we have and where?",
            f"Find all {suffix} files in the project.",
        )
        yield _scenario(
            workspace, f"glob{suffix}", "lookup", requests, (Glob(f"**/*{suffix}"),), answer
        )


def _history(workspace: Workspace) -> Iterator[Scenario]:
    if not (workspace.tree().directory / ".git").is_dir():
        return

    def answer(results: list[Result]) -> str:
        subjects = [
            line for line in results[0].text.split("\n") if line and not line.startswith("[")
        ]
        return f'The newest commit is "{subjects[0]}".' if subjects else "There are no commits yet."

    requests = ("what was committed last?", "Show me the last five commit subjects.")
    command = "git log -5 --format=%s"
    yield _scenario(workspace, "history", "single", requests, (Run(command),), answer)


def _overview(workspace: Workspace, tree: Tree) -> Iterator[Scenario]:
    found = [
        path
        for path in _MANIFESTS
        if path in tree.entries and tree.entries[path].size < _MAX_CHARACTERS
    ]
    if len(found) < 2:
        return
    shown = ", ".join(f"`{path}`" for path in found[:3])

    def answer(results: list[Result]) -> str:
        lines = [result.text.count("\n") for result in results]
        sizes = ", ".join(f"`{path}` ({n} lines)" for path, n in zip(found, lines, strict=False))
        return f"Read {sizes}. Tell me which part you want to go into."

    requests = (f"Read {shown} so you know the project.", "Get an overview of this repo from its README and its build file.")  # fmt: skip
    actions: tuple[Action, ...] = tuple(Read(path) for path in found[:3])
    yield _scenario(workspace, "overview", "gather", requests, actions, answer)


RECIPE = OwnProject()
