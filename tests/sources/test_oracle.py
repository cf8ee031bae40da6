"""Discovery against the truth: the same commits, with Continue's TypeScript really evaluated.

The files in oracle/ hold names, schemas and hashes only, for linux, x64, bash, /workspace, and no rules,
skills or subagents. Set CONTINUE_SOURCE to a clone of Continue to run these.
"""

import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from builder.errors import SourceError
from builder.sources.continue_source import discover
from builder.sources.continue_source.findings import examine
from builder.tool_spec import Surface, ToolSpec

ORACLES = sorted(Path(__file__).with_name("oracle").glob("*.json"))
SURFACES = ("ide", "cli")
SLOWEST_S = 2.0


class Case(NamedTuple):
    """A surface as it was discovered, and as it truly is."""

    found: Surface
    truth: dict[str, Any]


def _source() -> str:
    source = os.environ.get("CONTINUE_SOURCE", "")
    if not source:
        pytest.skip("CONTINUE_SOURCE does not name a clone of Continue")
    return source


@pytest.fixture(params=[(oracle, name) for oracle in ORACLES for name in SURFACES], ids=str)
def case(request: pytest.FixtureRequest) -> Case:
    oracle, name = request.param
    truth = json.loads(oracle.read_text())
    try:
        found = discover(_source(), truth["commit"])
    except SourceError as error:
        pytest.skip(f"CONTINUE_SOURCE lacks {truth['ref']}: {error}")
    return Case(found[name], truth["surfaces"][name])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _hashed(value: object, *, names: bool = False) -> object:
    """A schema with its descriptions hashed; a parameter that is called `description` is none."""
    if isinstance(value, dict):
        return {
            key: f"sha256:{_hash(inner)}"
            if key == "description" and isinstance(inner, str)
            else _hashed(inner, names=key == "properties" and not names)
            for key, inner in value.items()
        }
    return [_hashed(item) for item in value] if isinstance(value, list) else value


def _facts(tool: ToolSpec) -> dict[str, object]:
    return {
        "name": tool.name,
        "offered": tool.offered,
        "gates": sorted(tool.gates),
        "readonly": tool.readonly,
        "required": tool.parameters.get("required"),
        "dynamic_inputs": sorted(tool.dynamic_inputs),
        "title": tool.title,
        "policy": tool.policy,
        "description_sha256": _hash(tool.description),
        "parameters": _hashed(tool.parameters),
    }


def test_every_tool_is_found_as_it_is_and_no_other(case: Case) -> None:
    found = {(tool.name, tool.offered): _facts(tool) for tool in case.found.tools}
    truth = {(tool["name"], tool["offered"]): tool for tool in case.truth["tools"]}
    assert len(case.found.tools) == len(case.truth["tools"])
    assert found == truth


def test_parameters_stand_in_their_true_order(case: Case) -> None:
    truth = {(tool["name"], tool["offered"]): tool["parameters"] for tool in case.truth["tools"]}
    for tool in case.found.tools:
        true = json.dumps(truth[tool.name, tool.offered])
        assert json.dumps(_hashed(tool.parameters)) == true


def test_tools_stand_in_the_order_in_which_they_are_sent(case: Case) -> None:
    names = [tool.name for tool in case.found.tools if tool.offered]
    for order in case.truth["orders"]:
        assert [name for name in names if name in order] == order


def test_discovery_takes_less_than_two_seconds() -> None:
    source = _source()
    started = time.monotonic()
    discover(source)
    assert time.monotonic() - started < SLOWEST_S


def test_the_editor_has_a_system_message_for_each_mode(case: Case) -> None:
    expected = {"chat", "plan", "agent"} if case.found.name == "ide" else set()
    assert set(case.found.system_messages) == expected


def test_errors_and_retries_are_found_in_the_source() -> None:
    findings = examine(_source(), json.loads(ORACLES[0].read_text())["commit"])
    assert "FindAndReplaceOldStringNotFound" in findings.error_reasons
    assert sum(findings.throwing_files.values()) > len(findings.throwing_files) > 10
    assert any(name.endswith(": withExponentialBackoff") for name in findings.retry_functions)
    assert findings.conversations
