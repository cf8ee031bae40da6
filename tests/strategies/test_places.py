"""Where examples are told: jobs, the opening of a request, and what of a workspace a model is shown."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from builder.config import Writing
from builder.errors import UsageError
from builder.planning import Want
from builder.strategies.brief import Brief, brief_of
from builder.strategies.ground import excerpts_of, listing_of, names_of
from builder.strategies.opening import Places, opening
from builder.strategies.registry import find_strategy, load_strategies
from builder.workspaces.catalog import Workspace, load_workspaces
from builder.writing.jobs import jobs_of
from tests.strategies.sitting import CLI, IDE, World, brief

SECRET = "ghp_" + "a1B2" * 10


@pytest.fixture
def own(tmp_path: Path) -> Workspace:
    """A project of the user's, with what must not be shown."""
    folder = tmp_path / "shop"
    (folder / "src").mkdir(parents=True)
    (folder / ".continue/rules").mkdir(parents=True)
    (folder / ".env").write_text("KEY=1\n")
    (folder / "server.pem").write_text("pem\n")
    (folder / "src/app.py").write_text("print('shop')\n" * 500)
    (folder / "src/token.py").write_text(f"TOKEN = '{SECRET}'\n")
    (folder / "logo.png").write_bytes(b"\x89PNG\xff\x00")
    (folder / "empty.txt").write_text("")
    (folder / ".continue/rules/money.md").write_text("Cents only.\n")
    for number in range(230):
        (folder / f"src/m{number:03}.py").write_text(f"x = {number}\n")
    return load_workspaces((str(folder),))[-1]


def test_no_sensitive_file_is_listed_and_a_large_project_is_cut(own: Workspace) -> None:
    listing = listing_of(own, "")
    assert len(listing) == 201
    assert listing[-1].startswith("… and ")
    assert "src/app.py (7000 bytes)" in listing
    assert not any(".env" in one or ".pem" in one or ".git/" in one for one in listing)


def test_excerpts_are_short_readable_and_hold_no_secret(own: Workspace) -> None:
    wanted = [".env", "server.pem", "src/token.py", "logo.png", "empty.txt", "gone.py", "src/app.py"]  # fmt: skip
    wanted.remove("gone.py")
    found = excerpts_of(own, "", wanted, 5, random.Random(1))
    assert found[0].path == "src/app.py"
    assert not found[0].is_whole
    assert found[0].text.count("\n") == 140
    assert len(found) == 5
    assert all(one.is_whole for one in found[1:])
    everything = excerpts_of(own, "", [], 1_000, random.Random(1))
    assert SECRET not in str(everything)
    assert sum(len(one.text) for one in everything) <= 12_000


def test_excerpts_show_pending_work(world: World) -> None:
    place = next(one for one in world.workspaces if one.tasks.scripts and (one.folder / "pending").is_dir())  # fmt: skip
    pending = min(one.name for one in (place.folder / "pending").iterdir())
    assert listing_of(place, pending) != listing_of(place, "")


def test_rules_skills_and_pages_are_named_as_tools_know_them(world: World, own: Workspace) -> None:
    relay = next(one for one in world.workspaces if one.name == "relay")
    names = names_of(relay, "")
    assert names.skills == ("new-route",)
    assert all(url.startswith("https://") for url, _ in names.pages)
    assert names_of(own, "").rules == ("rules/money.md",)


def test_a_place_is_told_in_the_same_bytes_each_time(world: World) -> None:
    again = Places(world.places.toolsets, world.places.workspaces, seed=1)
    briefs = [brief("ls"), brief("read_file", number=2)]
    first, second = opening(briefs, world.places, []), opening(briefs, again, [])
    assert first == second
    assert opening(briefs[1:], world.places, [])[0] == first[0]
    assert opening([brief("ls", workspace="relay")], world.places, [])[0] != first[0]


def test_what_stays_the_same_comes_first(world: World) -> None:
    system, user = opening([brief("ls", idea="A dry night.")], world.places, [])
    assert (system.role, user.role) == ("system", "user")
    assert "Brief 1" not in system.content
    assert "A dry night" not in system.content
    assert user.content.index("Parts of this project's files") < user.content.index("Brief 1:")


def test_a_gated_tool_is_told_of_where_a_brief_opens_its_gate(world: World) -> None:
    plain = opening([brief("ls")], world.places, [])[0].content
    gated = opening([brief("codebase", gates=("experimental",))], world.places, [])[0].content
    assert "## codebase" in gated
    assert "## codebase" not in plain
    assert "Calls of codebase cannot be played" in gated


def _briefs() -> list[Brief]:
    places = [(IDE, "greenhouse"), (CLI, "greenhouse"), (IDE, "relay")]
    return [brief("read_file", number=n, toolset=places[n % 3][0], workspace=places[n % 3][1]) for n in range(40)]  # fmt: skip


def test_strategies_take_turns_and_every_brief_has_one_job() -> None:
    jobs = jobs_of(_briefs(), Writing(model="m", per_request=5))
    served = [one.number for job in jobs for one in job.briefs]
    assert sorted(served) == list(range(40))
    count = {name: sum(len(job.briefs) for job in jobs if job.strategy == name) for name in ("author", "rollout", "rewrite")}  # fmt: skip
    assert max(count.values()) - min(count.values()) <= 1


def test_a_job_is_of_one_place_and_no_larger_than_a_request_may_be() -> None:
    for job in jobs_of(_briefs(), Writing(model="m", per_request=4, strategies=("author",))):
        assert len({(one.scene.toolset, one.scene.workspace) for one in job.briefs}) == 1
        assert len(job.briefs) <= 4
    for job in jobs_of(_briefs(), Writing(model="m", strategies=("rewrite",))):
        assert len(job.briefs) == 1


def test_half_of_what_is_free_is_told_in_the_users_own_project(
    world: World, own: Workspace
) -> None:
    briefs = [*_briefs(), brief("Fetch", number=97), brief("read_file", number=98, idea="x"), brief("view_diff", number=99, pending="p")]  # fmt: skip
    jobs = jobs_of(briefs, Writing(model="m", strategies=("author",)), [*world.workspaces, own])
    moved = [one for job in jobs for one in job.briefs if one.scene.workspace == own.name]
    assert 19 <= len(moved) <= 21
    assert not {97, 98, 99} & {one.number for one in moved}
    stay = jobs_of(briefs, Writing(model="m", strategies=("rewrite",)), [own])
    assert not any(one.scene.workspace == own.name for job in stay for one in job.briefs)


def test_a_brief_has_the_measure_of_its_scenario_and_none_of_its_words(world: World) -> None:
    candidate = next(
        one for one in world.pool.candidates
        if len(one.bound.parts) > 1 and one.bound.scenario.workspace.name == "greenhouse"
    )  # fmt: skip
    made = brief_of(Want(3, candidate.id, 0, "anything"), candidate)
    assert made.parts == len(candidate.bound.parts)
    assert set(made.tools) == {name for name, _ in candidate.bound.calls}
    assert candidate.bound.scenario.requests[0] not in str(made)


def test_an_unknown_strategy_lists_those_there_are() -> None:
    assert list(load_strategies()) == ["author", "rewrite", "rollout"]
    with pytest.raises(UsageError, match="author, rewrite, rollout"):
        find_strategy("magic")
