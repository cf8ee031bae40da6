"""The commands as a person and as a program sees them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from builder.conversation import from_json
from builder.dataset import read_examples
from tests.conftest import builder


def test_help_is_quick_and_names_every_command(tmp_path: Path) -> None:
    done, times = builder("--help", cwd=tmp_path), []
    for _ in range(3):
        begun = time.perf_counter()
        builder("--help", cwd=tmp_path)
        times.append(time.perf_counter() - begun)
    assert done.code == 0
    for command in (
        "run",
        "discover",
        "coverage",
        "validate",
        "show",
        "preview",
        "generate",
        "bench",
    ):
        assert command in done.out
    assert min(times) < 1.0  # 0.3 s on an idle machine; room for a loaded one


def test_a_run_leaves_everything_that_its_readme_promises(small_run: Path) -> None:
    folders = list(small_run.glob("runs/*/run.json"))
    assert len(folders) == 1
    names = {path.name for path in folders[0].parent.iterdir()}
    wanted = {"run.json", "discovery.md", "report.html", "rejected.jsonl", "checkpoints.sqlite"}
    wanted |= {
        f"{kind}-{n:03}.{end}"
        for n in (1, 2)
        for kind, end in (
            ("coverage", "json"),
            ("coverage", "md"),
            ("plan", "json"),
            ("lineage", "jsonl"),
        )
    }
    assert wanted <= names
    assert not any(name.startswith(("made-", "accepted-")) for name in names)


def test_the_report_is_one_page_with_its_plots(small_run: Path) -> None:
    page = next(small_run.glob("runs/*/report.html")).read_text()
    assert page.count("<svg") >= 7
    assert (
        "http"
        not in page.replace("http://www.w3.org", "")
        .replace("https://docs", "")
        .split("</style>")[0]
    )
    assert "<script" not in page
    assert "Planning workflows" in page


def test_coverage_prints_json_for_programs(dataset: Path, tmp_path: Path) -> None:
    done = builder("coverage", str(dataset), "--json", cwd=tmp_path)
    assert done.code == 0
    found = json.loads(done.out)
    assert found["rows"] == sum(1 for _ in read_examples(dataset))
    for target in found["targets"]:
        assert {"id", "wanted", "actual", "met"} <= target.keys()


def test_coverage_agrees_with_what_the_run_counted(small_run: Path, dataset: Path) -> None:
    counted = json.loads(max(small_run.glob("runs/*/coverage-*.json")).read_text())
    found = json.loads(builder("coverage", "--json", cwd=small_run).out)  # the default dataset
    assert found["rows"] == sum(1 for _ in read_examples(dataset))
    ours = {t["id"]: t["actual"] for t in counted["targets"]}
    assert {t["id"]: t["actual"] for t in found["targets"]} == ours


def test_validate_plays_every_row_again(dataset: Path, tmp_path: Path) -> None:
    done = builder("validate", str(dataset), "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    found = json.loads(done.out)
    calling = sum(1 for example in read_examples(dataset) if any(example.calls))
    assert found["replayed"] == calling
    assert found["failures"] == []


def test_validate_names_line_check_and_reason(dataset: Path, tmp_path: Path) -> None:
    lines = dataset.read_bytes().splitlines()
    number = next(n for n, line in enumerate(lines) if b'"role":"tool"' in line)
    forged = json.loads(lines[number])
    next(m for m in forged["messages"] if m["role"] == "tool")["content"] += " and more"
    path = tmp_path / "forged.jsonl"
    path.write_bytes(b"\n".join([b"oops", json.dumps(forged).encode(), lines[number], b""]))
    done = builder("validate", str(path), cwd=tmp_path)
    assert done.code == 1
    assert f"{path}:1: row_schema" in done.out
    assert f"{path}:2: replay" in done.out
    assert f"{path}:3: call_ids" in done.out


def test_show_prints_a_chat_and_filters(dataset: Path, tmp_path: Path) -> None:
    done = builder("show", str(dataset), "--tool", "Checklist", "--limit", "1", cwd=tmp_path)
    assert done.code == 0
    assert "→ Checklist" in done.out
    assert "── user" in done.out
    row_id = next(read_examples(dataset)).metadata.id
    assert row_id in builder("show", str(dataset), "--id", row_id, cwd=tmp_path).out
    nothing = builder("show", str(dataset), "--tool", "no_such_tool", cwd=tmp_path)
    assert nothing.code == 2


def test_preview_writes_nothing(tmp_path: Path) -> None:
    done = builder("preview", "--offline", "--workspace", "tidepool", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "gap " in done.out
    assert list(tmp_path.iterdir()) == []


def test_generate_makes_the_wanted_number_of_examples(tmp_path: Path) -> None:
    done = builder(
        "generate",
        "--offline",
        "--toolset",
        "continue-cli/open",
        "--tool",
        "Read=2",
        "--tool",
        "Exit=1",
        "--workspace",
        "tidepool",
        "--workspace",
        "relay",
        cwd=tmp_path,
    )
    assert done.code == 0, done.err
    rows = [from_json(line) for line in done.out.splitlines()]
    called = [{call.name for call in row.calls} for row in rows]
    assert len(rows) == 3
    assert ["Read" in called[0], "Read" in called[1], "Exit" in called[2]] == [True] * 3


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ("run", "--offline", "--toolset", "continue-ide/opne"),
            2,
            "Did you mean 'continue-ide/open'",
        ),
        (("run", "--offline", "--workspace", "nowhere"), 2, "unknown workspace 'nowhere'"),
        (
            ("run", "--provider", "telepathy"),
            2,
            "unknown provider 'telepathy'. There are: anthropic, embedded, ollama, openai",
        ),
        (("run", "--iterations", "0"), 2, "--iterations"),
        (("run", "--no-such-flag"), 2, "--no-such-flag"),
        (("discover", "--source", "/nowhere"), 2, "/nowhere"),
        (
            ("discover", "--source", "."),
            2,
            "no Continue checkout|no git repository|not a git repository|holds no",
        ),
        (("coverage", "missing.jsonl"), 2, "missing.jsonl"),
        (("validate", "missing.jsonl"), 2, "missing.jsonl"),
        (("generate", "--offline", "--tool", "read_file"), 2, "NAME=COUNT"),
        (("generate", "--offline", "--tool", "reed_file=1"), 2, "Did you mean 'read_file'"),
        (("dance",), 2, "dance"),
    ],
)
def test_a_mistake_is_one_line_with_what_to_do(
    arguments: tuple[str, ...], code: int, said: str, tmp_path: Path
) -> None:
    done = builder(*arguments, cwd=tmp_path)
    assert done.code == code, done.err
    assert "Traceback" not in done.err
    assert any(part in done.err for part in said.split("|")), done.err


def test_without_a_reachable_source_the_snapshot_is_used_and_said_so(tmp_path: Path) -> None:
    begun = time.monotonic()
    done = builder(
        "discover",
        "--json",
        cwd=tmp_path,
        env={
            "http_proxy": "http://127.0.0.1:9",
            "https_proxy": "http://127.0.0.1:9",
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
        },
    )
    assert done.code == 0, done.err
    assert time.monotonic() - begun < 8
    assert "snapshot" in done.err
    assert len(done.err.strip().splitlines()) == 1
    found = json.loads(done.out)
    assert {tool["name"] for tool in found["ide"]["tools"]} >= {"read_file", "multi_edit"}


def test_toolset_for_says_what_continue_offers_a_model(tmp_path: Path) -> None:
    done = builder("toolset-for", "gemma3", "--json", cwd=tmp_path)
    assert json.loads(done.out) == {
        "model": "gemma3",
        "provider": "ollama",
        "ide": "continue-ide/open",
        "ide_calls": "text",
        "cli": "continue-cli/open",
        "cli_calls": "native",
    }
    done = builder("toolset-for", "gemma3", "--tool-use", cwd=tmp_path)
    assert done.out.splitlines()[0].split() == ["editor", "continue-ide/open", "calls:", "native"]
