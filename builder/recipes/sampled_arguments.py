"""Arguments made from a tool's JSON Schema: what it says by example, else words and paths of a workspace.

A made-up value is no better than its schema: formats, bounds, enumerations and examples are kept to, patterns are not.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from builder.tool_spec import JsonSchema, ToolSpec
from builder.workspaces.catalog import Workspace

_PATH_WORDS = ("path", "file", "dir", "folder")
_TEXT_WORDS = (
    "text",
    "content",
    "body",
    "description",
    "message",
    "note",
    "comment",
    "reason",
    "summary",
)
_PICTURED = {
    "date": "2025-03-14",
    "date-time": "2025-03-14T09:30:00Z",
    "time": "09:30:00",
    "duration": "PT15M",
    "email": "maria@example.com",
    "hostname": "api.example.com",
    "ipv4": "192.0.2.17",
    "ipv6": "2001:db8::17",
    "uri": "https://docs.project.example/",
    "url": "https://docs.project.example/",
    "uuid": "7d1f0c52-3c53-4f0e-9d5b-0c5b1f2a9e44",
}
_MAX_DEPTH = 6


def sample_arguments(spec: ToolSpec, workspace: Workspace, rng: random.Random) -> dict[str, object]:
    """Arguments that the schema allows: all required ones, and each optional one half of the time."""
    sampler = _Sampler(spec.parameters, workspace, rng)
    return {
        name: sampler.value(name, schema, 0)
        for name, schema in spec.properties.items()
        if name in spec.required or rng.random() < 0.5
    }


class _Sampler:
    """Values for the schemas of one tool; `$ref` leads into its `$defs`."""

    def __init__(self, root: JsonSchema, workspace: Workspace, rng: random.Random) -> None:
        self._root = root
        self._workspace = workspace
        self._rng = rng
        self._paths = sorted(p for p in workspace.tree().entries if not p.startswith(".")) or [
            "README.md"
        ]

    def value(self, name: str, given: object, depth: int) -> object:
        """One value of a schema."""
        schema = self._resolved(given)
        shown = _shown(schema)
        if shown:
            return self._rng.choice(shown)
        kind = _kind(schema)
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(name, schema, depth)
        return self._scalar(kind, name, schema)

    def _resolved(self, given: object) -> Mapping[str, object]:
        """The schema behind references, and the first choice that is not null."""
        schema: object = given
        for _ in range(_MAX_DEPTH):
            if not isinstance(schema, Mapping):
                return {}
            choices = next(
                (c for c in map(schema.get, ("anyOf", "oneOf", "allOf")) if isinstance(c, list)),
                None,
            )
            reference = schema.get("$ref")
            if isinstance(reference, str):
                schema = self._referred(reference)
            elif choices:
                named = [
                    c for c in choices if not (isinstance(c, Mapping) and c.get("type") == "null")
                ]
                schema = named[0] if named else {"type": "null"}
            else:
                return schema
        return {}

    def _referred(self, reference: str) -> object:
        found: object = self._root
        for part in reference.removeprefix("#").strip("/").split("/"):
            found = found.get(part) if isinstance(found, Mapping) else None
        return found

    def _object(self, schema: Mapping[str, object], depth: int) -> dict[str, object]:
        properties, required = schema.get("properties"), schema.get("required")
        if not isinstance(properties, Mapping) or depth >= _MAX_DEPTH:
            return {}
        needed = required if isinstance(required, list) else []
        return {
            str(key): self.value(str(key), inner, depth + 1)
            for key, inner in properties.items()
            if key in needed or self._rng.random() < 0.5
        }

    def _array(self, name: str, schema: Mapping[str, object], depth: int) -> list[object]:
        if depth >= _MAX_DEPTH:
            return []
        least = _whole(schema.get("minItems"), 1)
        most = max(least, min(_whole(schema.get("maxItems"), 2), least + 1))
        made: list[object] = []
        for _ in range(self._rng.randint(least, most)):
            item = self.value(name.removesuffix("s"), schema.get("items"), depth + 1)
            if item not in made or not schema.get("uniqueItems"):
                made.append(item)
        return made

    def _scalar(self, kind: str, name: str, schema: Mapping[str, object]) -> object:
        if kind == "boolean":
            return self._rng.random() < 0.5
        if kind in ("integer", "number"):
            least = _whole(schema.get("minimum"), _whole(schema.get("exclusiveMinimum"), 0) + 1)
            most = max(
                least,
                _whole(
                    schema.get("maximum"), _whole(schema.get("exclusiveMaximum"), least + 50) - 1
                ),
            )
            step = max(1, _whole(schema.get("multipleOf"), 1))
            return self._rng.randint(-(-least // step), most // step) * step
        if kind == "null":
            return None
        return self._text(name, schema)

    def _text(self, name: str, schema: Mapping[str, object]) -> str:
        text = _PICTURED.get(str(schema.get("format", ""))) or self._words(name.lower())
        text = text[: _whole(schema.get("maxLength"), len(text))]
        return text.ljust(_whole(schema.get("minLength"), 0), "x")

    def _words(self, name: str) -> str:
        if any(word in name for word in _PATH_WORDS):
            return self._rng.choice(self._paths)
        if "url" in name or "uri" in name:
            return self._rng.choice(sorted(self._workspace.pages) or [_PICTURED["uri"]])
        if any(word in name for word in _TEXT_WORDS):
            sentences = [s.strip() for s in self._workspace.about.summary.split(". ") if s.strip()]
            messages = [
                commit.message.split("\n", 1)[0] for commit in self._workspace.about.commits
            ]
            return self._rng.choice([*sentences, *messages] or [self._workspace.name])
        stem = self._rng.choice(self._paths).rsplit("/", 1)[-1].split(".")[0]
        return stem.replace("_", " ") or self._workspace.name


def _shown(schema: Mapping[str, object]) -> Sequence[object]:
    """The values that a schema itself gives."""
    if "const" in schema:
        return [schema["const"]]
    for key in ("enum", "examples"):
        found = schema.get(key)
        if isinstance(found, list) and found:
            return found
    return []


def _kind(schema: Mapping[str, object]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "string")
    if isinstance(kind, str):
        return kind
    return "object" if "properties" in schema else "string"


def _whole(value: object, default: int) -> int:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and isinstance(value, int | float) else default
