"""How the extension reads, names and lists files because of the editor that it lives in."""

from __future__ import annotations

from collections.abc import Callable

from builder.toolkits.playing import Result
from builder.toolkits.session import Session

Call = Callable[..., Result | None]


def _text(result: Result | None) -> str:
    assert result is not None
    return result.text


def test_the_address_of_an_edited_file_is_encoded_as_the_editor_does(ide: Call) -> None:
    path = "app/[id]/(one)/h\u00e4 @+.ts"
    ide("create_new_file", filepath=path, contents="a")
    edited = ide("single_find_and_replace", filepath=path, old_string="a", new_string="b")
    place = "app/%5Bid%5D/%28one%29/h%C3%A4%20%40%2B.ts"
    assert edited == Result(f"Successfully edited file:///workspace/{place}", ok=True)


def test_a_secret_with_a_space_is_named_in_its_encoded_form(ide: Call) -> None:
    made = _text(ide("create_new_file", filepath="my (old) one.env", contents=""))
    assert "Reading or Editing workspace/my%20(old)%20one.env is not allowed" in made


def test_a_mark_at_the_beginning_of_a_file_is_not_shown(ide: Call, session: Session) -> None:
    session.copy.write_text("marked.txt", "\ufeffone\n")
    assert ide("read_file", filepath="marked.txt") == Result("one\n", ok=True)
    found = ide("read_file_range", filepath="marked.txt", startLine=1, endLine=2)
    assert found == Result("one\n", ok=True)


def test_the_editor_reads_the_first_hundred_thousand_bytes(ide: Call, session: Session) -> None:
    session.copy.write_text("wide.txt", "\u20ac" * 50_000)
    shown = _text(ide("read_file", filepath="wide.txt"))
    assert shown == "\u20ac" * 33_333 + "\ufffd"


def test_lengths_are_counted_as_the_editor_does(ide: Call, session: Session) -> None:
    session.copy.write_text("wide.txt", "\U0001f600" * 8_200 + "\u00e4" * 32_767)
    assert "too large (24583 tokens" not in _text(ide("read_file", filepath="wide.txt"))
    session.copy.write_text("wide.txt", "\n".join(["thimble " + "\U0001f600" * 500] * 20))
    shown = _text(ide("grep_search", query="thimble")).split("\n\n")[0]
    assert len(shown.encode("utf-16-le")) // 2 == 7_500


def test_a_command_in_the_background_really_runs(ide: Call, session: Session) -> None:
    command = "echo done > marker.txt; echo unseen"
    started = ide("run_terminal_command", command=command, waitForCompletion="false")
    assert started == Result("\n[Status: Command is running in the background...]", ok=True)
    assert ide("read_file", filepath="marker.txt") == Result("done\n", ok=True)
    assert session.ran_command


def test_files_beside_a_skill_are_named_as_the_walker_meets_them(
    ide: Call, session: Session
) -> None:
    for name in ("b/x.md", "a/y z.md", "note.txt", "table.csv", "bin/run.sh"):
        session.copy.write_text(f".continue/skills/release/{name}", "")
    listing = _text(ide("read_skill", skillName="release")).split("\n")
    folder = "file:///workspace/.continue/skills/release"
    names = ("note.txt", "steps.txt", "b/x.md", "a/y%20z.md")
    assert listing[4:-2] == [f"{folder}/{name}" for name in names]
