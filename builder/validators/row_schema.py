"""The row is valid JSON and follows tool_specs/row.schema.json."""

from __future__ import annotations

import functools
import json

import msgspec
from jsonschema import Draft202012Validator

from builder.conversation import Example, to_json
from builder.tool_spec import SPECS_DIR
from builder.validators.context import Context

SCHEMA_FILE = SPECS_DIR / "row.schema.json"


def row_schema() -> dict[str, object]:
    """The JSON Schema of a row, made from its type; the file in tool_specs/ is this, written down."""
    schema = msgspec.json.schema(Example)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Dataset row"}
    return {**head, **schema}


@functools.cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


class RowSchema:
    """Written out and read back, as whoever uses the dataset will read it."""

    cost = 10
    stage = "row"

    def problem(self, example: Example, _context: Context) -> str | None:
        error = next(_validator().iter_errors(json.loads(to_json(example))), None)
        return f"{error.json_path}: {error.message[:200]}" if error else None


CHECK = RowSchema()
