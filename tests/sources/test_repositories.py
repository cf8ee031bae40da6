"""Opening sources: refs, bare repositories, URLs, and everything that can be wrong with one."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from builder.errors import SourceError
from builder.sources.continue_source import discover

Make = Callable[[Mapping[str, str]], Path]
Git = Callable[..., str]

SAMPLE = (
    'export const sample: Tool = { function: { name: "sample", description: "x",'
    ' parameters: { type: "object" } } };'
)
FILES = {"core/tools/definitions/sample.ts": SAMPLE}


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def source(continue_repository: Make, git: Git) -> Path:
    """Two commits: "x" with the tag v1 and the annotated tag v1.0.0-vscode, then "y" on main."""
    folder = continue_repository(FILES)
    git(folder, "tag", "v1")
    git(folder, "tag", "--annotate", "--message=one", "v1.0.0-vscode")
    (folder / "core/tools/definitions/sample.ts").write_text(SAMPLE.replace('"x"', '"y"'))
    git(folder, "commit", "--quiet", "--all", "--message=two")
    return folder


def _text(source: str, ref: str | None = None) -> str:
    return discover(source, ref)["ide"].tools[0].description


def test_without_a_ref_the_head_is_read_and_not_the_files_on_disk(source: Path, git: Git) -> None:
    (source / "core/tools/definitions/sample.ts").write_text("not committed")
    surface = discover(str(source))["ide"]
    head = git(source, "rev-parse", "HEAD")
    assert (surface.tools[0].description, surface.ref, surface.commit) == ("y", head[:12], head)


def test_tags_branches_and_commits_are_refs(source: Path, git: Git) -> None:
    first = git(source, "rev-parse", "v1")
    git(source, "branch", "old", "v1")
    refs = ["v1", "v1.0.0-vscode", "refs/tags/v1", "old", first, first[:8], "HEAD~1", "main~1"]
    assert {ref: _text(str(source), ref) for ref in refs} == dict.fromkeys(refs, "x")
    assert discover(str(source), "v1.0.0-vscode")["ide"].ref == "v1.0.0-vscode"


def test_a_head_that_is_a_release_is_named_after_its_tag(source: Path, git: Git) -> None:
    git(source, "checkout", "--quiet", "v1")
    assert discover(str(source))["ide"].ref == "v1.0.0-vscode"


def test_a_branch_wins_over_a_tag_of_the_same_name(source: Path, git: Git) -> None:
    git(source, "tag", "main", "v1")
    assert (_text(str(source), "main"), _text(source.as_uri(), "main")) == ("y", "y")


def test_bare_repositories_work_trees_and_git_folders_are_sources(
    source: Path, git: Git, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(source), "bare.git")
    git(source, "worktree", "add", "--quiet", str(tmp_path / "tree"), "v1")
    places = [tmp_path / "bare.git", source / ".git", tmp_path / "tree"]
    assert [_text(str(place)) for place in places] == ["y", "y", "x"]


def test_a_mirror_without_a_configuration_is_a_source(
    source: Path, git: Git, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--quiet", "--mirror", str(source), "mirror.git")
    (tmp_path / "mirror.git" / "config").unlink()
    assert _text(str(tmp_path / "mirror.git"), "v1") == "x"


def test_the_environment_of_a_git_hook_does_not_lead_elsewhere(
    source: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    assert (_text(str(source)), _text(source.as_uri(), "v1")) == ("y", "x")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere: there is no such folder"):
        discover(str(tmp_path / "nowhere"))


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_no_repository_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "plain"
    if kind == "folder":
        path.mkdir()
    else:
        path.write_text("text")
    with pytest.raises(SourceError, match="plain is no git repository; give the top folder"):
        discover(str(path))


def test_a_repository_without_continue_names_the_files_that_were_looked_for(
    repository: Make,
) -> None:
    folder = repository({"README.md": "other"})
    with pytest.raises(SourceError, match=r"looked for core/tools/index\.ts, extensions/cli/src"):
        discover(str(folder))


def test_a_repository_without_a_commit_is_refused(tmp_path: Path, git: Git) -> None:
    git(tmp_path, "init", "--quiet", "empty")
    with pytest.raises(SourceError, match="no commit at its HEAD"):
        discover(str(tmp_path / "empty"))


@pytest.mark.parametrize("as_url", [False, True])
def test_an_unknown_ref_lists_the_ones_near_it(source: Path, as_url: bool) -> None:
    place = source.as_uri() if as_url else str(source)
    with pytest.raises(
        SourceError, match=r"no branch, tag or commit 'v1\.0\.0'\. Near it: v1\.0\.0-vscode"
    ):
        discover(place, "v1.0.0")


@pytest.mark.parametrize("ref", ["--help", "-x", "a b", "v1\n", "", "v1^{tree}"])
def test_a_ref_that_git_would_misread_is_unknown(source: Path, ref: str) -> None:
    if ref:
        with pytest.raises(SourceError, match="has no branch, tag or commit"):
            discover(str(source), ref)
    else:
        assert _text(str(source), ref) == "y"


def test_a_url_is_fetched_once_for_each_commit(source: Path, git: Git, tmp_path: Path) -> None:
    git(source, "config", "uploadpack.allowFilter", "true")
    git(source, "config", "uploadpack.allowAnySHA1InWant", "true")
    url, first = source.as_uri(), git(source, "rev-parse", "v1")
    assert [_text(url), _text(url, "v1.0.0-vscode"), _text(url, "v1"), _text(url, first)] == list(
        "yxxx"
    )
    kept = [path.name for path in (tmp_path / "cache").rglob("*.git")]
    assert sorted(kept) == sorted([f"{git(source, 'rev-parse', 'HEAD')}.git", f"{first}.git"])
    assert not list((tmp_path / "cache").rglob(".fetching-*"))


def test_a_fetched_commit_holds_the_typescript_and_nothing_else(
    continue_repository: Make, git: Git, tmp_path: Path
) -> None:
    source = continue_repository(FILES | {"docs/big.md": "large " * 1000})
    git(source, "config", "uploadpack.allowFilter", "true")
    assert _text(source.as_uri()) == "x"
    [kept] = (tmp_path / "cache").rglob("*.git")
    listing = git(kept, "cat-file", "--batch-all-objects", "--batch-check")
    wanted = git(source, "rev-parse", "HEAD:core/tools/definitions/sample.ts")
    unwanted = git(source, "rev-parse", "HEAD:docs/big.md")
    assert (wanted in listing, unwanted in listing) == (True, False)


def test_a_commit_that_is_kept_needs_no_network(source: Path, git: Git) -> None:
    url, first = source.as_uri(), git(source, "rev-parse", "v1")
    assert _text(url, first) == "x"
    source.rename(source.with_name("moved"))
    assert _text(url, first) == "x"
    with pytest.raises(SourceError, match="cannot reach"):
        discover(url, "v1")


def test_a_server_without_filters_is_fetched_from_as_well(source: Path) -> None:
    assert _text(source.as_uri(), "v1") == "x"


@pytest.mark.parametrize("url", ["ext::sh -c 'touch ran'", "ext://x", "ftp://x/y", "-u://x"])
def test_only_plain_transports_are_used(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError):
        discover(url)
    assert not list(tmp_path.glob("ran"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_closed_port_is_reported_at_once_without_the_password() -> None:
    started = time.monotonic()
    with pytest.raises(SourceError, match="cannot reach") as caught:
        discover(f"http://user:secret@127.0.0.1:{_free_port()}/continue.git")
    assert time.monotonic() - started < 4
    assert "secret" not in str(caught.value)


@contextmanager
def _silent_server() -> Iterator[int]:
    """Accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def accept() -> None:
            try:
                while True:
                    held.append(server.accept()[0])
            except OSError:
                return

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            for connection in held:
                connection.close()


