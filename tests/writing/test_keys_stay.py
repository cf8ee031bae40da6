"""A key goes into the headers of requests and nowhere else: every byte that a run leaves or shows is searched for it."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from builder.cli import main
from builder.providers.keys import has_key, without_typed_keys
from builder.sandbox.isolation import best_isolation
from tests.conftest import ROOT, builder
from tests.llm_server.asking import Asked, Reply
from tests.llm_server.faults import Faults
from tests.llm_server.hostile_scripts import CLI, IDE, example
from tests.llm_server.scripted import scripted
from tests.llm_server.seen import LlmServer
from tests.llm_server.server import running_server

_OPENAI, _ANTHROPIC = "sk-proj-planted0123456789abcdefOPENAI", "sk-ant-planted0123456789abcdefANTHROPIC"  # fmt: skip
_KEYS = {"OPENAI_API_KEY": _OPENAI, "ANTHROPIC_API_KEY": _ANTHROPIC}
_NEEDLES = [
    form
    for key in _KEYS.values()
    for form in (key.encode(), key[8:-4].encode(), base64.b64encode(key.encode())[:-4])
]
_FAULTS = Faults(server_error=0.05, rate_limited=0.05, dropped=0.05, malformed=0.03, wrong_schema=0.05)  # fmt: skip
_LONGEST_S = 240
_PEEK = "env; cat /proc/*/environ /proc/1/cmdline .env ../.env ~/.env; true"


def _curious(asked: Asked) -> Reply:
    """Every second example has a command that looks for keys."""
    is_author = asked.schema is not None and "examples" in asked.schema["properties"]
    number = json.loads(scripted(asked).text)["examples"][0]["brief"] if is_author else 1
    if not is_author or number % 2:
        return scripted(asked)
    tool = (IDE if f"## {IDE.run}" in asked.messages[0][1] else CLI).run
    calls = [(tool, json.dumps({"command": _PEEK}))]
    made = example(number, f"What does the environment say? ({number})", calls, "No key.")
    return Reply(json.dumps({"examples": [made]}))


class _Ran(NamedTuple):
    """A run that ended. `environments`: of all processes that it started, as they were seen while it ran."""

    work: Path
    code: int
    environments: dict[str, bytes]
    server: LlmServer


def _run(work: Path, provider: str, environment: dict[str, str]) -> Iterator[_Ran]:
    with running_server(_curious, faults=_FAULTS, keys=True) as server:
        url = server.url + ("/v1" if provider == "openai" else "")
        command = [
            sys.executable, "-m", "builder", "--verbose", "run", "--offline", "--provider", provider, "--model", "m",
            "--base-url", url, "--iterations", "1", "--gaps", "1", "--per-gap", "12", "--per-request", "1",
            "--workspace", "tidepool", "--jobs", "2", "--strategy", "author", "--strategy", "rollout", "--ideas",
        ]  # fmt: skip
        with (work / "out").open("wb") as out, (work / "err").open("wb") as err:
            process = subprocess.Popen(command, cwd=work, env=environment, stdout=out, stderr=err)
            environments = _watched(process)
        yield _Ran(work, process.returncode, environments, server)


def _watched(process: subprocess.Popen[bytes]) -> dict[str, bytes]:
    """Look at what its descendants were started with, until it ends."""
    found: dict[str, bytes] = {}
    deadline = time.monotonic() + _LONGEST_S
    while process.poll() is None:
        for child in _descendants(process.pid):
            found |= _environment(child)
        if time.monotonic() > deadline:
            process.kill()
        time.sleep(0.02)
    return found


def _descendants(process: int) -> list[int]:
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    children = [int(one) for one in text.split()]
    return [*children, *(below for one in children for below in _descendants(one))]


def _environment(process: int) -> dict[str, bytes]:
    """By number and command line. Between fork and exec a process is still the one that has the key."""
    try:
        line = Path(f"/proc/{process}/cmdline").read_bytes()
        if b"\0--verbose\0" in line:
            return {}
        return {f"{process} {line!r}": Path(f"/proc/{process}/environ").read_bytes()}
    except OSError:
        return {}


@pytest.fixture(scope="module", params=["environment", "file"])
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Ran]:
    """openai with keys in the environment, anthropic with keys in .env."""
    if best_isolation().name != "bubblewrap":
        pytest.skip("a model may have commands run only where bubblewrap is")
    work = tmp_path_factory.mktemp(request.param)
    plain = {name: value for name, value in os.environ.items() if name not in _KEYS}
    plain |= {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(work / "cache")}
    if request.param == "environment":
        yield from _run(work, "openai", plain | _KEYS)
    else:
        (work / ".env").write_text("".join(f"{name}={value}\n" for name, value in _KEYS.items()))
        yield from _run(work, "anthropic", plain)


def _with_a_key(work: Path) -> list[Path]:
    files = [path for path in work.rglob("*") if path.is_file() and path.name != ".env"]
    return [path for path in files if any(one in path.read_bytes() for one in _NEEDLES)]


def test_the_server_got_the_key_of_its_provider_and_no_other(ran: _Ran) -> None:
    assert ran.code == 0, (ran.work / "err").read_text()[-3_000:]
    own, other = (_ANTHROPIC, _OPENAI) if (ran.work / ".env").exists() else (_OPENAI, _ANTHROPIC)
    sent = ["\n".join(headers.values()) for headers in ran.server.headers]
    assert sent
    assert all(own in values and other not in values for values in sent)
    bodies = b"".join(json.dumps(asked.body).encode() for asked in ran.server.asked)
    assert not any(one in bodies for one in _NEEDLES)


def test_no_file_and_no_output_has_a_key(ran: _Ran) -> None:
    """Rows, rejected rows, reports, the checkpoint, the index, the store and its log, the cache, stdout, a verbose stderr."""
    names = {path.name for path in ran.work.rglob("*")}
    assert {"requests.sqlite", "rejected.jsonl", "report.html", "checkpoints.sqlite", "run.json", "err"} <= names  # fmt: skip
    assert _with_a_key(ran.work) == []


def test_the_run_looked_for_keys_in_the_sandbox(ran: _Ran) -> None:
    """Else the test before says nothing of what a command can see."""
    paths = [*ran.work.glob("runs/*.jsonl"), *ran.work.glob("runs/*/rejected.jsonl")]
    texts = "".join(path.read_text() for path in paths)
    assert "/proc/*/environ" in texts
    assert "PATH=" in texts


def test_no_process_of_the_run_was_started_with_a_key(ran: _Ran) -> None:
    workers = [name for name in ran.environments if "spawn_main" in name]
    assert len(workers) >= 2
    leaking = [name for name, text in ran.environments.items() if any(one in text for one in _NEEDLES)]  # fmt: skip
    assert leaking == []


def test_a_key_that_is_refused_is_not_shown(tmp_path: Path) -> None:
    with running_server(scripted, faults=Faults(bad_key=1)) as server:
        url = f"{server.url}/v1"
        done = builder("-v", "run", "--offline", "--provider", "openai", "--model", "m", "--base-url", url, "--gaps", "1", "--per-gap", "2", "--workspace", "tidepool", "--jobs", "1", cwd=tmp_path, env={**_KEYS, "XDG_CACHE_HOME": str(tmp_path / "cache")})  # fmt: skip
    assert done.code == 1
    assert "OPENAI_API_KEY" in done.err
    assert "planted" not in done.out + done.err
    assert _with_a_key(tmp_path) == []


@pytest.mark.parametrize(
    "typed",
    [
        ("--base-url", f"http://user:{_OPENAI}@127.0.0.1:9/v1"),
        ("--base-url", "http://user:hunter2planted@127.0.0.1:9/v1"),
        ("--base-url", f"http://127.0.0.1:9/v1?key={_OPENAI}"),
        ("--base-url", f"http://127.0.0.1:9/{_OPENAI}/v1"),
        ("--model", _OPENAI),
        ("--judge-model", _ANTHROPIC),
        ("--toolset", f"mcp:server --token {_OPENAI}"),
        ("--api-key", _OPENAI),
        (_OPENAI,),
    ],
    ids=lambda typed: typed[0][:10],
)
def test_a_key_typed_on_the_command_line_is_refused_and_not_repeated(
    typed: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    usual = ("--offline", "--provider", "openai", "--model", "m", "--base-url", "http://127.0.0.1:9/v1")  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["builder", "run", *usual, "--workspace", "tidepool", *typed])
    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr()
    assert ended.value.code == 2
    assert shown.err.startswith("error:")
    assert "planted" not in shown.out + shown.err
    assert list(tmp_path.iterdir()) == [], "something was written before it was refused"


def test_the_name_of_a_model_is_no_key() -> None:
    for name in ("hf-internal-testing/tiny-random-Llama-3", "gpt-5.5-2026-10-21", "sk-learn-tiny"):
        assert not has_key(name)
    assert without_typed_keys(f"unknown model {_OPENAI!r}") == "unknown model '[key]'"
