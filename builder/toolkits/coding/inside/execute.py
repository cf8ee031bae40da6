"""Runs the code of its first argument as the main module.

A traceback shows the code as `<code>`, with its lines, and leaves out the frames of the standard library, whose line
numbers differ from one release of Python to the next.
"""

from __future__ import annotations

import linecache
import site
import sys
import sysconfig
import threading
import traceback
import types

NAME = "<code>"
LIBRARY = sysconfig.get_path("stdlib")


def run(source: str) -> None:
    """Compile and run; an exception goes to the hooks below."""
    linecache.cache[NAME] = (len(source), None, source.splitlines(keepends=True), NAME)
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    sys.argv[:] = [""]
    sys.path.insert(0, "")
    exec(compile(source, NAME, "exec", dont_inherit=True), main.__dict__)  # noqa: S102 - this is what the sandbox is for


def show(
    _kind: type[BaseException], error: BaseException, trace: types.TracebackType | None
) -> None:
    """Print a traceback that begins with the code."""
    while trace is not None and trace.tb_frame.f_code.co_filename != NAME:
        trace = trace.tb_next
    described = traceback.TracebackException(type(error), error, trace)
    shorten(described)
    print("".join(described.format()), end="", file=sys.stderr)  # noqa: T201


def shorten(described: traceback.TracebackException | None) -> None:
    """Leave the standard library out of a traceback, and out of those that it came from."""
    if described is None:
        return
    kept = [frame for frame in described.stack if not is_library(frame.filename)]
    described.stack[:] = kept
    shorten(described.__cause__)
    shorten(described.__context__)


def is_library(filename: str) -> bool:
    """Whether a frame belongs to the standard library."""
    return filename.startswith((LIBRARY, "<frozen "))


def show_thread(args: threading.ExceptHookArgs) -> None:
    """The same for an exception that ends a thread."""
    if args.exc_value is not None:
        name = args.thread.name if args.thread else "?"
        print(f"Exception in thread {name}:", file=sys.stderr)  # noqa: T201
        show(args.exc_type, args.exc_value, args.exc_traceback)


if __name__ == "__main__":
    site.setquit()
    site.sethelper()
    sys.excepthook = show
    threading.excepthook = show_thread
    run(sys.argv[1])
