"""Each option of bubblewrap is there for something that a command can notice when it is not."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from builder.sandbox.isolation import Bubblewrap, Isolation, Prepared, Shown
from builder.sandbox.isolation.root import make_strangers
from builder.sandbox.isolation.start import started


def _as_root_without_rights(program: str) -> Bubblewrap:
    return Bubblewrap(program)


def _as_nobody(program: str) -> Bubblewrap:
    strangers = make_strangers()
    if strangers is None:
        pytest.skip("only where the builder is root commands run as somebody else")
    return Bubblewrap(program, strangers)


@pytest.fixture(params=[_as_root_without_rights, _as_nobody])
def variant(request: pytest.FixtureRequest, bubblewrap: Isolation) -> Bubblewrap:
    """The level as an ordinary user has it, and as root has it."""
    make: Callable[[str], Bubblewrap] = request.param
    program = shutil.which("bwrap")
    assert program is not None
    return make(program)


def shown(prepared: Prepared) -> str:
    with started(prepared, stderr=subprocess.DEVNULL) as process:
        return process.communicate(timeout=20)[0].decode()


def without(prepared: Prepared, words: str) -> Prepared:
    """The same process with options left out: a run of words, of the arguments or of what is handed over."""
    options = prepared.handed[0].decode().split("\0")[:-1]
    left = _less(options, words.split())
    handed = ("".join(f"{option}\0" for option in left).encode(), *prepared.handed[1:])
    argv = prepared.argv if left != options else _less(prepared.argv, words.split())
    assert argv != prepared.argv or left != options, f"no option {words}"
    return dataclasses.replace(prepared, argv=argv, handed=handed)


def _less(words: list[str], run: list[str]) -> list[str]:
    for at in range(len(words)):
        if words[at : at + len(run)] == run:
            return words[:at] + words[at + len(run) :]
    return words


def _host_namespace(kind: str) -> str:
    return Path(f"/proc/self/ns/{kind}").readlink().as_posix()


WRITABLE = "awk '$5==\"{}\"{{print substr($6,1,2)}}' /proc/self/mountinfo"
SYS_ADMIN = "cap=$(grep CapBnd /proc/self/status); echo $(( (0x${cap##*\t} >> 21) & 1 ))"


@pytest.mark.parametrize(
    ("options", "command", "answer"),
    [
        ("--unshare-net", "[ $(readlink /proc/self/ns/net) != NET ] && echo own", "own\n"),
        ("--unshare-ipc", "[ $(readlink /proc/self/ns/ipc) != IPC ] && echo own", "own\n"),
        ("--unshare-pid", "[ $(readlink /proc/self/ns/pid) != PID ] && echo own", "own\n"),
        ("--unshare-uts", "[ $(readlink /proc/self/ns/uts) != UTS ] && echo own", "own\n"),
        ("--unshare-cgroup-try", "[ $(readlink /proc/self/ns/cgroup) != CGROUP ] && echo own", "own\n"),
        ("--hostname sandbox", "hostname", "sandbox\n"),
        ("--new-session", "read -r _ _ _ _ _ session _ < /proc/self/stat; [ $session != 0 ] && echo own", "own\n"),
        ("--cap-drop ALL", SYS_ADMIN, "0\n"),
        ("--seccomp \0001", "grep Seccomp: /proc/self/status", "Seccomp:\t2\n"),
        ("--remount-ro /proc", WRITABLE.format("/proc"), "ro\n"),
        ("--remount-ro /dev", WRITABLE.format("/dev"), "ro\n"),
        ("--remount-ro /", WRITABLE.format("/"), "ro\n"),
        ("--ro-bind /usr /usr", WRITABLE.format("/usr"), "ro\n"),
        ("--ro-bind /dev/null /proc/keys", "cat /proc/keys || echo closed", "closed\n"),
        ("--size 64000000 --perms 1777 --tmpfs /tmp", "df --output=size -B1 /tmp | tail -1 | tr -d ' '", "64000000\n"),
        ("--size 64000000 --perms 1777 --tmpfs /dev/shm", "df --output=size -B1 /dev/shm | tail -1 | tr -d ' '", "64000000\n"),
        ("--chdir /workspace", "pwd", "/workspace\n"),
    ],
)  # fmt: skip
def test_an_option_is_missed(
    variant: Bubblewrap, tmp_path: Path, options: str, command: str, answer: str
) -> None:
    for kind in ("net", "ipc", "pid", "uts", "cgroup"):
        command = command.replace(kind.upper() + " ]", f"'{_host_namespace(kind)}' ]")
    prepared = variant.prepare(command, tmp_path, "/workspace")
    assert shown(prepared) == answer
    assert shown(without(prepared, options)) != answer


def test_a_command_is_nobody_without_rights(variant: Bubblewrap, tmp_path: Path) -> None:
    command = "id -u; id -g; grep -E 'Cap(Prm|Eff|Amb)|NoNewPrivs' /proc/self/status | tr '\t' ' '"
    nothing = "0000000000000000"
    assert shown(variant.prepare(command, tmp_path, "/workspace")) == (
        f"65534\n65534\nCapPrm: {nothing}\nCapEff: {nothing}\nCapAmb: {nothing}\nNoNewPrivs: 1\n"
    )


def test_two_things_keep_an_ordinary_users_command_from_making_namespaces(
    bubblewrap: Isolation, tmp_path: Path
) -> None:
    program = shutil.which("bwrap")
    assert program is not None
    prepared = Bubblewrap(program).prepare("unshare -U echo made", tmp_path, "/workspace")
    assert shown(without(prepared, "--disable-userns")) == ""
    assert shown(without(prepared, "--seccomp \0001")) == ""
    assert shown(without(without(prepared, "--disable-userns"), "--seccomp \0001")) == "made\n"


@pytest.mark.parametrize("command", ["unshare -U true", "unshare -r true", "unshare -n true"])
def test_no_namespace_is_made_within(variant: Bubblewrap, tmp_path: Path, command: str) -> None:
    assert shown(variant.prepare(f"{command} || echo no", tmp_path, "/workspace")) == "no\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may write them outside")
@pytest.mark.parametrize("name", ["kernel/core_pattern", "kernel/hostname", "vm/swappiness"])
def test_the_kernels_settings_stay_as_they_are(
    variant: Bubblewrap, tmp_path: Path, name: str
) -> None:
    command = f'value=$(cat /proc/sys/{name}); echo "$value" > /proc/sys/{name} || echo refused'
    assert shown(variant.prepare(command, tmp_path, "/workspace")) == "refused\n"


def test_no_path_of_the_host_is_shown(variant: Bubblewrap, tmp_path: Path) -> None:
    command = "for pid in /proc/[0-9]*; do tr '\\0' ' ' < $pid/cmdline; echo; readlink $pid/cwd; done; env"
    said = shown(variant.prepare(command, tmp_path, "/workspace"))
    assert "/workspace" in said
    assert str(tmp_path) not in said


def test_no_other_descriptor_is_open(variant: Bubblewrap, tmp_path: Path) -> None:
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        said = shown(variant.prepare("readlink /proc/$$/fd/*", tmp_path, "/workspace"))
    kinds = {place.partition(":")[0].rstrip("0123456789") for place in said.split()}
    assert kinds == {"/dev/null", "pipe"}


def test_folders_above_the_workspace_can_be_looked_into(
    variant: Bubblewrap, tmp_path: Path
) -> None:
    shared = Shown(Path("/usr/bin"), "/srv/shown/bin")
    command = "ls /home /home/me /srv/shown; stat -c %a /home/me /etc; pwd"
    prepared = variant.prepare(command, tmp_path, "/home/me/project", read_only=[shared])
    assert (
        shown(prepared)
        == "/home:\nme\n\n/home/me:\nproject\n\n/srv/shown:\nbin\n755\n755\n/home/me/project\n"
    )


def test_all_is_over_when_the_sandbox_is_killed(variant: Bubblewrap, tmp_path: Path) -> None:
    beat = tmp_path / "beat"
    command = "setsid bash -c 'while :; do echo x >> beat; sleep 0.02; done' & sleep 20"
    with started(variant.prepare(command, tmp_path, "/workspace"), stderr=subprocess.DEVNULL) as it:
        deadline = time.monotonic() + 10
        while not beat.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        it.kill()
        it.wait()
        time.sleep(0.3)
        before = beat.stat().st_size
        time.sleep(0.3)
        assert before == beat.stat().st_size
