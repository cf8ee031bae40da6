"""Where Continue keeps its tools, for both surfaces and through all its releases.

Facts read from the repository's tags (see each line); the readers in this package are told these paths
and names and know none themselves.
"""

from dataclasses import dataclass
from typing import Literal

SOURCE_ENDINGS = (".ts", ".tsx")
TEST_ENDINGS = (".d.ts", ".test.ts", ".test.tsx", ".vitest.ts", ".spec.ts")


@dataclass(frozen=True, slots=True)
class SurfaceLayout:
    """One surface.

    `list_files`: where its lists of tools stand, newest place first. `entries`: for each list that is
    sent, its possible names, the one that includes the others first. `folders`: where definitions stand.
    """

    name: Literal["ide", "cli"]
    list_files: tuple[str, ...]
    entries: tuple[tuple[str, ...], ...]
    folders: tuple[str, ...]


IDE = SurfaceLayout(
    name="ide",
    list_files=("core/tools/index.ts",),
    entries=(
        (
            "getToolsForIde",  # v1.1.52 to v1.3.1
            "getBaseToolDefinitions",  # from v1.2.2, v1.3.2
            "baseToolDefinitions",  # v1.1.42 to v1.1.51
            "allTools",  # up to v1.1.41
        ),
        ("getConfigDependentToolDefinitions",),  # from v1.1.42
    ),
    folders=("core/tools/definitions",),
)

CLI = SurfaceLayout(
    name="cli",
    list_files=(
        "extensions/cli/src/tools/index.tsx",  # from v1.3.2
        "extensions/cli/src/tools/index.ts",  # from v1.1.82
    ),
    entries=(
        (
            "getAllAvailableTools",  # from v1.3.24
            "getAllBuiltinTools",  # up to v1.3.22
        ),
    ),
    folders=("extensions/cli/src/tools", "extensions/cli/src/subagent"),
)

ERROR_REASONS = ("core/util/errors.ts", "ContinueErrorReason")
"""The enum of the reasons that a tool can fail for."""

SYSTEM_MESSAGE_FILES = (
    "core/llm/defaultSystemMessages.ts",  # from v1.1.55
    "core/llm/constructMessages.ts",  # before
)
SYSTEM_MESSAGES = {
    "chat": "DEFAULT_CHAT_SYSTEM_MESSAGE",
    "plan": "DEFAULT_PLAN_SYSTEM_MESSAGE",
    "agent": "DEFAULT_AGENT_SYSTEM_MESSAGE",
}
"""The mode, and the constant that is its default message."""
