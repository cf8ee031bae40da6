"""The loop: discover → analyse → plan → generate → validate → append → report → analyse again, or end.

The only file that knows the graph. State holds counters; rows stand on disk. A checkpoint is written after every node,
and every node may be done twice, so a run that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph

from builder.iteration import Iterations
from builder.report import Reporter


class State(TypedDict, total=False):
    """What survives in a checkpoint: counters, where the tools come from, and why writing was stopped before its end."""

    origin: str
    iteration: int
    open_targets: int
    wants: int
    stopped: str
    accepted: int
    total: int


NodeListener = Callable[[str, State], None]


def run_loop(run: Iterations, reporter: Reporter, on_node: NodeListener) -> State:
    """Make, or go on with, a run's iterations until every target is met, nothing can be added, or enough were made."""
    graph = StateGraph(State)
    graph.add_node("discover", lambda _: State(origin=run.discover(), iteration=0))
    graph.add_node("analyse", lambda _: State(open_targets=run.analyse(), total=run.coverage.total))
    graph.add_node("plan", lambda s: _planned(run, s["iteration"] + 1))
    graph.add_node("generate", lambda s: State(stopped=run.generate(s["iteration"])))
    graph.add_node("validate", lambda s: State(accepted=run.validate(s["iteration"])))
    graph.add_node("append", lambda s: State(total=run.append(s["iteration"])))
    graph.add_node("report", lambda s: State(total=reporter.report(run, s["iteration"])))

    graph.add_edge(START, "discover")
    graph.add_edge("discover", "analyse")
    graph.add_conditional_edges("analyse", lambda s: END if _is_done(s, run) else "plan")
    graph.add_conditional_edges("plan", lambda s: "generate" if s["wants"] else END)
    graph.add_edge("generate", "validate")
    graph.add_edge("validate", "append")
    graph.add_edge("append", "report")
    graph.add_edge("report", "analyse")

    with SqliteSaver.from_conn_string(str(run.folder.path / "checkpoints.sqlite")) as saver:
        app = graph.compile(checkpointer=saver)
        config: RunnableConfig = {
            "configurable": {"thread_id": run.folder.id},
            "recursion_limit": 10 * run.config.iterations + 20,
        }
        before = app.get_state(config)
        if before.values.get("stopped") and not before.next:
            # It ended for want of money, and there may be some now. What was answered comes from the store.
            app.update_state(config, State(stopped=""), as_node="plan")
        start = None if before.values else State(iteration=0)
        for update in app.stream(start, config, stream_mode="updates", durability="sync"):
            for node in update:
                on_node(node, cast(State, app.get_state(config).values))
        return cast(State, app.get_state(config).values)


def _planned(run: Iterations, iteration: int) -> State:
    return State(iteration=iteration, wants=run.plan(iteration))


def _is_done(state: State, run: Iterations) -> bool:
    if state.get("stopped"):
        return True
    return state["open_targets"] == 0 or state["iteration"] >= run.config.iterations
