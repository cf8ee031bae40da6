"""What tools exist: names, JSON Schemas, gates. Reads and writes the files of tool_specs/.

A `Surface` is one client (Continue's extension at one ref, a task service, a user's own tools), with every tool that it
defines. A `Toolset` is what that client offers to one kind of model: `continue-ide/open`, `coding`, `mcp:COMMAND`.
What tools *do* lives in toolkits/; where they are found, in sources/.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from builder.errors import UsageError, choose

JsonSchema = dict[str, object]
SPECS_DIR = Path(__file__).resolve().parent.parent / "tool_specs"

MODEL_GATES = frozenset({"recommended_model", "other_model", "capable_model", "less_capable_model"})
"""Gates that the kind of model decides. They tell one toolset of a surface from another."""

ENVIRONMENT_GATES = frozenset({"local", "ripgrep"})
"""Gates that are open on any usual machine: a local workspace, an installed ripgrep."""


class ToolSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One tool as the model sees it.

    `gates`: conditions that must all hold for the tool to be offered; empty = always.
    `dynamic_inputs`: what of the user's machine changes the description (`shell`, `cwd`, `rules` …).
    `source`: file in Continue's repository, or empty for tools from elsewhere.
    """

    name: str
    description: str
    parameters: JsonSchema
    readonly: bool
    offered: bool = True
    gates: tuple[str, ...] = ()
    dynamic_inputs: tuple[str, ...] = ()
    policy: str | None = None
    group: str | None = None
    title: str | None = None
    source: str = ""

    @property
    def properties(self) -> dict[str, JsonSchema]:
        """The schema of every parameter, by name."""
        found = self.parameters.get("properties")
        return found if isinstance(found, dict) else {}

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the parameters that must be given."""
        found = self.parameters.get("required")
        return tuple(found) if isinstance(found, list) else ()


class Surface(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every tool that one client defines at one ref, offered or not, in the order it is sent.

    `name`: `ide` or `cli` for Continue's two clients, else the toolset's own id.
    """

    name: str
    ref: str
    commit: str
    tools: tuple[ToolSpec, ...]
    system_messages: dict[str, str] = {}
    snapshot: bool = False


class Toolset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tools that one kind of model is offered at one release.

    `tools` are those of the default configuration and those behind an optional gate (experimental
    tools, headless mode, an agent id …); `offered` tells which a given configuration sends.
    """

    id: str
    release: str
    surface: str
    tools: tuple[ToolSpec, ...]

    @property
    def name(self) -> str:
        """`continue-ide/open@v2.1.0`: id and release."""
        return f"{self.id}@{self.release}"

    def find(self, tool_name: str) -> ToolSpec | None:
        """The tool of that name, gated or not."""
        return next((tool for tool in self.tools if tool.name == tool_name), None)

    def offered(self, gates: frozenset[str] = frozenset()) -> tuple[ToolSpec, ...]:
        """What is sent to the model when these optional gates are open."""
        return tuple(tool for tool in self.tools if set(tool.gates) <= gates)


_VARIANTS: dict[str, tuple[str, frozenset[str]]] = {
    "continue-ide/open": ("ide", frozenset({"other_model"})),
    "continue-ide/recommended": ("ide", frozenset({"recommended_model"})),
    "continue-cli/open": ("cli", frozenset({"less_capable_model"})),
    "continue-cli/capable": ("cli", frozenset({"capable_model"})),
}
CONTINUE_TOOLSETS = tuple(_VARIANTS)
PACKAGED_TOOLSETS = ("coding", "codetether")
"""Toolsets of other clients that ship with the program: tool_specs/<id>.json, a toolkit and workspaces of their own."""


def toolset_of(surfaces: dict[str, Surface], toolset_id: str) -> Toolset:
    """Select from a surface what one kind of model is offered: of a surface that is not Continue's, everything.

    Raises UsageError for an id that no surface has.
    """
    surface_name, model = _VARIANTS.get(toolset_id, (toolset_id, frozenset()))
    surface = surfaces.get(surface_name)
    if surface is None:
        raise UsageError(choose("toolset", toolset_id, [*CONTINUE_TOOLSETS, *surfaces]))
    settled = model | ENVIRONMENT_GATES
    tools = tuple(
        msgspec.structs.replace(tool, gates=tuple(g for g in tool.gates if g not in settled))
        for tool in surface.tools
        if tool.offered and not (set(tool.gates) & (MODEL_GATES - model))
    )
    return Toolset(id=toolset_id, release=surface.ref, surface=surface_name, tools=tools)


def kind_of(surface: str) -> str:
    """What a surface's name begins with: `mcp` of `mcp:COMMAND`."""
    return surface.partition(":")[0]


def read_surface(path: Path) -> Surface:
    """Read one file of tool_specs/. Raises UsageError with the path of the key that is wrong."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Surface)
    except (msgspec.DecodeError, OSError) as error:
        raise UsageError(f"{path} is no surface file: {error}") from error


def write_surface(surface: Surface, path: Path) -> None:
    """Write a surface so that the same surface always gives the same bytes.

    Parameters keep their order, since the model is shown them in it.
    """
    text = msgspec.json.format(msgspec.json.encode(surface), indent=2)
    path.write_bytes(text + b"\n")
