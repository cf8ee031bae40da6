"""Runs the tests in the code of its first argument with the framework of its second; further ones: pytest's packages.

Code without a test but with assert statements is one test: all from the first of them on. Exit code 5 and no output:
there is nothing to test.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import io
import os
import sys
import sysconfig
import tempfile
import tokenize
import traceback
import types
import unittest
from collections.abc import Callable, Generator
from pathlib import Path

MODULE = "test_code"
WRAPPED = "def test_code():"
NO_TESTS = 5
LIBRARY = sysconfig.get_path("stdlib")
COLUMNS = "80"
OPTIONS = ["-v", "--no-header", "--tb=short", "--color=no", "-rN", "-p", "no:cacheprovider"]


def prepared(source: str) -> str | None:
    """The code with its tests as a framework finds them; None where it has none. What does not parse stays as it is."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    if any(is_test(node) for node in tree.body):
        return source
    asserts = [node.lineno for node in tree.body if isinstance(node, ast.Assert)]
    return wrapped(source, asserts[0]) if asserts else None


def is_test(node: ast.stmt) -> bool:
    """Whether a statement of the module defines tests."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return node.name.startswith("test")
    if isinstance(node, ast.ClassDef):
        return node.name.startswith("Test") or any("TestCase" in ast.unparse(b) for b in node.bases)
    return False


def wrapped(source: str, first: int) -> str:
    """The code with its lines from `first` on in a test function; lines keep their numbers where an empty one is free."""
    lines = source.splitlines()
    inner = inside_strings(source)
    head, tail = lines[: first - 1], lines[first - 1 :]
    indented = [
        line if number in inner or not line.strip() else f"    {line}"
        for number, line in enumerate(tail, first)
    ]
    if head and not head[-1].strip():
        head.pop()
    return "\n".join([*head, WRAPPED, *indented]) + "\n"


def inside_strings(source: str) -> set[int]:
    """Lines that begin within a string: to indent them would change it."""
    found: set[int] = set()
    opened: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind = tokenize.tok_name[token.type]
        if kind == "FSTRING_START":
            opened.append(token.start[0])
        elif kind == "FSTRING_END":
            found.update(range(opened.pop() + 1, token.end[0] + 1))
        elif kind == "STRING":
            found.update(range(token.start[0] + 1, token.end[0] + 1))
    return found


class Given(importlib.abc.MetaPathFinder):
    """Finds packages and modules by their own paths: the folder that they stand in may not be read."""

    def __init__(self, packages: list[str]) -> None:
        self.places = {Path(package).stem: Path(package) for package in packages}

    def find_spec(
        self, name: str, _path: object = None, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        place = self.places.get(name)
        if place is None:
            return None
        if place.suffix:
            return importlib.util.spec_from_file_location(name, place)
        start = place / "__init__.py"
        return importlib.util.spec_from_file_location(
            name, start, submodule_search_locations=[str(place)]
        )


def run_pytest(folder: Path, packages: list[str]) -> int:
    """Collected below the folder, run in the workspace."""
    sys.meta_path.append(Given(packages))
    import pytest  # noqa: PLC0415 - it is not there until now

    workspace = Path.cwd()

    class Plugin:
        """Paths are shown as seen from the folder, the tests see the workspace; no frames of the standard library."""

        def pytest_sessionstart(self) -> None:
            os.chdir(workspace)

        @pytest.hookimpl(wrapper=True)
        def pytest_pyfunc_call(self) -> Generator[None, object, object]:
            try:
                return (yield)
            except Exception as error:
                shorten(error.__traceback__)
                raise

    os.chdir(folder)
    arguments = [*OPTIONS, f"--rootdir={folder}", f"{MODULE}.py"]
    return int(pytest.main(arguments, plugins=[Plugin()]))


def shorten(trace: types.TracebackType | None) -> None:
    """Leave out the frames of the standard library: their line numbers differ from one release to the next."""
    while trace is not None:
        while trace.tb_next is not None and is_library(trace.tb_next):
            trace.tb_next = trace.tb_next.tb_next
        trace = trace.tb_next


def is_library(trace: types.TracebackType) -> bool:
    """Whether the frame belongs to the standard library."""
    return trace.tb_frame.f_code.co_filename.startswith((LIBRARY, "<frozen "))


class Result(unittest.TextTestResult):
    """Failures without the frames of the standard library."""

    def addError(self, test: unittest.TestCase, err: object) -> None:  # noqa: N802 - unittest's name
        shorten_outcome(err)
        super().addError(test, err)  # type: ignore[arg-type]  # as unittest gave it

    def addFailure(self, test: unittest.TestCase, err: object) -> None:  # noqa: N802
        shorten_outcome(err)
        super().addFailure(test, err)  # type: ignore[arg-type]


def shorten_outcome(outcome: object) -> None:
    """The same for what unittest caught."""
    if isinstance(outcome, tuple) and isinstance(outcome[1], BaseException):
        shorten(own_part(outcome[1].__traceback__))


def own_part(trace: types.TracebackType | None) -> types.TracebackType | None:
    """From the first frame of the code on: unittest counts its own frames before that."""
    while trace is not None and not is_code(trace):
        trace = trace.tb_next
    return trace


def is_code(trace: types.TracebackType) -> bool:
    """Whether the frame belongs to the code under test."""
    return trace.tb_frame.f_code.co_filename.endswith(f"{MODULE}.py")


class Named(unittest.FunctionTestCase):
    """A test function that is reported by its name."""

    def __init__(self, function: Callable[[], object]) -> None:
        super().__init__(function)
        self.name = getattr(function, "__name__", MODULE)

    def __str__(self) -> str:
        return self.name


def run_unittest(folder: Path) -> int:
    """Test cases, or else each test function as one; prints to the standard output."""
    sys.path.insert(0, str(folder))
    module = loaded(folder / f"{MODULE}.py")
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    if not suite.countTestCases():
        functions = [f for name, f in vars(module).items() if is_test_function(name, f)]
        suite.addTests(Named(function) for function in functions)
    runner = unittest.TextTestRunner(sys.stdout, verbosity=2)
    runner.resultclass = Result  # type: ignore[assignment]  # generic for the type checker only
    return 0 if runner.run(suite).wasSuccessful() else 1


def is_test_function(name: str, found: object) -> bool:
    """Whether a name of the module is a test by itself."""
    return name.startswith("test") and isinstance(found, types.FunctionType)


def loaded(path: Path) -> types.ModuleType:
    """Import the file, so that tracebacks show its lines."""
    spec = importlib.util.spec_from_file_location(MODULE, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[MODULE] = module
    spec.loader.exec_module(module)
    return module


def main(source: str, framework: str, packages: list[str]) -> int:
    """The exit code."""
    code = prepared(source)
    if code is None:
        return NO_TESTS
    compile(code, f"{MODULE}.py", "exec", dont_inherit=True)
    os.environ.update(COLUMNS=COLUMNS, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    sys.path.insert(0, str(Path.cwd()))
    folder = Path(tempfile.gettempdir()) / "tests"
    folder.mkdir(exist_ok=True)
    (folder / f"{MODULE}.py").write_text(code, encoding="utf-8")
    return run_pytest(folder, packages) if framework == "pytest" else run_unittest(folder)


def show(
    _kind: type[BaseException], error: BaseException, trace: types.TracebackType | None
) -> None:
    """Print a traceback that begins with the code, for what is raised before any test runs."""
    traceback.print_exception(type(error), error, own_part(trace))


if __name__ == "__main__":
    sys.excepthook = show
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
