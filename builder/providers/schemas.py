"""JSON schemas for structured output, as the hosted APIs take them: every object closed, no keyword they refuse.

A schema with a free object in it (`arguments` of any tool) cannot be closed without changing what it allows: then there
is no such form, and the provider says in its own way that JSON is wanted. Local servers take schemas as they are.
"""

from __future__ import annotations

from builder.tool_spec import JsonSchema

_CHILDREN = ("items", "additionalItems")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_MAPS = ("properties", "$defs", "definitions")
_OPEN_KEYWORDS = ("patternProperties", "not", "if", "dependentSchemas", "unevaluatedProperties")


def closed(schema: JsonSchema) -> JsonSchema | None:
    """A copy in which every object says that it has no other properties; None where one has."""
    if any(keyword in schema for keyword in _OPEN_KEYWORDS) or _is_free(schema):
        return None
    copy: JsonSchema = {}
    for keyword, value in schema.items():
        made = _closed_value(keyword, value)
        if made is None:
            return None
        copy[keyword] = made
    if _is_object(schema):
        copy["additionalProperties"] = False
    return copy


def requires_all(schema: JsonSchema) -> bool:
    """Whether every object demands every property of its own, as OpenAI's strict mode wants it."""
    properties = schema.get("properties")
    if isinstance(properties, dict) and set(properties) - set(_listed(schema, "required")):
        return False
    return all(requires_all(child) for child in _children(schema))


def uses(schema: JsonSchema, keywords: frozenset[str]) -> bool:
    """Whether any of the keywords stands anywhere in the schema (properties of that name do not count)."""
    return bool(keywords & set(schema)) or any(uses(child, keywords) for child in _children(schema))


def without_keywords(schema: JsonSchema, keywords: frozenset[str]) -> JsonSchema:
    """A copy in which those keywords stand in the description instead: asked for, though not enforced."""
    copy: JsonSchema = {}
    for keyword, value in schema.items():
        if keyword in _MAPS and isinstance(value, dict):
            copy[keyword] = {name: without_keywords(one, keywords) for name, one in value.items()}
        elif keyword in _LISTS and isinstance(value, list):
            copy[keyword] = [without_keywords(one, keywords) for one in value]
        elif keyword in _CHILDREN and isinstance(value, dict):
            copy[keyword] = without_keywords(value, keywords)
        elif keyword not in keywords:
            copy[keyword] = value
    told = ", ".join(f"{name}: {value}" for name, value in schema.items() if name in keywords)
    if told:
        copy["description"] = f"{schema.get('description', '')} ({told})".strip()
    return copy


def _closed_value(keyword: str, value: object) -> object | None:
    """A keyword's value with all schemas in it closed; None where one cannot be."""
    if keyword in _MAPS and isinstance(value, dict):
        made = {name: closed(one) for name, one in value.items()}
        return None if None in made.values() else made
    if keyword in _LISTS and isinstance(value, list):
        members = [closed(one) for one in value]
        return None if None in members else members
    if keyword in _CHILDREN and isinstance(value, dict):
        return closed(value)
    return value


def _children(schema: JsonSchema) -> list[JsonSchema]:
    found: list[object] = [schema[keyword] for keyword in _CHILDREN if keyword in schema]
    for keyword in _MAPS:
        held = schema.get(keyword)
        found += held.values() if isinstance(held, dict) else ()
    for keyword in _LISTS:
        found += _listed(schema, keyword)
    return [child for child in found if isinstance(child, dict)]


def _is_free(schema: JsonSchema) -> bool:
    """An object of any properties, or a schema that allows any value."""
    if _is_object(schema):
        more = schema.get("additionalProperties", not schema.get("properties"))
        return more is not False
    known = ("type", "enum", "const", "$ref", *_LISTS)
    return not any(keyword in schema for keyword in known)


def _is_object(schema: JsonSchema) -> bool:
    kind = schema.get("type")
    return (
        kind == "object" or (isinstance(kind, list) and "object" in kind) or "properties" in schema
    )


def _listed(schema: JsonSchema, keyword: str) -> list[object]:
    value = schema.get(keyword)
    return value if isinstance(value, list) else []
