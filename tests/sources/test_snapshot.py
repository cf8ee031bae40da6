"""The snapshot has the tools of its release, and what tells two surfaces apart."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from builder.sources.snapshot import differences, main, read_snapshot, shape_of
from builder.tool_spec import Surface, ToolSpec, toolset_of, write_surface

TRUTH = json.loads((Path(__file__).parent / "oracle" / "v2.1.0-vscode.json").read_text())


@pytest.mark.parametrize("name", ["ide", "cli"])
def test_the_snapshot_has_the_names_and_schemas_of_its_release(name: str) -> None:
    surface = read_snapshot()[name]
    assert (surface.ref, surface.commit, surface.snapshot) == (TRUTH["ref"], TRUTH["commit"], True)
    found = {
        (t.name, t.offered): (sorted(t.gates), t.readonly, t.policy, shape_of(t.parameters))
        for t in surface.tools
    }
    truth = {
        (t["name"], t["offered"]): (
            t["gates"],
            t["readonly"],
            t["policy"],
            shape_of(t["parameters"]),
        )
        for t in TRUTH["surfaces"][name]["tools"]
    }
    assert found == truth


@pytest.mark.parametrize("name", ["ide", "cli"])
def test_the_snapshot_keeps_the_order_of_tools_and_parameters(name: str) -> None:
    surface, truth = read_snapshot()[name], TRUTH["surfaces"][name]
    names = [tool.name for tool in surface.tools if tool.offered]
    for order in truth["orders"]:
        assert [tool for tool in names if tool in order] == order
    parameters = {
        (t["name"], t["offered"]): list(t["parameters"]["properties"]) for t in truth["tools"]
    }
    assert {(t.name, t.offered): list(t.properties) for t in surface.tools} == parameters


def _texts(tool: ToolSpec) -> list[str]:
    found = [tool.description]
    pending: list[object] = [tool.parameters]
    while pending:
        schema = pending.pop()
        if isinstance(schema, dict):
            if isinstance(schema.get("description"), str):
                found.append(schema["description"])
            properties = schema.get("properties")
            pending += properties.values() if isinstance(properties, dict) else []
            pending.append(schema.get("items"))
    return found


def test_every_tool_and_parameter_of_the_snapshot_is_described_in_a_sentence() -> None:
    for surface in read_snapshot().values():
        for tool in surface.tools:
            jsonschema.Draft202012Validator.check_schema(tool.parameters)
            for text in _texts(tool):
                assert text.strip() == text
                assert text.endswith((".", "`."))


def test_no_text_of_the_snapshot_is_continues() -> None:
    hashes = {
        tool["description_sha256"]
        for surface in TRUTH["surfaces"].values()
        for tool in surface["tools"]
    }
    known = hashes | {part[:64] for part in json.dumps(TRUTH).split("sha256:")[1:]}
    texts = [text for s in read_snapshot().values() for tool in s.tools for text in _texts(tool)]
    from hashlib import sha256  # noqa: PLC0415

    assert not [text for text in texts if sha256(text.encode()).hexdigest() in known]


def test_the_snapshot_has_a_message_for_every_mode() -> None:
    surfaces = read_snapshot()
    assert set(surfaces["ide"].system_messages) == {"chat", "plan", "agent"}
    assert set(surfaces["cli"].system_messages) == {"plan", "agent"}


def test_an_open_model_in_the_editor_gets_the_single_edit_tools() -> None:
    names = [tool.name for tool in toolset_of(read_snapshot(), "continue-ide/open").tools]
    assert "single_find_and_replace" in names
    assert "multi_edit" not in names


def test_writing_the_snapshot_again_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, surface in read_snapshot().items():
        write_surface(surface, tmp_path / f"{name}.json")
        original = Path(__file__).parents[2] / "tool_specs" / f"continue-{name}.json"
        assert (tmp_path / f"{name}.json").read_bytes() == original.read_bytes()


def test_a_surface_does_not_differ_from_itself_nor_by_its_texts() -> None:
    surface = read_snapshot()["cli"]
    renamed = tuple(msgspec.structs.replace(tool, description="other") for tool in surface.tools)
    assert differences(surface, msgspec.structs.replace(surface, tools=renamed)) == []


def test_differences_name_the_tool_and_what_parts_it() -> None:
    surface = read_snapshot()["ide"]
    first, second, *rest = surface.tools
    changed = msgspec.structs.replace(second, gates=("new",), parameters={"type": "object"})
    other = msgspec.structs.replace(surface, ref="v9", tools=(changed, *rest))
    lines = differences(surface, other)
    assert lines[0] == f"ide: {first.name} is only in v2.1.0-vscode"
    assert lines[1].startswith(f"ide: {second.name}: parameters: ")
    assert lines[2] == f"ide: {second.name}: gates: [] against ['new']"
    assert differences(other, surface)[0] == f"ide: {first.name} is only in v2.1.0-vscode"


def test_a_parameter_named_description_belongs_to_the_shape() -> None:
    schema: dict[str, object] = {
        "properties": {"description": {"type": "string", "description": "text"}},
        "description": "text",
    }
    assert shape_of(schema) == {"properties": {"description": {"type": "string"}}}


def test_the_command_explains_itself_and_reports_a_bad_source(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main([]) == 2
    assert main([str(tmp_path)]) == 2
    assert "is no git repository" in capsys.readouterr().err


def test_surfaces_of_one_name_are_compared() -> None:
    surfaces = read_snapshot()
    assert isinstance(surfaces["ide"], Surface)
    assert [*surfaces] == ["ide", "cli"]
