"""Ideas: asked once for a gap in a place, recorded once, followed by briefs and named in rows."""

from __future__ import annotations

from pathlib import Path

from builder.run_folder import RunFolder
from builder.strategies.ideas import Idea, ideas_for, with_idea
from builder.writing.desk import LiveDesk
from tests.llm_server.asking import Reply
from tests.strategies.sitting import (
    Said,
    Sat,
    World,
    brief,
    part,
    row_of,
    saying,
    scripts,
    sit,
    step,
    texts,
    write,
)

IDEAS = {"ideas": [{"title": "A dry night", "situation": "The beds were dry in the morning."}, {"title": "b", "situation": "c"}]}  # fmt: skip


def _ideas(world: World, *said: Said, count: int = 2) -> Sat[list[Idea]]:
    async def work(desk: LiveDesk) -> list[Idea]:
        return await ideas_for("tools:ide", [brief("ls", number=n) for n in range(count)], desk)

    return sit(world, saying(*said), work)


def test_ideas_say_where_they_come_from_and_have_steady_ids(world: World) -> None:
    sat = _ideas(world, IDEAS)
    first = sat.result[0]
    assert (first.gap, first.workspace, first.model) == ("tools:ide", "greenhouse", "openai/teacher")  # fmt: skip
    assert first.prompt.startswith("ideas@")
    assert [one.id for one in sat.result] == [one.id for one in _ideas(world, IDEAS).result]
    assert len({one.id for one in sat.result}) == 2
    assert "Think of 2 situations" in texts(sat.asked[0])
    assert "greenhouse/rules.py" in texts(sat.asked[0])
    assert "tools:ide" not in texts(sat.asked[0])


def test_more_ideas_than_briefs_are_not_kept_and_none_is_no_harm(world: World) -> None:
    assert len(_ideas(world, IDEAS, count=1).result) == 1
    assert _ideas(world, Reply("No.", finish="refused")).result == []
    assert _ideas(world, "x", "y", "z").result == []


def test_an_idea_stands_in_the_brief_and_its_id_in_the_row(world: World) -> None:
    idea = _ideas(world, IDEAS).result[0]
    told = part("why were the beds dry?", step(("ls", {"dirPath": "greenhouse"})), answer="See `rules.py`.")  # fmt: skip
    sat = write(world, "author", saying(scripts(told)), with_idea(brief("ls"), idea), votes=0)
    asked = "Follow this idea: A dry night: The beds were dry in the morning."
    assert asked in texts(sat.asked[0])
    assert row_of(sat.result[0]).metadata.origin == idea.id


def test_an_idea_is_recorded_once_however_often_a_step_is_done(
    world: World, tmp_path: Path
) -> None:
    found = _ideas(world, IDEAS).result
    folder = RunFolder(tmp_path)
    for part_of in (found[:1], found, found):
        folder.add_ideas(part_of)
    assert len(folder.read_lines(tmp_path / "ideas.jsonl")) == 2
