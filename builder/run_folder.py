"""The folder of one run: its settings and state, what each iteration planned, made, accepted and rejected.

Every file is written whole and renamed into place, so a killed run leaves no half-written one. The dataset alone says
what has been added; this folder says how it came about.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from builder.config import RunConfig
from builder.errors import StorageError, UsageError, choose

_T = TypeVar("_T")
RunState = Literal["running", "finished"]


class RunRecord(msgspec.Struct, frozen=True):
    """run.json: the settings (as JSON), their fingerprint, and whether the run came to its end."""

    id: str
    config: msgspec.Raw
    fingerprint: str
    state: RunState = "running"
    ended: str = ""


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all. Raises StorageError."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StorageError(f"cannot write {path}: {error.strerror}") from error


class RunFolder:
    """runs/<id>/."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def id(self) -> str:
        return self.path.name

    def record(self) -> RunRecord:
        """run.json. Raises UsageError where it is missing or broken."""
        try:
            return msgspec.json.decode((self.path / "run.json").read_bytes(), type=RunRecord)
        except (OSError, msgspec.MsgspecError) as error:
            raise UsageError(f"{self.path} is no run: {error}") from error

    def config(self) -> RunConfig:
        """The settings with which the run was started."""
        return RunConfig.model_validate_json(bytes(self.record().config))

    def save(self, config: RunConfig, state: RunState, ended: str = "") -> None:
        """Write run.json."""
        raw = msgspec.Raw(config.model_dump_json().encode())
        record = RunRecord(self.id, raw, config.fingerprint, state, ended)
        write_atomically(self.path / "run.json", msgspec.json.encode(record))

    def tools(self, surface: str) -> Path:
        """The file of a surface's tools; what stands behind a colon in its name becomes a hash."""
        kind, _, argument = surface.partition(":")
        mark = f"-{hashlib.sha256(argument.encode()).hexdigest()[:8]}" if argument else ""
        return self.path / f"tools-{kind}{mark}.json"

    def numbered(self, name: str, iteration: int, suffix: str) -> Path:
        """`coverage`, 3, `json` → coverage-003.json."""
        return self.path / f"{name}-{iteration:03}.{suffix}"

    def write(self, path: Path, value: object) -> None:
        """Write a value as JSON."""
        text = msgspec.json.format(msgspec.json.encode(value), indent=1)
        write_atomically(path, text + b"\n")

    def read(self, path: Path, form: type[_T]) -> _T:
        """Read a value that this program wrote."""
        return msgspec.json.decode(path.read_bytes(), type=form)

    def write_lines(self, path: Path, lines: Iterable[bytes]) -> None:
        """Write lines (without newlines)."""
        write_atomically(path, b"".join(line + b"\n" for line in lines))

    def add_ideas(self, ideas: Iterable[msgspec.Struct]) -> None:
        """Add lines to ideas.jsonl, but for those that stand there already (a step may be done twice)."""
        path = self.path / "ideas.jsonl"
        known = self.read_lines(path)
        new = [line for line in map(msgspec.json.encode, ideas) if line not in known]
        if new:
            self.write_lines(path, [*known, *new])

    def read_lines(self, path: Path) -> list[bytes]:
        return path.read_bytes().splitlines() if path.exists() else []


def new_run(runs: Path) -> RunFolder:
    """A folder for a new run, named after the time; a number tells runs of one second apart."""
    runs.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    for number in range(1, 1000):
        path = runs / (stamp if number == 1 else f"{stamp}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return RunFolder(path)
    raise StorageError(f"too many runs in {runs}")


def find_run(runs: Path, run_id: str) -> RunFolder:
    """The run of that id. Raises UsageError that lists those there are."""
    if not (runs / run_id / "run.json").is_file() or Path(run_id).name != run_id:
        known = sorted(path.parent.name for path in runs.glob("*/run.json"))
        raise UsageError(choose("run", run_id, known))
    return RunFolder(runs / run_id)


def unfinished_run(runs: Path, config: RunConfig) -> RunFolder | None:
    """The newest run on the same dataset with the same settings that did not come to its end."""
    for path in sorted(runs.glob("*/run.json"), reverse=True):
        folder = RunFolder(path.parent)
        try:
            record, theirs = folder.record(), folder.config()
        except (UsageError, ValueError):
            continue
        same = record.fingerprint == config.fingerprint and theirs.iterations == config.iterations
        if (
            record.state == "running"
            and same
            and theirs.dataset.resolve() == config.dataset.resolve()
        ):
            return folder
    return None
