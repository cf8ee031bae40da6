"""The words that models get: prompts/, one file for each use; system messages, texts by name, and Jinja templates.

What is filled into a template is data: it is never read as a template itself, and templates run in Jinja's sandbox.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Iterable
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.meta import find_referenced_templates
from jinja2.sandbox import ImmutableSandboxedEnvironment

from builder.errors import UsageError, choose
from builder.tool_spec import kind_of

PROMPTS_DIR = Path(__file__).resolve().parent.parent / "prompts"


@functools.cache
def system_message(surface: str) -> str:
    """The system message of a surface's rows: its own, or that of a user's own tools (tools.md)."""
    folder = PROMPTS_DIR / "system"
    own = folder / f"{kind_of(surface)}.md"
    path = own if own.is_file() else folder / "tools.md"
    return path.read_text(encoding="utf-8").strip()


@functools.cache
def texts(use: str) -> dict[str, str]:
    """The texts of one use, by their names. Raises UsageError for a use that has none."""
    path = PROMPTS_DIR / f"{use}.toml"
    if not path.is_file():
        known = [one.stem for one in path.parent.glob("*.toml")]
        raise UsageError(choose("texts", use, known))
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: str(text).strip() for name, text in found.items()}


@functools.cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(PROMPTS_DIR),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # prompts are plain text
    )


def render(use: str, **values: object) -> str:
    """A template filled in: `author/system` is prompts/author/system.j2. Raises jinja2's UndefinedError for a name not given."""
    return _environment().get_template(f"{use}.j2").render(**values).strip()


@functools.cache
def version_of(use: str) -> str:
    """`author@1f2e3d4c`: a use and a hash of its templates' words, included ones too. Raises UsageError for an unknown use."""
    paths = [PROMPTS_DIR / f"{use}.j2", *(PROMPTS_DIR / use).glob("*.j2")]
    names = {path.relative_to(PROMPTS_DIR).as_posix() for path in paths if path.is_file()}
    if not names:
        known = sorted({path.parent.name for path in PROMPTS_DIR.glob("*/*.j2")})
        raise UsageError(choose("prompt", use, known))
    words = (f"{name}\0{_source(name)}" for name in sorted(_with_included(names)))
    return f"{use}@{hashlib.sha256(chr(0).join(words).encode()).hexdigest()[:8]}"


def _with_included(names: Iterable[str]) -> set[str]:
    """Templates, and those that they include, and so on."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            parsed = _environment().parse(_source(name))
            waiting += [one for one in find_referenced_templates(parsed) if one is not None]
    return found


def _source(name: str) -> str:
    return (PROMPTS_DIR / name).read_text(encoding="utf-8")
