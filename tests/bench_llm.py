"""How fast the whole loop is with a model behind it: rows a second against a local server, beside a bare loop over the SDK.

`make bench-llm`. The server is a process of its own on this machine and answers after 50 ms; every row is one request, one
call, played, checked and played again, appended and counted. What the bare loop does is ask, and nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import openai

from builder.config import Limits, RunConfig, Writing
from builder.iteration import Iterations
from builder.loop import State, run_loop
from builder.report import Reporter
from builder.run_folder import new_run

ROOT = Path(__file__).resolve().parent.parent


class Figures(msgspec.Struct, frozen=True):
    """One measurement. `ratio`: rows of the loop for each request of the bare loop; CPU of the loop's own processes."""

    concurrency: int
    rows: int
    seconds: float
    rows_a_second: float
    bare_requests_a_second: float
    ratio: float
    cpu_ms_a_row: float
    bare_cpu_ms_a_request: float
    peak_mib: int
    peak_worker_mib: int
    by_step: dict[str, float]


def measure(concurrency: int, rows: int, delay_ms: int) -> Figures:
    """Both loops against the same server."""
    with _server(delay_ms) as url, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bare = asyncio.run(_bare(url, concurrency, rows))
        config = RunConfig(
            dataset=Path(folder) / "bench.jsonl",
            iterations=1,
            rows=rows,
            provider="openai",
            writing=Writing(
                model="m", base_url=f"{url}/v1", strategies=("author",), votes=0, per_request=1
            ),
            limits=Limits(concurrency=concurrency),
            offline=True,
            per_gap=rows + rows // 20,  # some briefs cannot be followed with one call
            gaps=1,
        )
        run = Iterations(config, new_run(Path(folder) / "runs"), lambda *_: None)
        clock = _Clock(run)
        try:
            state = run_loop(run, Reporter(), clock.on_node)
            seconds, cpu_s = clock.total, _cpu_s() - clock.cpu_before
        finally:
            run.close()
    return Figures(
        concurrency=concurrency,
        rows=state["total"],
        seconds=round(seconds, 2),
        rows_a_second=round(state["total"] / seconds, 1),
        bare_requests_a_second=round(bare.rate, 1),
        ratio=round(state["total"] / seconds / bare.rate, 2),
        cpu_ms_a_row=round(1000 * cpu_s / max(1, state["total"]), 2),
        bare_cpu_ms_a_request=round(bare.cpu_ms, 2),
        peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        peak_worker_mib=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        by_step={step: round(spent, 2) for step, spent in clock.by_step.items()},
    )


class _Bare(msgspec.Struct):
    rate: float
    cpu_ms: float


async def _bare(url: str, concurrency: int, count: int) -> _Bare:
    """So many requests with nothing around them, of the size that the loop's have."""
    prompt = "\n".join(f"{place}: what a prompt says about tools and files" for place in range(250))
    messages = [{"role": "system", "content": f"## read_file\n{prompt}\nREADME.md (100 bytes)"}]
    client = openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)
    numbers = iter(range(count))

    async def ask() -> None:
        for number in numbers:
            brief = {
                "role": "user",
                "content": f"Brief {number}:\n- The assistant calls: read_file. \n",
            }
            await client.chat.completions.create(model="m", messages=[*messages, brief])  # type: ignore[list-item]  # plain dicts are what a bare loop has

    before, begun = _cpu_s(), time.perf_counter()
    await asyncio.gather(*(ask() for _ in range(concurrency)))
    seconds, cpu_s = time.perf_counter() - begun, _cpu_s() - before
    await client.close()
    return _Bare(count / seconds, 1000 * cpu_s / count)


class _Clock:
    """Time between nodes, once tools were found, projects loaded and workers started: `starting` says how long that took."""

    def __init__(self, run: Iterations) -> None:
        self._run = run
        self.by_step: dict[str, float] = {}
        self.cpu_before = _cpu_s()
        self._begun = self._last = time.perf_counter()

    def on_node(self, node: str, _state: State) -> None:
        if "plan" not in self.by_step and node == "analyse":
            self._run.workers.wait_until_ready()
            now = time.perf_counter()
            self.by_step = {"starting": now - self._begun}
            self._begun, self.cpu_before = now, _cpu_s()
        else:
            now = time.perf_counter()
            self.by_step[node] = self.by_step.get(node, 0.0) + now - self._last
        self._last = now

    @property
    def total(self) -> float:
        return self._last - self._begun


def _cpu_s() -> float:
    """Of this process and its workers, as far as the kernel tells: those that live are looked up one by one."""
    own = time.process_time()
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    ticks = os.sysconf("SC_CLK_TCK")
    for child in children.read_text().split() if children.is_file() else ():
        try:
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if "llm_server" not in Path(f"/proc/{child}/cmdline").read_text():
            own += (int(fields[11]) + int(fields[12])) / ticks
    return own


@contextmanager
def _server(delay_ms: int) -> Iterator[str]:
    command = [
        sys.executable,
        "-m",
        "tests.llm_server",
        "--delay-ms",
        str(delay_ms),
        "--teacher",
        "single_call",
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def main() -> None:
    """Print the figures, and append them to runs/bench-llm.jsonl."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--delay-ms", type=int, default=50)
    parser.add_argument("--concurrency", type=int, nargs="*", default=[16, 64])
    options = parser.parse_args()
    for concurrency in options.concurrency:
        figures = measure(concurrency, options.rows, options.delay_ms)
        sys.stdout.write(
            msgspec.json.format(msgspec.json.encode(figures), indent=1).decode() + "\n"
        )
        with (ROOT / "runs" / "bench-llm.jsonl").open("ab") as file:
            file.write(msgspec.json.encode(figures) + b"\n")


if __name__ == "__main__":
    main()
