"""The smallest value that follows a JSON schema. No validator: `pattern`, `format` and conditions are not read."""

from __future__ import annotations

from typing import Any

from tests.llm_server.asking import Json


def sample(schema: Json, whole: Json | None = None) -> Any:
    """The smallest value; `whole`: the schema that local references point into."""
    whole = schema if whole is None else whole
    if "$ref" in schema:
        return sample(_target(schema["$ref"], whole), whole)
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return sample(schema[key][0], whole)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    return _of_type(schema, whole)


def _target(reference: str, whole: Json) -> Json:
    found = whole
    for key in reference.removeprefix("#/").split("/"):
        found = found[key]
    return found


def _of_type(schema: Json, whole: Json) -> Any:
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        properties = schema.get("properties") or {}
        wanted = [name for name in properties if name in schema.get("required", ())]
        return {name: sample(properties[name], whole) for name in wanted}
    if kind == "array":
        return [sample(schema.get("items") or {}, whole)] * schema.get("minItems", 0)
    if kind == "string":
        return "a" * max(1, schema.get("minLength", 0))
    return _number(kind, schema)


def _number(kind: str, schema: Json) -> Any:
    if kind == "boolean":
        return False
    if kind == "null":
        return None
    low, high = schema.get("minimum", 0), schema.get("maximum", 0)
    value = max(low, schema.get("exclusiveMinimum", low - 1) + 1)
    return value if high >= value or "maximum" not in schema else high
