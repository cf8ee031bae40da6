"""run_tests: the tests in a piece of code, run by pytest or unittest themselves (inside/run_tests.py).

pytest and what it needs are shown to the sandbox one by one: nothing else of this environment is visible there.
"""

from __future__ import annotations

import functools
import importlib.util
from dataclasses import replace
from pathlib import Path

from builder.conversation import Arguments
from builder.errors import SandboxError, ToolError
from builder.sandbox.isolation import Shown
from builder.toolkits.coding.arguments import choice_argument, text_argument
from builder.toolkits.coding.confirmation import CANCELLED, is_allowed
from builder.toolkits.coding.interpreter import run_program
from builder.toolkits.coding.output import shown
from builder.toolkits.session import Session

_FRAMEWORKS = ("pytest", "unittest")
_PACKAGES = ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments", "py")
_INSIDE = "/opt/testing"
_FOLDER = "/tmp/tests/"  # noqa: S108 - where inside/run_tests.py puts the code, in the sandbox's own /tmp
_NO_TESTS = 5
_NO_TESTS_TEXT = (
    "No tests found: the code has no test functions, no TestCase classes and no assert statements."
)


def _run_tests(session: Session, arguments: Arguments, _parallel: int) -> str:
    code = text_argument(arguments, "code")
    framework = choice_argument(arguments, "test_framework", _FRAMEWORKS)
    if not is_allowed(session, f"TESTS TO RUN WITH {framework.upper()}", code):
        return CANCELLED
    packages = _pytest_packages() if framework == "pytest" else ()
    inside = [package.inside for package in packages]
    done = run_program(session, "run_tests", [code, framework, *inside], packages)
    if done.exit_code == _NO_TESTS and not done.stdout:
        raise ToolError("no_tests", _NO_TESTS_TEXT)
    stdout, stderr = (text.replace(_FOLDER, "") for text in (done.stdout, done.stderr))
    return shown(session, replace(done, stdout=stdout, stderr=stderr), "tests")


@functools.cache
def _pytest_packages() -> tuple[Shown, ...]:
    """Where the packages stand here, and where the sandbox shows them."""
    found = []
    for name in _PACKAGES:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise SandboxError(f"{name} is missing: pip install pytest")
        file = Path(spec.origin)
        place = file.parent if file.name == "__init__.py" else file
        found.append(Shown(place, f"{_INSIDE}/{place.name}"))
    return tuple(found)


TOOLS = {"run_tests": _run_tests}
