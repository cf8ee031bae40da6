"""The errors that a user of the program can meet, one class for each boundary that can fail.

Every message says what failed, the value that made it fail, what was expected, and what to do.
Anything else that is raised is a bug in the program.
"""


class BuilderError(Exception):
    """An error that is reported in one line, without a traceback."""

    exit_code = 1


class UsageError(BuilderError):
    """The command line, a configuration or an input file is wrong: exit code 2."""

    exit_code = 2


class SourceError(UsageError):
    """A source of tools is no Continue checkout, cannot be reached, or lacks the ref."""


class DiscoveryError(BuilderError):
    """Continue's source has a form that the extractor cannot evaluate; names file and line."""


class WorkspaceError(UsageError):
    """A workspace is missing, or its description or tasks are wrong."""


class RowError(BuilderError):
    """A line of a dataset is not a row; names the path of the key that is wrong."""


class DatasetLockedError(BuilderError):
    """Another run holds the dataset."""


class StorageError(BuilderError):
    """The disk refused a write; the dataset is intact up to its last whole line."""


class SandboxError(BuilderError):
    """The sandbox cannot be set up (not: a command inside it failed)."""


class ToolError(Exception):
    """A tool answered with a failure: `kind` is its reason, the message what the model is shown."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


class RefusedCallError(ToolError):
    """A call was refused before its tool ran: clients word that differently from a failure while running."""


class DeclinedCallError(ToolError):
    """The user refused a call when the client asked for leave: the message is all that the model is shown."""

    def __init__(self, message: str) -> None:
        super().__init__("declined", message)


class NotPlayableError(Exception):
    """A call cannot be played here (no network, no user, no toolchain): the example ends at it."""


def choose(what: str, value: str, known: list[str] | tuple[str, ...]) -> str:
    """The message for a name that is none of the known ones; lists them, nearest first."""
    import difflib  # noqa: PLC0415 - only needed once something has failed

    near = difflib.get_close_matches(value, known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"unknown {what} {value!r}.{hint} There are: {', '.join(sorted(known)) or 'none'}"
