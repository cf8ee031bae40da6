"""The search over Python's documentation: a person finds among three entries what they look for, at once."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from builder.toolkits.coding.documentation.search import documentation
from builder.toolkits.coding.lookup import TOOLS
from builder.toolkits.session import Session

SEARCHES = {
    "list comprehensions": "List displays",
    "how do decorators work": "Function definitions",
    "functools.lru_cache": "functools.lru_cache",
    "json.dumps indent": "json.dumps",
    "read a csv file": "csv.reader",
    "parse command line arguments": "argparse.ArgumentParser",
    "context manager": "With Statement Context Managers",
    "context manager decorator": "contextlib.contextmanager",
    "how to sort a dict by value": "sorted",
    "generators yield": 'The "yield" statement',
    "async await": "Coroutines",
    "format specification width": "Format Specification Mini-Language",
    "thousands separator": "Format Specification Mini-Language",
    "regular expression groups": "re.Match.group",
    "slicing": "Slicings",
    "string split": "str.split",
    "pathlib read text file": "pathlib.Path.read_text",
    "glob recursive": "glob.glob",
    "counter most common": "collections.Counter.most_common",
    "dataclass default factory": "dataclasses.field",
    "strptime format codes": "datetime.datetime.strptime",
    "itertools groupby": "itertools.groupby",
    "try except finally": 'The "try" statement',
    "match statement": 'The "match" statement',
    "with statement": 'The "with" statement',
    "nonlocal": 'The "nonlocal" statement',
    "lambda": "Lambdas",
    "property": "property",
    "subprocess capture output": "subprocess.run",
    "temporary directory": "tempfile.TemporaryDirectory",
    "environment variables": "os.getenv",
    "weighted random choice": "random.choices",
    "secure token": "secrets.token_urlsafe",
    "sqlite3 parameters": "sqlite3.Connection.execute",
    "thread pool": "concurrent.futures.ThreadPoolExecutor",
    "asyncio gather": "asyncio.gather",
    "mock patch": "unittest.mock.patch",
    "abstract base class": "abc.ABC",
    "priority queue": "heapq.heappush",
    "merge intervals heapq": "heapq.merge",
    "memoize a function": "functools.cache",
    "remove duplicates keep order": "dict.fromkeys",
    "round half up money": "decimal.Decimal.quantize",
    "mutable default argument": "Function definitions",
    "operator precedence": "Operator precedence",
    "STR.REMOVEPREFIX": "str.removeprefix",
}


@pytest.mark.parametrize(("query", "name"), SEARCHES.items())
def test_a_search_finds_what_a_person_wants(query: str, name: str) -> None:
    assert name in [entry.name for entry in documentation().find(query, 3)]


def test_a_name_comes_first(session: Session) -> None:
    text = TOOLS["search_docs"](session, {"query": "functools.lru_cache"}, 1)
    assert text.startswith("1. functools.lru_cache(maxsize=128, typed=False)\n")
    assert "\n\n2. " in text
    assert "\n\n3. " in text


def test_a_long_section_is_shown_from_where_it_speaks_of_the_matter(session: Session) -> None:
    text = TOOLS["search_docs"](session, {"query": "how do decorators work"}, 1)
    assert "wrapped by one or more *decorator*" in text
    assert "::=" not in text
    assert len(text) < 4_000


def test_nothing_found_says_so(session: Session) -> None:
    text = TOOLS["search_docs"](session, {"query": "qqqzzz"}, 1)
    assert text.endswith("matches 'qqqzzz'.")


def test_a_search_takes_no_time() -> None:
    index = documentation()

    def seconds(query: str) -> float:
        start = time.perf_counter()
        index.find(query, 3)
        return time.perf_counter() - start

    assert all(min(seconds(query) for _ in range(3)) < 0.05 for query in SEARCHES)


def test_the_index_imports_nothing_that_acts_when_it_is_imported() -> None:
    code = (
        "import sys\n"
        "from builder.toolkits.coding.documentation.search import documentation\n"
        "documentation()\n"
        "acting = {'antigravity', 'this', 'idlelib', 'turtle', 'tkinter', 'lib2to3', 'test'}\n"
        "print(acting & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
    assert done.stderr == ""


def test_no_entry_shows_an_address() -> None:
    entries = documentation().entries
    assert len({entry.name for entry in entries}) > 2_000
    assert not [entry.name for entry in entries if " at 0x" in entry.signature]
