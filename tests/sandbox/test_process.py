"""Commands run as they are written, see the copy only, and end: on every level of isolation."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.errors import NotPlayableError
from builder.sandbox.isolation import Isolation, Shown
from builder.sandbox.process import MAX_OUTPUT_BYTES, Completed, output_of, run_command
from builder.sandbox.tree import Tree
from builder.sandbox.volatile import normalise
from builder.sandbox.workcopy import WorkCopy


@pytest.fixture
def copy(tree: Tree) -> Iterator[WorkCopy]:
    with WorkCopy(tree) as made:
        yield made


@pytest.mark.parametrize(
    ("command", "out", "code"),
    [
        ("pwd", "/workspace\n", 0),
        ("cat src/b.txt /workspace/a.txt", "two\none\n", 0),
        ("./run.sh", "ran\n", 0),
        ("cd src && ls", "b.txt\n", 0),
        ("exit 7", "", 7),
        ("kill -9 $$", "", 137),
        ("no-such-program 2>/dev/null", "", 127),
        ("cat", "", 0),
        ("read line || echo none", "none\n", 0),
        ("printf '%s|' \"a b\" 'c\"d' $((1+2)) \"$0\"", "a b|c\"d|3|/bin/bash|", 0),
        ("cat <<'X'\n$HOME `date`\nX\necho two", "$HOME `date`\ntwo\n", 0),
        ("printf 'caf\\351\\n'", "caf\ufffd\n", 0),
        ("printf 'a\\000b'", "a\0b", 0),
        ("echo 1; echo 2 >&2; echo 3", "1\n3\n", 0),
        ("set -o pipefail; false | true", "", 1),
        ("false", "", 1),
        ("python3 -c 'print(6 * 7)'", "42\n", 0),
        ("echo took 1.25 s; echo ran in 0.75s", "took 1.25 s\nran in 0.001s\n", 0),
    ],
)  # fmt: skip
def test_a_command_runs_as_it_is_written(
    copy: WorkCopy, level: Isolation, command: str, out: str, code: int
) -> None:
    done = run_command(command, copy, level, merge=False)
    assert (done.stdout, done.exit_code) == (out, code)
    assert (done.timed_out, done.cut) == (False, False)


@pytest.mark.parametrize(
    ("command", "out"),
    [
        (["echo", "a b", "$HOME", "*", "'"], "a b $HOME * '\n"),
        (["python3", "-I", "-c", "import sys; print(sys.argv[1:])", "x y"], "['x y']\n"),
        (["cat", "/workspace/src/b.txt"], "two\n"),
        (["./run.sh"], "ran\n"),
    ],
)
def test_a_program_gets_its_arguments_as_they_are(
    copy: WorkCopy, level: Isolation, command: list[str], out: str
) -> None:
    assert run_command(command, copy, level, merge=True).stdout == out


def test_a_program_that_is_not_there_is_said_to_be_missing(
    copy: WorkCopy, level: Isolation
) -> None:
    assert run_command(["no-such-program"], copy, level, merge=True).exit_code == 127


@pytest.mark.parametrize("size", [0, 5, 1_000_000])
def test_input_is_read_to_its_end(copy: WorkCopy, level: Isolation, size: int) -> None:
    done = run_command("wc -c", copy, level, merge=True, stdin=b"x" * size)
    assert done.stdout == f"{size}\n"


def test_input_need_not_be_read(copy: WorkCopy, level: Isolation) -> None:
    done = run_command("echo done", copy, level, merge=True, stdin=b"x" * 1_000_000)
    assert (done.stdout, done.exit_code) == ("done\n", 0)


def test_a_command_that_is_silent_for_too_long_ends(copy: WorkCopy, level: Isolation) -> None:
    started = time.monotonic()
    done = run_command(
        "echo begun; sleep 30", copy, level, merge=True, timeout_s=20, idle_timeout_s=0.5
    )
    assert (done.idle, done.timed_out, done.stdout) == (True, False, "begun\n")
    assert time.monotonic() - started < 10


def test_a_command_that_speaks_is_not_idle(copy: WorkCopy, level: Isolation) -> None:
    command = "for i in 1 2 3 4; do echo $i; sleep 0.4; done"
    done = run_command(command, copy, level, merge=True, timeout_s=20, idle_timeout_s=1.5)
    assert (done.idle, done.stdout) == (False, "1\n2\n3\n4\n")


def test_what_is_shown_to_a_command_can_be_read(
    copy: WorkCopy, level: Isolation, tmp_path: Path
) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "module.py").write_text("VALUE = 7\n")
    program = "import sys; sys.path.append('/opt/shown'); import module; print(module.__file__, module.VALUE)"
    done = run_command(
        f'python3 -B -c "{program}"',
        copy,
        level,
        merge=True,
        read_only=[Shown(tmp_path / "lib", "/opt/shown")],
    )
    assert done.stdout == "/opt/shown/module.py 7\n"


@pytest.mark.parametrize("name", ["bubblewrap", "landlock"])
def test_what_is_shown_to_a_command_cannot_be_changed(
    copy: WorkCopy, name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    (tmp_path / "lib").mkdir()
    isolation: Isolation = request.getfixturevalue(name)
    shown = [Shown(tmp_path / "lib", "/opt/shown")]
    done = run_command("echo x > /opt/shown/new", copy, isolation, merge=True, read_only=shown)
    assert done.exit_code == 1
    assert not list((tmp_path / "lib").iterdir())


def test_both_outputs_are_kept_apart_or_merged_in_order(copy: WorkCopy, level: Isolation) -> None:
    command = "echo 1; echo 2 >&2; echo 3; ls nope"
    missing = "ls: cannot access 'nope': No such file or directory\n"
    assert run_command(command, copy, level, merge=False) == Completed("1\n3\n", f"2\n{missing}", 2)
    assert run_command(command, copy, level, merge=True) == Completed(f"1\n2\n3\n{missing}", "", 2)


def test_paths_in_both_outputs_are_those_of_the_workspace(copy: WorkCopy, level: Isolation) -> None:
    done = run_command("realpath a.txt; realpath src >&2", copy, level, merge=False)
    assert (done.stdout, done.stderr) == ("/workspace/a.txt\n", "/workspace/src\n")


def test_what_a_command_changed_comes_back(copy: WorkCopy, level: Isolation) -> None:
    copy.write_text("a.txt", "edited\n")
    run_command("cat a.txt > seen.txt; rm src/b.txt; mkdir -p deep/er", copy, level, merge=True)
    assert copy.changes == {"a.txt": b"edited\n", "seen.txt": b"edited\n", "src/b.txt": None}
    assert copy.is_dir("deep/er")
    later = run_command("cat seen.txt; ls -d deep/er", copy, level, merge=True)
    assert later.stdout == "edited\ndeep/er\n"


@pytest.mark.parametrize(
    "command", ["sleep 30", "sleep 30 | cat", "while :; do echo drip; sleep 0.02; done"]
)
def test_a_command_ends_at_the_time_limit(copy: WorkCopy, level: Isolation, command: str) -> None:
    started = time.monotonic()
    done = run_command(command, copy, level, merge=True, timeout_s=0.3)
    assert done.timed_out
    assert time.monotonic() - started < 5


def test_a_command_that_closes_its_outputs_ends_at_the_time_limit_too(
    copy: WorkCopy, level: Isolation
) -> None:
    done = run_command("exec >&- 2>&-; sleep 30", copy, level, merge=True, timeout_s=0.3)
    assert done.timed_out


@pytest.mark.parametrize(
    "child", ["sleep 30", "(while :; do echo drip; sleep 0.01; done)", "setsid sleep 3"]
)
def test_a_command_ends_with_its_shell_even_if_a_child_holds_its_output(
    copy: WorkCopy, level: Isolation, child: str
) -> None:
    done = run_command(f"{child} & echo begun", copy, level, merge=True, timeout_s=2)
    assert done.stdout.replace("drip\n", "") == "begun\n"
    assert (done.exit_code, done.timed_out, done.cut) == (0, False, False)


@pytest.mark.parametrize("command", ["yes", "yes >&2", "yes & yes"])
def test_a_flood_is_cut(copy: WorkCopy, level: Isolation, command: str) -> None:
    done = run_command(command, copy, level, merge=False)
    assert done.cut
    assert not done.timed_out
    assert len(done.stdout) + len(done.stderr) < MAX_OUTPUT_BYTES + 200_000


def _is_still_beating(copy: WorkCopy) -> bool:
    beat = copy.directory(writable=True) / "beat"
    before = beat.stat().st_size
    time.sleep(0.3)
    return beat.stat().st_size != before


BEAT = "while :; do echo x >> beat; sleep 0.02; done"


def test_a_child_in_the_background_ends_with_its_command(copy: WorkCopy, level: Isolation) -> None:
    done = run_command(f"({BEAT}) >/dev/null 2>&1 & sleep 0.2", copy, level, merge=True)
    assert (done.exit_code, done.timed_out) == (0, False)
    assert not _is_still_beating(copy)


@pytest.mark.parametrize("name", ["bubblewrap", "landlock"])
def test_a_daemon_ends_with_its_command(
    copy: WorkCopy, name: str, request: pytest.FixtureRequest
) -> None:
    isolation: Isolation = request.getfixturevalue(name)
    daemon = f"setsid nohup bash -c '{BEAT}' >/dev/null 2>&1 & sleep 0.2"
    assert run_command(daemon, copy, isolation, merge=True).exit_code == 0
    assert not _is_still_beating(copy)


def test_a_command_knows_nothing_of_the_callers_environment(
    copy: WorkCopy, level: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "HOME", "PLANTED", "BASH_ENV", "LD_PRELOAD", "PYTHONPATH"):
        monkeypatch.setenv(name, "/planted")
    shown = run_command("env; cat /proc/$$/environ", copy, level, merge=True).stdout
    assert "PATH=" in shown
    assert "planted" not in shown.lower()


@pytest.mark.parametrize(
    ("flag", "limit"), [("-c", 0), ("-n", 256), ("-t", 20), ("-f", 62_500), ("-v", 1_953_125)]
)
def test_resources_are_limited(copy: WorkCopy, level: Isolation, flag: str, limit: int) -> None:
    shown = run_command(f"ulimit {flag}; ulimit -H {flag}", copy, level, merge=True).stdout
    assert shown == f"{limit}\n{limit}\n"


def test_memory_runs_out_before_the_machines_does(copy: WorkCopy, level: Isolation) -> None:
    done = run_command("python3 -c 'bytearray(3_000_000_000)'", copy, level, merge=False)
    assert done.exit_code == 1
    assert "MemoryError" in done.stderr


def test_no_file_grows_to_100_megabytes(copy: WorkCopy, level: Isolation) -> None:
    command = "head -c 100000000 /dev/zero > big; wc -c < big; rm big"
    done = run_command(command, copy, level, merge=False)
    assert done.stdout == "64000000\n"
    assert not copy.changes


def test_a_file_that_no_copy_holds_ends_the_playing(copy: WorkCopy, level: Isolation) -> None:
    with pytest.raises(NotPlayableError, match="big"):
        run_command("head -c 100000000 /dev/zero > big", copy, level, merge=False)


@pytest.mark.parametrize("command", ["a\0b", "echo \ud800", "true " + "x" * 200_000])
def test_what_no_process_can_be_given_is_not_played(
    copy: WorkCopy, level: Isolation, command: str
) -> None:
    with pytest.raises(NotPlayableError):
        run_command(command, copy, level, merge=False)


def test_our_own_commands_are_shown_as_they_print_and_leave_nothing(
    copy: WorkCopy, level: Isolation
) -> None:
    shown = output_of("echo ran in 0.75s; echo lost >&2; echo x > new.txt; pwd", copy, level)
    assert shown == "ran in 0.75s\n/workspace\n"
    assert not copy.changes
    with pytest.raises(NotPlayableError):
        output_of("sleep 30", copy, level, timeout_s=0.2)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ran 3 tests in 0.012s", "Ran 3 tests in 0.001s"),
        ("in 12.5 seconds", "in 0.001 seconds"),
        ("# duration_ms 12.25", "# duration_ms 1.0"),
        ("\nreal\t0m1.234s\nuser\t0m0.5s\nsys\t0m0.0s\n", "\nreal\t0m0.001s\nuser\t0m0.001s\nsys\t0m0.001s\n"),
        ("costs 1.50 s, in 3 steps, within 2.5s", "costs 1.50 s, in 3 steps, within 2.5s"),
    ],
)  # fmt: skip
def test_only_durations_are_made_equal(text: str, shown: str) -> None:
    assert normalise(text) == shown
