"""Finding files by a glob in memory gives letter by letter what ripgrep gives; `HYPOTHESIS_FACTOR` multiplies how often."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.sandbox.isolation import best_isolation
from builder.sandbox.process import run_command
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.continue_core.globs.automaton import Automaton, AutomatonError
from builder.toolkits.continue_core.globs.search import NotDecidedError, find_files
from builder.toolkits.continue_core.globs.syntax import GlobError, parse_glob
from builder.toolkits.continue_core.ripgrep import run_ripgrep
from builder.toolkits.continue_core.sensitive_paths import search_exclusion
from builder.workspaces.catalog import PACKAGED, packaged_names, packaged_workspace
from tests.conftest import ROOT
from tests.toolkits.schema_values import FACTOR

NAMES = (
    "a", "b", "ab", "A", "B", "a.b", "b.", "...", ".a", ".b.", "a-b", "-", "é", "ü.é", "a b", " a", "a ", "a\n", "a,b",
    "{a}", "[a]", "!a", "#a", "a\\b", "*", "node_modules", "dist", "x.env", "a.js", "b.JS",
)  # fmt: skip
PIECES = (
    *"ab.*?/[]{},!^-\\AB# é", "**", "**/", "/**", "[a-b]", "[!a]", "[é-ü]", "{a,b}", "ab", "node_modules", "*.js", ".",
)  # fmt: skip
IGNORE_FILES = (".gitignore", ".ignore", ".rgignore", ".continueignore", ".git/info/exclude")

names = st.sampled_from(NAMES)
globs = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    st.lists(st.sampled_from((*NAMES, "*", "**", "?")), min_size=1, max_size=3).map("/".join),
    st.sampled_from(["!x.env", "!b/", "#", "**/a", "*/*"]),
)
"""The last few find nearly everything, and leave what is said of it to the ignore files."""
lines = st.tuples(
    st.sampled_from(["", "", "", "!", "/", "!/", "\\"]),
    st.one_of(names, globs),
    st.sampled_from(["", "", "", "/", " ", "\\ ", "\r", "\x1c"]),
).map("".join)
ignore_files = st.one_of(
    st.lists(lines, max_size=5).map(lambda found: ("\n".join(found) + "\n").encode()),
    st.sampled_from([b"\xef\xbb\xbfa\nb", b"a\n\xff\nb\n", b"a\r\nb\\ \r", b"*", b"*\n!*/\n!*.js"]),
)
folders = st.lists(names, max_size=3).map(lambda parts: "".join(f"{part}/" for part in parts))
files = st.one_of(
    st.tuples(st.tuples(folders, names).map("".join), st.just(b"x")),
    st.tuples(st.tuples(folders, st.sampled_from(IGNORE_FILES)).map("".join), ignore_files),
    st.tuples(st.sampled_from(IGNORE_FILES), ignore_files),
)
trees = st.tuples(
    st.lists(files, min_size=1, max_size=16).map(dict), st.sampled_from(["", ".git/", "a/.git/"])
)


class Answer(NamedTuple):
    """Exit code and output, as ripgrep gives them."""

    code: int
    output: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("globs")


def _written(place: Path, contents: Mapping[str, bytes], empty: str = "") -> Tree:
    """The files in a new folder; one that another stands in the way of is left out."""
    folder = place / "tree"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / empty).mkdir(parents=True)
    for name, content in contents.items():
        file = folder / name
        if any(above.is_file() for above in (file, *file.parents)) or file.is_dir():
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return Tree(folder, "/workspace")


def _here(copy: WorkCopy, glob: str) -> Answer:
    try:
        found = find_files(copy, glob, search_exclusion())
    except GlobError:
        return Answer(2, "")
    return Answer(0 if found else 1, "".join(f"{path}\n" for path in found))


def _there(copy: WorkCopy, glob: str) -> Answer:
    given = [name for name in (".continueignore", ".gitignore") if copy.is_file(name)]
    named = [word for name in given for word in ("--ignore-file", name)]
    arguments = ["--files", "--iglob", glob, *named, "--glob", search_exclusion()]
    found = run_ripgrep(copy, arguments)
    return Answer(found.code, found.stdout)


@settings(
    max_examples=60 * FACTOR,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tree=trees, wanted=st.lists(globs, min_size=6, max_size=6))
def test_any_glob_over_any_files_finds_what_ripgrep_finds(
    place: Path, tree: tuple[dict[str, bytes], str], wanted: list[str]
) -> None:
    contents, empty = tree
    with WorkCopy(_written(place, contents, empty)) as copy:
        for glob in wanted:
            try:
                here = _here(copy, glob)
            except NotDecidedError as error:
                assert "git keeps rules" in str(error)  # noqa: PT017  # rules in git's own folder
                continue
            assert here == _there(copy, glob), glob


PROJECT = dict.fromkeys(
    (
        "README.md", "src/app.ts", "src/App.TSX", "src/lib/deep/app.test.ts", "src/lib/b.", "src/.hidden/x.ts",
        "node_modules/x/index.ts", "dist/app.ts", "src/dist/app.ts", ".env", "a,b", "{x}", "é", "logs/one.log",
        "src/x[1].ts", "back\\slash", "kept.log",
    ), b"x",
) | {".gitignore": b"*.log\n!kept.log\n", "src/.ignore": b"deep/\n"}  # fmt: skip


@pytest.mark.parametrize(
    ("glob", "found"),
    [
        (
            "*.ts",
            [
                "dist/app.ts",
                "node_modules/x/index.ts",
                "src/app.ts",
                "src/dist/app.ts",
                "src/x[1].ts",
            ],
        ),
        ("src/*.ts", ["src/app.ts", "src/x[1].ts"]),
        ("SRC/*.tsx", ["src/App.TSX"]),
        ("src/**/*.{ts,tsx}", ["src/App.TSX", "src/app.ts", "src/dist/app.ts", "src/x[1].ts"]),
        ("{src,dist}/app.*", ["dist/app.ts", "src/App.TSX", "src/app.ts"]),
        ("/app.ts", []),
        ("app.ts", ["dist/app.ts", "src/app.ts", "src/dist/app.ts"]),
        ("src/", []),
        ("src/lib/deep/*", []),
        ("deep", []),
        ("deep/**", []),
        ("*.log", ["kept.log", "logs/one.log"]),
        (".env", [".env"]),
        ("src/.hidden/**", []),
        ("**/.hidden/**", []),
        ("b.", ["src/lib/b."]),
        ("?", []),
        ("??", ["src/lib/b.", "é"]),
        ("a,b", ["a,b"]),
        ("\\{x\\}", ["{x}"]),
        ("{x}", []),
        ("*\\[1\\]*", ["src/x[1].ts"]),
        ("back\\\\slash", ["back\\slash"]),
        ("!*", []),
        ("{dist,}/app.t[r-u]}", ["dist/app.ts"]),
        ("[!a]pp.ts", []),
        ("*.md ", ["README.md"]),
    ],
)
def test_a_glob_means_what_ripgrep_takes_it_for(place: Path, glob: str, found: list[str]) -> None:
    with WorkCopy(_written(place, PROJECT)) as copy:
        assert find_files(copy, glob, search_exclusion()) == found
        assert _there(copy, glob).output == "".join(f"{path}\n" for path in found)


@pytest.mark.parametrize(
    ("contents", "glob", "found"),
    [
        ({"a/b": "", "a-b": "", "a.b": ""}, "**", ["a/b", "a-b", "a.b"]),
        ({"B": "", "a": "", "é": "", "_": ""}, "**", ["B", "_", "a", "é"]),
        ({".a": "", ".b.": "", ".c/d": "", ".e./f": ""}, "!x", [".b.", ".e./f"]),
        ({".a": "", ".c/d": ""}, "*", [".a", ".c/d"]),
        ({".a": "", ".c/d": ""}, "**/d", []),
        ({"b.": "", "c/b.": "", ".gitignore": "b.\n/c/b.\n"}, "!x", ["b."]),
        ({".rgignore": "!a", ".ignore": "a", "a": ""}, "!x", ["a"]),
        ({".rgignore": "a", ".ignore": "!a", "a": ""}, "!x", []),
        ({".ignore": "!a", ".git/info/exclude": "a", "a": ""}, "!x", ["a"]),
        ({"m/.gitignore": "!a", ".git/info/exclude": "a", "m/a": "", "a": ""}, "!x", ["m/a"]),
        ({".gitignore": "!a", ".continueignore": "a", "a": ""}, "!x", ["a"]),
        ({".gitignore": "a", ".continueignore": "!a", "a": ""}, "!x", []),
        ({"m/.gitignore": "a", "m/a": ""}, "!x", ["m/a"]),
        ({"m/.gitignore": "a", "m/a": "", ".git/x": ""}, "!x", []),
        ({"m/.gitignore": "a", "m/n/a": "", "m/n/.git/x": "", ".git/x": ""}, "!x", ["m/n/a"]),
        ({"m/.ignore": "a", "m/n/a": "", "m/n/.git/x": ""}, "!x", []),
        ({"m/.ignore": "!a", ".ignore": "a", "m/a": "", "a": ""}, "!x", ["m/a"]),
        ({"m/.ignore": "/n/a", "m/n/a": "", "n/a": ""}, "!x", ["n/a"]),
        ({".gitignore": "a\x1c\nb\xa0\n", "a": "", "a\x1c": "", "b": ""}, "!x", ["a"]),
        ({".gitignore": "a\\ \nb \n", "a": "", "a ": "", "b": ""}, "!x", ["a"]),
        ({".gitignore": "a\\ \r\n", "a": "", "a ": ""}, "!x", ["a"]),
        ({".gitignore": "a\n\udcff\nb\n", "a": "", "b": ""}, "!x", ["b"]),
        ({".gitignore": "A\n", "a": "", "A": ""}, "!x", ["a"]),
        ({".gitignore": "[\na\n", "a": "", "[": ""}, "!x", ["["]),
        ({".gitignore": "\ufeffa\nb\n", "a": "", "b": ""}, "!x", ["a"]),
        ({".gitignore": "a/**\n!a/b\n", "a/b": "", "a/c/d": ""}, "!x", ["a/b"]),
        ({".gitignore": "a\n!a/b\n", "a/b": ""}, "!x", []),
        ({".gitignore": "a\n", "a/b": "", "c/a/b": ""}, "a", []),
        ({".gitignore": "a\n", "a/b": "", "c/a/b": ""}, "a*/**", []),
        ({".gitignore": "a\n", "a/b": "", "c/a/b": ""}, "**/*", [".gitignore", "a/b", "c/a/b"]),
        ({"x/q": "", "x,/q": "", "x,y": "", "y": ""}, "{x\\,**,y}", ["x/q", "y"]),
        ({"a/b": "", "a": ""}, "a[!x]b", ["a/b"]),
        ({"a/b/c": "", "a/c": "", "ac": ""}, "a/**/c", ["a/b/c", "a/c"]),
        ({"ab": "", "aB": "", "éb": "", "Éb": ""}, "?B", ["aB", "ab"]),
        ({"éb": "", "Éb": ""}, "éB", ["éb"]),
        ({"é": "", "x": ""}, "[é][é]", ["é"]),
    ],
)
def test_ignore_files_and_hidden_names_count_as_for_ripgrep(
    place: Path, contents: dict[str, str], glob: str, found: list[str]
) -> None:
    tree = _written(
        place, {name: text.encode(errors="surrogateescape") for name, text in contents.items()}
    )
    with WorkCopy(tree) as copy:
        assert _there(copy, glob).output == "".join(f"{path}\n" for path in found)
        assert find_files(copy, glob, search_exclusion()) == found


@pytest.mark.parametrize("glob", ["[", "[]", "[b-a]", "{a", "{a,{b,c}}", "a\\", "**/{", "[!"])
def test_a_glob_that_ripgrep_refuses_is_refused(place: Path, glob: str) -> None:
    with WorkCopy(_written(place, PROJECT)) as copy:
        assert _here(copy, glob) == Answer(2, "")
        assert _there(copy, glob).code == 2


@pytest.mark.parametrize(
    "glob", ["", "#comment", "   ", "!*.ts", "}", "-x", "**", "**/", "/", "*a" * 200]
)
def test_a_glob_at_the_edge_of_the_syntax_finds_what_ripgrep_finds(place: Path, glob: str) -> None:
    with WorkCopy(_written(place, PROJECT | {"a" * 200: b"", "d/" + "a" * 250 + "b": b""})) as copy:
        assert _here(copy, glob) == _there(copy, glob)


@pytest.mark.parametrize("glob", ["*.ts", "**/*", "*", ".git/**", ".git", "*.log", "HEAD", "!x"])
def test_a_changed_copy_is_searched_as_it_is_now(place: Path, glob: str) -> None:
    tree = _written(place, PROJECT, ".git/refs/heads")
    (tree.directory / ".git/HEAD").write_text("ref: refs/heads/main\n")
    (tree.directory / ".git/info").mkdir()
    (tree.directory / ".git/info/exclude").write_text("new.ts\n")
    with WorkCopy(tree) as copy:
        before = _here(copy, glob)
        copy.write_text("src/new/new.ts", "x")
        copy.write_text("src/kept.ts", "x")
        copy.write_text(".gitignore", "*.tsx\n")
        after = _here(copy, glob)
        assert after == _there(copy, glob)
        run_command("rm -r src/lib dist; touch .git/found", copy, best_isolation(), merge=True)
        assert _here(copy, glob) == _there(copy, glob)
    with WorkCopy(tree) as fresh:
        assert before == _here(fresh, glob) == _there(fresh, glob)


@pytest.mark.parametrize(
    ("contents", "glob"),
    [
        (PROJECT, "a\0b"),
        (PROJECT, "\ud800"),
        (PROJECT, "a" * 3_000),
        (PROJECT | {".gitignore": b"a\n" * 30_000}, "*"),
        (PROJECT | {"src/.git": b"gitdir: ../.git/modules/src\n"}, "!x"),
        ({".git": b"gitdir: /elsewhere\n"}, "*"),
        (PROJECT | {".git/.gitignore": b"*\n"}, "*"),
        ({f"{7**number % 2**240:0240b}": b"" for number in range(80, 160)}, "*1" + "?" * 120),
    ],
)
def test_what_only_ripgrep_can_tell_is_not_decided(
    place: Path, contents: dict[str, bytes], glob: str
) -> None:
    with (
        WorkCopy(_written(place, contents)) as copy,
        pytest.raises(NotDecidedError),
    ):
        find_files(copy, glob, search_exclusion())


def _globs_of_tasks(name: str) -> Iterator[str]:
    """Every glob in the tasks of a packaged workspace, however deep in a task it stands."""
    waiting: list[object] = [
        tomllib.loads(file.read_text()) for file in sorted((PACKAGED / name).glob("tasks/*.toml"))
    ]
    while waiting:
        match waiting.pop():
            case {"do": "glob", "pattern": str(pattern)}:
                yield pattern
            case dict(table):
                waiting += table.values()
            case list(items):
                waiting += items
            case _:
                pass


def test_every_glob_of_the_packaged_tasks_is_told_without_ripgrep() -> None:
    tried = 0
    for name in packaged_names():
        with WorkCopy(packaged_workspace(name).tree()) as copy:
            for glob in _globs_of_tasks(name):
                assert _here(copy, glob) == _there(copy, glob), (name, glob)
                tried += 1
    assert tried > 5


EDITS = [{"old_string": "hello again", "new_string": "bye"}]
WHOLE = 'import util\n\n\ndef main() -> None:\n    print(util.PARTING)\n    print("marker")\n'
IDE_CALLS: list[tuple[str, dict[str, object]]] = [
    ("read_file", {"filepath": "README.md"}),
    ("read_file_range", {"filepath": "src/app.py", "startLine": 1, "endLine": 2}),
    ("read_currently_open_file", {}),
    ("ls", {"dirPath": ".", "recursive": True}),
    ("file_glob_search", {"pattern": "**/*.py"}),
    ("file_glob_search", {"pattern": "*"}),
    ("create_new_file", {"filepath": "new/deep.py", "contents": "x = 1\n"}),
    ("read_file", {"filepath": "src/util.py"}),
    (
        "single_find_and_replace",
        {"filepath": "src/util.py", "old_string": "GREETING", "new_string": "WORD"},
    ),
    ("multi_edit", {"filepath": "src/util.py", "edits": EDITS}),
    ("edit_existing_file", {"filepath": "src/app.py", "changes": WHOLE}),
    ("ls", {"dirPath": "new", "recursive": False}),
    ("file_glob_search", {"pattern": "new/**"}),
]
CLI_CALLS: list[tuple[str, dict[str, object]]] = [
    ("Read", {"filepath": "README.md"}),
    ("List", {"dirpath": "."}),
    ("Write", {"filepath": "new/deep.py", "content": "x = 1\n"}),
    ("Read", {"filepath": "/workspace/src/util.py"}),
    (
        "Edit",
        {
            "file_path": "/workspace/src/util.py",
            "old_string": "GREETING",
            "new_string": "WORD",
        },
    ),
    ("MultiEdit", {"file_path": "/workspace/src/util.py", "edits": EDITS}),
    ("List", {"dirpath": "new"}),
    ("Checklist", {"checklist": "- [ ] one"}),
]


def _play_without_processes(
    tree: Tree, surface: str, calls: list[tuple[str, dict[str, object]]]
) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-B", "-m", "tests.toolkits.without_processes"]
    arguments = [str(tree.directory), surface, json.dumps(calls)]
    return subprocess.run(
        [*program, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(("surface", "calls"), [("ide", IDE_CALLS), ("cli", CLI_CALLS)])
def test_reads_edits_listings_and_globs_start_no_process_and_copy_nothing(
    small_tree: Tree, surface: str, calls: list[tuple[str, dict[str, object]]]
) -> None:
    done = _play_without_processes(small_tree, surface, calls)
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    assert [(name, results[at][0][1]) for at, (name, _) in enumerate(calls)] == [
        (name, True) for name, _ in calls
    ], results


@pytest.mark.parametrize(
    ("surface", "call"),
    [
        ("ide", ("grep_search", {"query": "hello"})),
        ("cli", ("Search", {"pattern": "hello"})),
        ("cli", ("Bash", {"command": "true"})),
    ],
)
def test_a_tool_that_starts_a_process_would_be_noticed(
    small_tree: Tree, surface: str, call: tuple[str, dict[str, object]]
) -> None:
    done = _play_without_processes(small_tree, surface, [call])
    assert done.returncode == 1
    assert "ForbiddenError" in done.stderr


def test_globs_that_grew_too_large_once_still_tell_short_paths() -> None:
    grown = Automaton([(parse_glob("*1" + "?" * 120), True)])
    paths = [f"{7**number % 2**240:0240b}".encode() for number in range(80, 160)]
    with pytest.raises(AutomatonError):
        [grown.matched(path) for path in paths]
    assert grown.matched(b"1" + b"x" * 120) == (0,)
    assert grown.matched(b"2" + b"x" * 120) == ()