@pytest.mark.parametrize("scheme", ["http", "git"])
def test_a_server_that_never_answers_is_given_up_on_within_four_seconds(scheme: str) -> None:
    with _silent_server() as port:
        started = time.monotonic()
        with pytest.raises(SourceError, match=r"cannot reach .* no answer within 3\.5 s"):
            discover(f"{scheme}://127.0.0.1:{port}/continue.git", "main")
        assert time.monotonic() - started < 4


def _trap(folder: Path) -> Path:
    """A program that leaves a trace when it is run."""
    program = folder / "trap.sh"
    program.write_text(f'#!/bin/sh\ntouch "{folder / "trap-was-run"}"\nexit 0\n')
    program.chmod(0o755)
    return program


def test_nothing_that_a_repository_configures_is_run(
    source: Path, git: Git, tmp_path: Path
) -> None:
    trap = str(_trap(tmp_path))
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for hook in ("post-checkout", "reference-transaction", "post-index-change", "pre-auto-gc"):
        (hooks / hook).symlink_to(trap)
    settings = {
        "core.fsmonitor": trap,
        "core.hooksPath": str(hooks),
        "core.pager": trap,
        "core.sshCommand": trap,
        "core.askPass": trap,
        "core.editor": trap,
        "core.gitProxy": trap,
        "core.alternateRefsCommand": trap,
        "credential.helper": f"!{trap}",
        "diff.external": trap,
        "filter.x.smudge": trap,
        "gpg.program": trap,
        "pager.tag": trap,
        "pager.ls-tree": trap,
        "tar.x.command": trap,
    }
    (source / ".gitattributes").write_text("* filter=x diff=x\n")
    git(source, "add", "--all")
    git(source, "commit", "--quiet", "--message=three")
    for key, value in settings.items():
        git(source, "config", key, value)
    assert (_text(str(source)), _text(str(source), "v1")) == ("y", "x")
    with pytest.raises(SourceError):
        discover(str(source), "unknown")
    assert not (tmp_path / "trap-was-run").exists()


def test_a_missing_object_is_not_fetched_from_where_the_repository_says(
    source: Path, git: Git, tmp_path: Path
) -> None:
    blob = git(source, "rev-parse", "HEAD:core/tools/definitions/sample.ts")
    (source / ".git/objects" / blob[:2] / blob[2:]).unlink()
    for key, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.url": str(tmp_path),
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": str(_trap(tmp_path)),
    }.items():
        git(source, "config", key, value)
    with pytest.raises(SourceError, match="its content is not here"):
        discover(str(source))
    assert not (tmp_path / "trap-was-run").exists()
