"""From an evaluated tool to a ToolSpec: the members of either surface, and the CLI's older schema.

Takes what definitions.py found and evaluator.py computed. Does not know which tools are offered.
"""

from builder.errors import DiscoveryError
from builder.sources.continue_source import machine
from builder.sources.continue_source.evaluator import Evaluator
from builder.sources.continue_source.gates import ENABLED_BY_USER
from builder.sources.continue_source.modules import Site
from builder.sources.continue_source.values import (
    UNDEFINED,
    Closure,
    JsObject,
    Json,
    UndecidedError,
    Value,
)
from builder.tool_spec import JsonSchema, ToolSpec

_LEGACY_MEMBERS = ("type", "description", "items")
"""What the CLI sent of a parameter while it described parameters flatly (stream/handleToolCalls.ts)."""


def tool_spec(
    evaluator: Evaluator, site: Site, gates: tuple[str, ...], *, offered: bool
) -> ToolSpec:
    """Evaluate one tool. Raises DiscoveryError where a text or a schema cannot be worked out."""
    path, name = site
    try:
        return _tool_spec(evaluator, site, gates, offered=offered)
    except UndecidedError as error:
        module = evaluator.modules.load(path)
        raise DiscoveryError(f"{module.at(module.declarations[name])}: {name}: {error}") from error


def _tool_spec(
    evaluator: Evaluator, site: Site, gates: tuple[str, ...], *, offered: bool
) -> ToolSpec:
    tool = _tool_object(evaluator, site)
    # The IDE has OpenAI's form, with the function inside; the CLI has its members at the top.
    inner = evaluator.member(tool, "function")
    function = inner if isinstance(inner, JsObject) else tool
    with evaluator.recording() as inputs:
        name = _text(evaluator, function, "name")
        description = _text(evaluator, function, "description")
        parameters = _schema(evaluator.json(evaluator.member(function, "parameters")))
    policy = _optional_text(evaluator, tool, "defaultToolPolicy")
    title = "displayTitle" if function is inner else "displayName"
    return ToolSpec(
        name=name,
        description=description,
        parameters=parameters,
        readonly=evaluator.member(tool, "readonly") is True,
        offered=offered,
        gates=(*gates, ENABLED_BY_USER) if offered and policy == "disabled" else gates,
        dynamic_inputs=tuple(sorted(inputs)),
        policy=policy,
        group=_optional_text(evaluator, tool, "group"),
        title=_optional_text(evaluator, tool, title),
        source=site.path,
    )


def _tool_object(evaluator: Evaluator, site: Site) -> JsObject:
    value: Value = evaluator.site(site)
    if isinstance(value, Closure):
        value = evaluator.apply(value, [machine.tool_parameters()])
    if not isinstance(value, JsObject):
        raise UndecidedError("it is no object")
    return value


def _text(evaluator: Evaluator, value: JsObject, member: str) -> str:
    text = evaluator.member(value, member)
    if not isinstance(text, str):
        raise UndecidedError(f"its {member} is no text")
    return text


def _optional_text(evaluator: Evaluator, value: JsObject, member: str) -> str | None:
    text = evaluator.member(value, member)
    if text is UNDEFINED or text is None:
        return None
    return _text(evaluator, value, member)


def _schema(parameters: Json) -> JsonSchema:
    if not isinstance(parameters, dict):
        raise UndecidedError("its parameters are no object")
    return dict(parameters) if parameters.get("type") == "object" else _from_legacy(parameters)


def _from_legacy(parameters: dict[str, Json]) -> JsonSchema:
    """`{p: {type, description, required: true}}` as the schema that the CLI made of it."""
    given = {name: facts for name, facts in parameters.items() if isinstance(facts, dict)}
    return {
        "type": "object",
        "required": [name for name, facts in given.items() if facts.get("required") is True],
        "properties": {
            name: {key: facts[key] for key in _LEGACY_MEMBERS if key in facts}
            for name, facts in given.items()
        },
    }
