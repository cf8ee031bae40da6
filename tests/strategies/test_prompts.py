"""Prompts: every template renders for every kind of brief, asks for nothing impossible, and has a version."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import TemplateError, UndefinedError

import builder.prompts as prompts
from builder.config import Writing
from builder.errors import UsageError
from builder.planning import Want
from builder.pool import Pool
from builder.prompts import PROMPTS_DIR, render, version_of
from builder.strategies.brief import Brief, brief_of
from builder.strategies.opening import Places, opening
from builder.tool_spec import Toolset
from builder.workspaces.catalog import load_workspaces
from builder.writing.jobs import jobs_of

SAMPLE = 500
USES = ("author", "rollout", "rewrite", "judge", "ideas")


class Everything:
    """Briefs over all workspaces and toolsets of Continue, and where they are told."""

    def __init__(self, toolsets: list[Toolset]) -> None:
        workspaces = load_workspaces()
        self.pool = Pool(workspaces, toolsets)
        by_name = {one.name: one for one in workspaces}
        self.places = Places({one.id: one for one in toolsets}, by_name, seed=1)
        some = random.Random(4).sample(self.pool.candidates, SAMPLE)
        self.briefs = [brief_of(Want(n, one.id, 0, "anything"), one) for n, one in enumerate(some)]


@pytest.fixture(scope="module")
def everything(toolsets: dict[str, Toolset]) -> Everything:
    return Everything(list(toolsets.values()))


def test_every_opening_renders_and_stays_in_bounds(everything: Everything) -> None:
    for job in jobs_of(everything.briefs, Writing(model="m", strategies=("author",))):
        system, user = opening(job.briefs, everything.places, [])
        assert len(system.content) < 20_000, job.briefs[0].candidate
        assert len(user.content) < 18_000, job.briefs[0].candidate
        for text in (system.content, user.content):
            assert not re.search(r"\{%|\{\{(?!\{)|\bNone\b.*\bNone\b|Undefined", _ours(text))
            assert "\n\n\n\n" not in _ours(text)


def _ours(text: str) -> str:
    """A prompt without the texts of files."""
    return re.sub(
        r"Parts of this project's files:.*?\n---\n\nWrite", "Write", text, flags=re.DOTALL
    )


def test_a_brief_asks_only_for_tools_that_its_place_offers(everything: Everything) -> None:
    for brief in everything.briefs:
        toolset = everything.places.toolsets[brief.scene.toolset]
        offered = {one.name for one in toolset.offered(frozenset(brief.scene.gates))}
        assert set(brief.tools) <= offered, brief.candidate


def test_a_brief_says_what_is_needed_to_play_it(everything: Everything) -> None:
    for brief in everything.briefs:
        told = render("author/briefs", briefs=[brief])
        system = everything.places.system([brief])
        for query, *_ in brief.scene.web_results:
            assert query in told
        if "Fetch" in brief.tools or "fetch_url_content" in brief.tools:
            assert "Web pages that can be fetched" in system, brief.candidate
        if brief.scene.job:
            assert brief.job_id in told
        if {"Skills", "read_skill"} & set(brief.tools):
            assert not re.search(r"- Skills: none", system), brief.candidate
        if "request_rule" in brief.tools:
            assert not re.search(r"- Rules: none", system), brief.candidate
        if brief.scene.pending:
            assert "There are uncommitted changes." in system
        if "planning" in brief.labels:
            assert brief.planning_tool
            assert f"a plan by {brief.planning_tool}," in told


def test_a_brief_does_not_contradict_itself(everything: Everything) -> None:
    for brief in everything.briefs:
        told = render("author/briefs", briefs=[brief])
        assert not ("Simple: one call" in told and "two to four" in told)
        assert not ("each with one call" in told and "share a message" in told), told
        assert not (brief.tools == () and "call" in told.split("calls no tool", 1)[1]), told
        assert not (brief.ends_at and "worked out from the results" in told), told


def _rendered(use: str, brief: Brief, places: Places) -> Iterator[str]:
    yield render("rollout/system", brief=brief, calls="native", world=places.world(brief))
    yield render("rollout/requests", briefs=[brief])
    yield render("ideas/request", briefs=[brief], count=1)


def test_the_other_prompts_render_for_every_brief(everything: Everything) -> None:
    for brief in everything.briefs:
        for text in _rendered("", brief, everything.places):
            assert "{{" not in text
            assert len(text) < 6_000


def test_a_name_that_was_not_given_is_an_error() -> None:
    names = sorted(one.relative_to(PROMPTS_DIR).as_posix() for one in PROMPTS_DIR.rglob("*.j2"))
    assert len(names) > 10
    for name in names:
        with pytest.raises(UndefinedError):
            render(name.removesuffix(".j2"))


def test_what_is_filled_in_is_never_a_template() -> None:
    hostile = "{{ 7 * 7 }}{% include 'author/system.j2' %}"
    assert hostile in render("correct", problem=hostile)


@pytest.fixture
def own_prompts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    copy = tmp_path / "prompts"
    shutil.copytree(PROMPTS_DIR, copy)
    monkeypatch.setattr(prompts, "PROMPTS_DIR", copy)
    prompts._environment.cache_clear()
    prompts.version_of.cache_clear()
    yield copy
    prompts._environment.cache_clear()
    prompts.version_of.cache_clear()


@pytest.mark.parametrize(
    ("changed", "concerned"),
    [
        ("author/request.j2", {"author"}),
        ("author/briefs.j2", {"author", "rollout", "ideas"}),
        ("world.j2", {"author"}),
        ("transcript.j2", {"author", "judge", "rollout"}),
        ("judge/request.j2", {"judge"}),
    ],
)
def test_a_version_changes_with_its_templates_and_those_they_include(
    own_prompts: Path, changed: str, concerned: set[str]
) -> None:
    before = {use: version_of(use) for use in USES}
    with (own_prompts / changed).open("a") as file:
        file.write("One more rule.\n")
    version_of.cache_clear()
    prompts._environment.cache_clear()
    assert {use for use in USES if version_of(use) != before[use]} == concerned


def test_a_broken_template_is_an_error_and_an_unknown_use_lists_the_others(
    own_prompts: Path,
) -> None:
    (own_prompts / "judge/request.j2").write_text("{% if %}")
    with pytest.raises(TemplateError):
        version_of("judge")
    with pytest.raises(UsageError, match="author, ideas, judge, rewrite, rollout"):
        version_of("poetry")
