"""Runs the code of its first argument and says how it ended, as JSON on the standard output that it was started with.

What the code prints goes to stderr, so nothing that it prints is taken for the report.
"""

from __future__ import annotations

import json
import linecache
import os
import sys
import traceback
import types

NAME = "<code>"
LONGEST_VALUE = 120
MOST_VALUES = 12
HIDDEN = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)


def report_of(source: str) -> dict[str, object]:
    """How running the code ended: nothing where it just ended, else the exception and where it arose."""
    linecache.cache[NAME] = (len(source), None, source.splitlines(keepends=True), NAME)
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    sys.argv[:] = [""]
    sys.path.insert(0, "")
    try:
        exec(compile(source, NAME, "exec", dont_inherit=True), main.__dict__)  # noqa: S102 - this is what the sandbox is for
    except SyntaxError as error:
        if error.filename == NAME:
            return {**described(error), "line": error.lineno or 1, "function": "", "values": {}}
        return {**described(error), **place_of(error)}
    except BaseException as error:  # noqa: BLE001 - whatever the code raises is the result
        return {**described(error), **place_of(error)}
    return {}


def described(error: BaseException) -> dict[str, object]:
    """Kind and message, and the kinds that it derives from."""
    kinds = [kind.__name__ for kind in type(error).__mro__ if kind is not object]
    lines = list(traceback.TracebackException(type(error), error, None).format_exception_only())
    message = lines[-1].strip().partition(": ")[2] if lines else ""
    return {"kinds": kinds, "message": message}


def place_of(error: BaseException) -> dict[str, object]:
    """The innermost line of the code that the exception passed, and the variables there."""
    frames = [(f, n) for f, n in traceback.walk_tb(error.__traceback__) if is_code(f)]
    if not frames:
        return {"line": 0, "function": "", "values": {}}
    frame, line = frames[-1]
    return {"line": line, "function": frame.f_code.co_name, "values": values_of(frame)}


def is_code(frame: types.FrameType) -> bool:
    """Whether the frame belongs to the code, not to a library."""
    return frame.f_code.co_filename == NAME


def values_of(frame: types.FrameType) -> dict[str, str]:
    """Local variables that hold data, shortened."""
    found = {}
    for name, value in frame.f_locals.items():
        if not name.startswith("__") and not isinstance(value, HIDDEN):
            found[name] = shown(value)
    return dict(list(found.items())[:MOST_VALUES])


def shown(value: object) -> str:
    """A value as text, cut to what one line holds."""
    try:
        text = repr(value)
    except Exception as error:  # noqa: BLE001 - the code's own __repr__
        text = f"<repr failed: {type(error).__name__}>"
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


if __name__ == "__main__":
    answer = os.dup(1)
    os.dup2(2, 1)
    report = json.dumps(report_of(sys.argv[1]))
    sys.stdout.flush()
    os.write(answer, report.encode())
    os._exit(0)
