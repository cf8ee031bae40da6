"""Arguments for tools out of their JSON Schemas: ones that fit, with hostile values among them, and ones that do not."""

from __future__ import annotations

import json
import os

from hypothesis import strategies as st

from builder.tool_spec import JsonSchema, ToolSpec

FACTOR = int(os.environ.get("HYPOTHESIS_FACTOR", "1"))
"""How many times more examples than usual are tried."""

PATHS = (
    "README.md", "src", "src/app.py", "/workspace/src/util.py", "./README.md", "src/../README.md", ".", "", "/", "..",
    "../outside/secret.txt", "/etc/passwd", "way/secret.txt", "way/new.txt", "way/..", "new/deep/file.txt",
    "README.md/x", "README.md/", ".git/config", ".env", "n" * 300, "d/" * 600 + "x", "a\0b", "\ud800", "~", "~/x",
    "~root/x", "file:///workspace/README.md", "file:///etc/passwd", "file://host/x", "file:///%2e%2e/x", "C:\\x",
    "\\\\server\\x", "src\\app.py", " README.md ", "OUTSIDE/secret.txt", "file://OUTSIDE/new.txt", "*", "-rf", "$HOME",
)  # fmt: skip
COMMANDS = (
    "true", "ln -sfn OUTSIDE way", "ln -sfn OUTSIDE src/way; rm -rf new", "rm -rf src; ln -s OUTSIDE src",
    "ln -sf OUTSIDE/secret.txt README.md", "mkdir -p way new/deep", "rm -rf way README.md; mkdir README.md",
    "echo x > new.txt; exit 3", "git add -A; git commit -qm x", "rm -rf .git", "chmod 000 README.md src",
    "mkfifo pipe", "cat /etc/passwd; cp OUTSIDE/secret.txt .", "echo gone > OUTSIDE/secret.txt", "a\0b", "", "kill $$",
    "printf '\\377\\n'", "echo err >&2; exit 200",
)  # fmt: skip
PATTERNS = (
    "GREETING",
    "hello",
    "*.py",
    "(",
    "[",
    "**",
    "!*",
    "{a,",
    "-v",
    "--pre=sh",
    '"; touch x; "',
    "$(id)",
    "\\",
)
NUMBERS = (0, -1, 1, 2**31, 2**53 + 1, 10**400, -(10**30), 0.1, -0.0, 1e308)
PATH_NAMES = frozenset(
    {"filepath", "dirPath", "dirpath", "path", "file_path", "filePath", "directory_path"}
)
PATTERN_NAMES = frozenset({"pattern", "file_pattern", "query"})

values = st.recursive(
    st.none() | st.booleans() | st.sampled_from(NUMBERS) | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


def _fitting(name: str, schema: JsonSchema) -> st.SearchStrategy[object]:
    """Values of the type that the schema asks for."""
    if name in PATH_NAMES:
        return st.sampled_from(PATHS) | st.text(max_size=12)
    if name == "command":
        return st.sampled_from(COMMANDS)
    if name == "timeout":
        return st.sampled_from((0, -1, 600, 10**400)) | st.floats(allow_nan=False, min_value=1)
    match schema.get("type"):
        case "string":
            known = (
                PATTERNS
                if name in PATTERN_NAMES
                else ("hello", "", " ", "\0", "README.md", "x" * 5_000)
            )
            return st.sampled_from(known) | st.text(max_size=8)
        case "number" | "integer":
            return st.sampled_from(NUMBERS) | st.integers() | st.floats(allow_nan=False)
        case "boolean":
            return st.booleans()
        case "array":
            items = schema.get("items")
            return st.lists(_fitting("", items if isinstance(items, dict) else {}), max_size=3)
        case "object":
            return fitting_object(schema)
        case _:
            return values


def fitting_object(schema: JsonSchema) -> st.SearchStrategy[dict[str, object]]:
    """Objects with all required members and some of the others."""
    found = schema.get("properties")
    properties = found if isinstance(found, dict) else {}
    wanted = schema.get("required")
    required = set(wanted) if isinstance(wanted, list) else set()
    strategies = {name: _fitting(name, part) for name, part in properties.items()}
    return st.fixed_dictionaries(
        {name: one for name, one in strategies.items() if name in required},
        optional={name: one for name, one in strategies.items() if name not in required},
    )


def argument_texts(spec: ToolSpec) -> st.SearchStrategy[str]:
    """Texts of arguments: mostly fitting; else values of any type, members nobody knows, and no JSON."""
    fitting = fitting_object(spec.parameters).map(json.dumps)
    unfit = st.dictionaries(st.sampled_from((*spec.properties, "other")), values, max_size=4)
    broken = fitting.map(lambda text: text[: len(text) // 2])
    return st.one_of(
        fitting, fitting, fitting, unfit.map(json.dumps), broken, values.map(json.dumps), st.text(max_size=8)
    )  # fmt: skip
