"""What a command leaves on disk harms nobody afterwards: no later call hangs, fails or reaches out, and all of it can be removed.

A later tool call is played as a tool would: it reads, writes, lists, and has the next command see the result.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

import pytest

from builder.errors import NotPlayableError
from builder.sandbox.process import run_command
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import MAX_ADDED_BYTES, MAX_ADDED_ENTRIES, WorkCopy
from tests.sandbox.attacks.conftest import level_named
from tests.sandbox.attacks.ground import Ground
from tests.sandbox.attacks.table import LEVELS
from tests.sandbox.attacks.test_attacks import LONG_S

_TRAPS = {
    "a pipe for a file": "rm a.txt; mkfifo a.txt",
    "a pipe for a folder": "rm -r src; mkfifo src",
    "a file for a folder": "rm -r src; echo x > src",
    "a folder for a file": "rm a.txt; mkdir a.txt; echo x > a.txt/x",
    "a socket for a file": "rm a.txt; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"a.txt\")'",
    "a link for a file": "rm a.txt; ln -s @outside@/secret.txt a.txt",
    "a link for a folder": "rm -r src; ln -s @outside@ src",
    "a link to itself": "rm a.txt; ln -s a.txt a.txt; ln -s . src/again",
    "a link to a device": "rm a.txt; ln -s /dev/zero a.txt",
    "a second name for a file": "ln a.txt other; ln src/b.txt src/other",
    "a file without rights": "chmod 0 a.txt",
    "a folder without rights": "chmod 0 src",
    "a folder that may not be written": "chmod 555 src .",
    "no rights for the root": "chmod 0 .",
    "no files at all": "rm -rf -- * .[a-z]*",
    "a file that may not be written": "chmod 400 a.txt; chmod 500 .",
    "names of all kinds": r"""touch -- '-rf' '--pre=sh' '*' '$(touch x)' '`touch x`' '; rm a.txt' 'a"b' "a'b" '~' ' ' 'NUL' 'con' 'a\b' '...'""",
    "names with line ends and controls": r"""touch -- $'new\nline' $'\e[2J' $'tab\t' $'bell\a' $'\r' $'\u202egpj.exe' $'\u200b' $'\x7f'""",
    "names of other encodings": r"""touch -- $'caf\xe9' $'\xff\xfe' $'\xed\xa0\x80'""",
    "names as long as can be": "touch $(printf 'n%.0s' {1..255}); mkdir -p $(printf 'd%.0s' {1..255})/$(printf 'e%.0s' {1..255})",
    "a git folder that leads elsewhere": "rm -rf .git; ln -s @outside@ .git; mkdir -p src/.git; echo 'gitdir: @outside@' > src/.git/x",
    "settings of ripgrep": "echo --pre=@project@/run.sh > .ripgreprc; ln -sf @outside@/secret.txt .ignore; ln -sf @outside@/secret.txt .rgignore",
}  # fmt: skip


def _use(copy: WorkCopy) -> None:
    """Everything that tools do with a copy."""
    for path in ("a.txt", "src/b.txt", "src/new.txt", "new/deep/file.txt"):
        with suppress(NotPlayableError):
            copy.write_text(path, "written by a tool\n")
        with suppress(NotPlayableError, FileNotFoundError):
            copy.read_text(path)
    for path in copy.paths():
        with suppress(NotPlayableError):
            copy.read_text(path)
    for folder in (".", "src", "new"):
        copy.children(folder)
    with suppress(NotPlayableError):
        copy.directory(writable=False)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("trap", _TRAPS)
def test_no_tool_falls_into_a_trap(trap: str, level: str, ground: Ground) -> None:
    isolation, copy = level_named(level), ground.copy
    disk = copy.directory(writable=True)
    command = _TRAPS[trap]
    for name, value in ground.words().items():
        command = command.replace(f"@{name}@", value)
    started = time.monotonic()
    with suppress(NotPlayableError):
        run_command(command, copy, isolation, merge=True)
    _use(copy)
    with suppress(NotPlayableError):
        done = run_command("cat a.txt src/new.txt 2>&1; ls -R", copy, isolation, merge=True)
        if level != "limits":
            assert not ground.signs(done, LONG_S)
    assert time.monotonic() - started < 5
    assert f"planted-{ground.token}" not in repr(copy.changes)
    unchanged = Path(ground.outside / "secret.txt").read_text()
    assert unchanged == f"planted-{ground.token}-file\n"
    copy.close()
    assert not disk.parent.exists()


def test_what_a_tool_writes_does_not_go_through_a_second_name(ground: Ground) -> None:
    copy = ground.copy
    disk = copy.directory(writable=True)
    (disk / "a.txt").unlink()
    os.link(ground.beside / "secret.txt", disk / "a.txt")
    copy.take_back()
    copy.write_text("a.txt", "written by a tool\n")
    assert (copy.directory(writable=True) / "a.txt").read_text() == "written by a tool\n"
    assert (ground.beside / "secret.txt").read_text() == f"planted-{ground.token}-file\n"


def test_folders_too_deep_to_recur_into_are_removed(tree: Tree) -> None:
    command = (
        "import os\nfor n in range(1800): os.mkdir('d'); os.chdir('d')\nopen('x', 'w').close()"
    )
    with WorkCopy(tree) as copy:
        disk = copy.directory(writable=True)
        with suppress(NotPlayableError):
            run_command(f'python3 -c "{command}"', copy, level_named("limits"), merge=True)
        _use(copy)
    assert not disk.parent.exists()


def test_folders_deeper_than_any_path_are_removed(tree: Tree) -> None:
    command = "import os\nfor n in range(60): os.mkdir('d' * 200); os.chdir('d' * 200)"
    with WorkCopy(tree) as copy:
        disk = copy.directory(writable=True)
        with pytest.raises(NotPlayableError):
            run_command(f'python3 -c "{command}"', copy, level_named("limits"), merge=True)
    assert not disk.parent.exists()


def test_many_files_are_not_taken_back(tree: Tree) -> None:
    with WorkCopy(tree) as copy:
        disk = copy.directory(writable=True)
        (disk / "many").mkdir()
        for number in range(MAX_ADDED_ENTRIES + 10):
            (disk / "many" / str(number)).touch()
        with pytest.raises(NotPlayableError, match="more than"):
            copy.take_back()


def test_many_bytes_are_not_taken_back(tree: Tree) -> None:
    with WorkCopy(tree) as copy:
        disk = copy.directory(writable=True)
        for number in range(MAX_ADDED_BYTES // 1_000_000 + 1):
            (disk / str(number)).touch()
            os.truncate(disk / str(number), 1_000_000)
        with pytest.raises(NotPlayableError, match="bytes more"):
            copy.take_back()
        assert not copy.changes


def test_a_root_that_became_a_link_is_not_followed(ground: Ground) -> None:
    disk = ground.copy.directory(writable=True)
    disk.rename(disk.parent / "elsewhere")
    disk.symlink_to(ground.outside)
    with pytest.raises(NotPlayableError):
        ground.copy.take_back()
    ground.copy.write_text("new.txt", "x")
    with pytest.raises(NotPlayableError):
        ground.copy.directory(writable=True)
    assert not (ground.outside / "new.txt").exists()
