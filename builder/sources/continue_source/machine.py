"""The user's machine and workspace, as discovery states them.

Some descriptions tell the model about the machine that it works on. They are evaluated for one stated
machine (Linux, x64, bash, /workspace, no rules, skills or subagents), and the name of what was used is
kept with the tool. Environment variables that are not stated are unset. Everything else from outside the
source stays unknown.
"""

from typing import NamedTuple

from builder.sources.continue_source.values import UNDEFINED, JsObject, Opaque, Value, known

SHELL = "/bin/bash"
PLATFORM = "linux"
ARCHITECTURE = "x64"
WORKING_DIRECTORY = "/workspace"


class Stated(NamedTuple):
    """A value, and the inputs that it depends on."""

    value: Value
    inputs: tuple[str, ...] = ()


_PLATFORM = Stated(PLATFORM, ("platform",))
_ARCHITECTURE = Stated(ARCHITECTURE, ("arch",))

READS = {
    "process.platform": _PLATFORM,
    "process.arch": _ARCHITECTURE,
    "process.env.SHELL": Stated(SHELL, ("shell",)),
    "os.EOL": Stated("\n", ("platform",)),
}
"""What is read as a member."""

CALLS = {
    "os.platform": _PLATFORM,
    "os.arch": _ARCHITECTURE,
    "process.cwd": Stated(WORKING_DIRECTORY, ("cwd",)),
}
"""What functions from outside the source return."""

COERCED = {"os.platform": _PLATFORM, "os.arch": _ARCHITECTURE}
"""What such a function is inside a template when it is not called: node gives these a primitive value."""

_GLOBALS = frozenset({"Array", "Boolean", "Date", "JSON", "Math", "Number", "Object", "String"}) | {
    "console",
    "process",
}
_REPORTING = ("console", "logger", "telemetryService", "posthogService")


def read_outside(path: str) -> Stated | None:
    """A member that is stated; an environment variable that is not is unset."""
    if path.startswith("process.env.") and path not in READS:
        return Stated(UNDEFINED, ("environment",))
    return READS.get(path)


def is_global(name: str) -> bool:
    """Whether a name that no file declares is one of JavaScript's or node's."""
    return name in _GLOBALS


def only_reports(name: str) -> bool:
    """Whether calls on an object only write logs or telemetry, and so change no value."""
    return name in _REPORTING


def project_call(written: str) -> Stated | None:
    """What a function of the source that looks at the user's machine returns.

    `written`: the callee as it stands in the source. The bodies of these functions search folders,
    ask services or weigh the platform, so their result is stated instead.
    """
    match written:
        case "getPreferredShell":
            return Stated(SHELL, ("shell",))
        case "loadMarkdownSkills":
            return Stated(JsObject({"skills": known([], "skills"), "errors": known([])}))
        case "ModelService.getSubagentModels":
            return Stated([], ("subagents",))
        case "serviceContainer.get":
            return Stated(Opaque("a service", exists=True))
        case _:
            return None


def tool_parameters() -> JsObject:
    """What a function that makes a tool is called with."""
    return JsObject({"rules": known([], "rules"), "ide": known(Opaque("ide", exists=True))})
