"""edit_existing_file: what Continue applies by itself, as it does; what only a model could apply, in one way or not at all.

snippet_vectors.json has the lines that Continue's applyCodeBlock gave for inputs made for this project.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from builder.errors import NotPlayableError, ToolError
from builder.sandbox.isolation import best_isolation
from builder.sandbox.tree import Tree
from builder.sandbox.workcopy import WorkCopy
from builder.toolkits.continue_ide.instant_apply import apply_instantly
from builder.toolkits.continue_ide.lazy_merge import apply_snippet, merge
from builder.toolkits.loading import load_toolkit
from builder.toolkits.session import Session


class Vector(msgspec.Struct, forbid_unknown_fields=True):
    what: str
    path: str
    text: str
    snippet: str
    lines: list[str] | None


class Vectors(msgspec.Struct, forbid_unknown_fields=True):
    ref: str
    note: str
    vectors: list[Vector]


KNOWN = msgspec.json.decode(
    Path(__file__).with_name("snippet_vectors.json").read_bytes(), type=Vectors
).vectors


@pytest.mark.parametrize("vector", KNOWN, ids=lambda vector: vector.what)
def test_what_needs_no_model_is_applied_as_continue_does(vector: Vector) -> None:
    """Empty lines at the end that the difference leaves out stay in the editor."""
    after = apply_instantly(vector.path, vector.text, vector.snippet)
    if vector.lines is None or after is None:
        assert (after, vector.lines) == (None, None)
        return
    assert after.splitlines()[: len(vector.lines)] == vector.lines[: len(after.splitlines())]
    assert "".join(after.splitlines()[len(vector.lines) :]) == ""
    assert after.endswith("\n")
    assert ("\r\n" in after) == ("\r\n" in vector.text)


SHOP = """\
import money
from items import Item


class Till:
    def __init__(self) -> None:
        self.items = []

    def add(self, item: Item) -> None:
        self.items.append(item)

    def total(self) -> int:
        return sum(item.price for item in self.items)


class Stock:
    def __init__(self) -> None:
        self.items = []

    def count(self) -> int:
        return len(self.items)


def main() -> None:
    till = Till()
    till.add(Item("tea", 300))
    print(money.format(till.total()))
"""
ADD = "        self.items.append(item)\n"
TOTAL = "        return sum(item.price for item in self.items)\n"

MERGED = {
    "a line between two that stand once": (
        f"# ... existing code ...\n{ADD}        self.changed = True\n\n    def total(self) -> int:\n# ... rest ...",
        SHOP.replace(ADD, f"{ADD}        self.changed = True\n"),
    ),
    "two places": (
        f"import money\nimport tax\nfrom items import Item\n# ... existing code ...\n    def total(self) -> int:\n"
        f"        total = 0\n{TOTAL}# ... rest of file ...\n",
        SHOP.replace("money\nfrom", "money\nimport tax\nfrom").replace(TOTAL, f"        total = 0\n{TOTAL}"),
    ),
    "at the beginning": (
        "import tax\nimport money\nfrom items import Item\n# ... existing code ...",
        f"import tax\n{SHOP}",
    ),
    "at the end": (
        "# ... existing code ...\n    print(money.format(till.total()))\n    print('done')\n",
        f"{SHOP}    print('done')\n",
    ),
    "at the end, without a line end": (
        "# ... existing code ...\n    print(money.format(till.total()))\n    print('done')",
        f"{SHOP}    print('done')\n",
    ),
    "lines removed": (
        "# ... existing code ...\n    def count(self) -> int:\n        return len(self.items)\n\n\ndef main() -> None:\n"
        "    till = Till()\n    print(money.format(till.total()))",
        SHOP.replace('    till.add(Item("tea", 300))\n', ""),
    ),
    "a header alone before a comment": (
        "# ... imports ...\nclass Till:\n    # ... existing code ...\n    def total(self) -> int:\n"
        f"        self.seen = True\n{TOTAL}# ... rest of file ...",
        SHOP.replace(TOTAL, f"        self.seen = True\n{TOTAL}"),
    ),
    "nested comments": (
        "# ... existing code ...\nclass Stock:\n    # ... existing methods ...\n\n    # ... more ...\n    def count(self) -> int:\n"
        "        self.counted = True\n        return len(self.items)\n# ... existing code ...",
        SHOP.replace("        return len", "        self.counted = True\n        return len"),
    ),
    "other dots": (
        f"# … existing code …\n{ADD}        self.changed = True\n\n    def total(self) -> int:\n# ...",
        SHOP.replace(ADD, f"{ADD}        self.changed = True\n"),
    ),
    "an indent less": (
        f"# ... existing code ...\ndef add(self, item: Item) -> None:\n    item.check()\n{ADD[4:]}# ... existing code ...",
        SHOP.replace(ADD, f"        item.check()\n{ADD}"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", MERGED)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_snippet_with_one_meaning_is_merged(what: str, ending: str) -> None:
    snippet, after = MERGED[what]
    text = SHOP.replace("\n", ending)
    assert apply_snippet("shop.py", text, snippet) == after.replace("\n", ending)


DOUBTFUL = {
    "both ends stand twice": "# ... existing code ...\n        self.items = []\n        self.name = ''\n\n# ... existing code ...",
    "a new beginning after a comment": f"# ... existing code ...\n        self.changed = True\n{ADD}# ... rest ...",
    "a new end before a comment": f"# ... existing code ...\n{ADD}        self.changed = True\n# ... rest ...",
    "a function alone": "    def total(self) -> int:\n        return 0\n",
    "only new lines": "# ... existing code ...\ndef refund() -> None:\n    pass\n# ... existing code ...",
    "another file": "// ... existing code ...\nfunction open() {\n  return 1;\n}\n// ... existing code ...",
    "in the wrong order": f"# ... existing code ...\ndef main() -> None:\n    x = 1\n    till = Till()\n# ... and ...\n{ADD}# ... rest ...",
    "nothing changes": f"# ... existing code ...\n{ADD}# ... existing code ...",
    "nothing but comments": "# ... existing code ...\n# ... rest of file ...",
    "a comment without dots": f"import money\nimport tax\nfrom items import Item\n# rest of the file\n{ADD}# ... rest ...",
    "a comment at the end of a line": "import money\nimport tax  # ... existing imports ...\nfrom items import Item\n# ... rest ...",
    "dots within a call": "import money\nimport tax(... the rest ...)\nfrom items import Item\n# ... rest ...",
    "dots that end a comment": "import money\n# the usual imports ...\nfrom items import Item\n# ... rest ...",
    "code that does not parse": "import money\nimport (\nfrom items import Item\n# ... rest ...",
    "most of the file goes": "import money\nfrom items import Item\n\nx = 1\n    print(money.format(till.total()))",
    "an indent that not all have": f"# ... existing code ...\n  def add(self, item: Item) -> None:\n item.check()\n{ADD}# ... existing ...",
    "dots that Continue takes for text": SHOP.replace("    till = Till()\n", "    # ...\n"),
    "the first line is not shown": "import tax\nfrom items import Item\n# ... existing code ...",
    "the last line is not shown": "# ... existing code ...\n    till = Till()\n    till.sum()\n",
}  # fmt: skip


@pytest.mark.parametrize("what", DOUBTFUL)
def test_a_doubtful_snippet_is_not_merged(what: str) -> None:
    assert apply_snippet("shop.py", SHOP, DOUBTFUL[what]) is None


CART = """\
export class Cart {
  constructor() {
    this.lines = [];
  }

  add(line) {
    if (line) {
      this.lines.push(line);
    }
  }

  total() {
    return this.lines.length;
  }
}

const open = () => {
  return new Cart();
};

export function close(cart) {
  return cart.total();
}
"""
NAMED = {
    "a method with another signature": (
        "cart.js", CART,
        "// ... existing code ...\nexport class Cart {\n  // ... existing code ...\n\n  add(line, count) {\n    return count;\n"
        "  }\n\n  // ... existing code ...\n}\n// ... existing code ...",
        CART.replace("add(line) {\n    if (line) {\n      this.lines.push(line);\n    }\n  }", "add(line, count) {\n    return count;\n  }"),
    ),
    "a function that is exported": (
        "cart.js", CART,
        "// ... existing code ...\n\nexport function close(cart) {\n  cart.lines = [];\n  return 0;\n}\n\n// ... rest of file ...",
        CART.replace("  return cart.total();\n", "  cart.lines = [];\n  return 0;\n"),
    ),
    "a function in a variable": (
        "cart.js", CART,
        "// ... existing code ...\nconst open = () => {\n  const cart = new Cart();\n  return cart;\n};\n// ... existing code ...",
        CART.replace("  return new Cart();\n", "  const cart = new Cart();\n  return cart;\n"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", NAMED)
def test_a_definition_shown_whole_takes_the_place_of_its_namesake(what: str) -> None:
    path, text, snippet, after = NAMED[what]
    assert apply_snippet(path, text, snippet) == after


UNNAMED = {
    "a method that nothing closes": ("shop.py", SHOP, "# ...\nclass Till:\n    # ...\n    def total(self) -> int:\n        return 1\n# ..."),
    "a name that stands twice": ("shop.py", SHOP, "# ...\ndef count(self):\n    return 1\n# ..."),
    "not exported here": ("cart.js", CART, "// ...\nfunction close(cart) {\n  return 1;\n}\n// ..."),
    "another kind": ("cart.js", CART, "// ...\nclass close {\n  a() {}\n}\n// ..."),
    "a comment before it": ("cart.js", CART, "// ...\n// Opens.\nconst open = () => {\n  return 1;\n};\n// ..."),
    "two of the name": ("cart.js", CART, "// ...\nconst open = () => {\n  return 1;\n};\n// ...\nconst open = () => {\n  return 2;\n};\n// ..."),
    "a method without its class": ("shop.py", SHOP, "# ...\n    def total(self) -> int:\n        return 1\n# ..."),
}  # fmt: skip


@pytest.mark.parametrize("what", UNNAMED)
def test_a_definition_without_a_certain_namesake_is_not_merged(what: str) -> None:
    path, text, snippet = UNNAMED[what]
    assert apply_snippet(path, text, snippet) is None


def test_a_definition_that_is_not_shown_does_not_go_by_accident() -> None:
    """The new last line happens to stand once further down; with more of the file around it, it is meant."""
    functions = "".join(f"def f{n}():\n    x = {n}\n    return {n}\n\n\n" for n in range(9))
    short = "# ... existing code ...\ndef f2():\n    return 4\n# ... rest of file ..."
    assert apply_snippet("f.py", functions, short) is None
    assert apply_snippet("f.zig", functions, short.replace("#", "//")) is not None
    unparsed = short.replace("def f2():", "    x = 2")
    assert apply_snippet("f.py", functions, unparsed) is None
    gone = "    return 2\n\n\ndef f3():\n    x = 3\n    return 3\n\n\ndef f4():\n"
    meant = "# ...\n    return 1\n\n\ndef f2():\n    x = 2\n    x = 4\n    return 4\n# ... rest ..."
    assert apply_snippet("f.py", functions, meant) == functions.replace(gone, "")
    either = meant.replace("    return 1\n\n\n", "")
    assert apply_snippet("f.py", functions, either) is None


STYLES = [
    ("a.html", "<!-- ... existing code ... -->"),
    ("a.tsx", "{/* ... existing code ... */}"),
    ("a.css", "/* ... existing code ... */"),
    ("a.sql", "-- ... existing code ..."),
    ("a.go", "// ... existing code ..."),
    ("a.yaml", "  # ... existing code ..."),
    ("a.md", "<!-- ... existing code ... -->"),
    ("a.ini", "; ... existing code ..."),
    ("a.vb", "' ... existing code ..."),
    ("a.txt", "<!-- ... -->"),
]


@pytest.mark.parametrize(("path", "comment"), STYLES)
def test_comments_of_every_language_stand_for_the_rest(path: str, comment: str) -> None:
    text = "".join(
        f"{word}\n" for word in ["zero", "one", "two", "three", "four", "five", "six", "seven"]
    )
    snippet = f"{comment}\ntwo\nnew\nthree\n{comment}"
    assert merge(path, text, snippet) == text.replace("two\n", "two\nnew\n")


@pytest.mark.parametrize("path", ["notes.md", "notes.txt"])
def test_what_is_a_comment_in_code_is_text_in_prose(path: str) -> None:
    assert merge(path, "one\ntwo\nthree\n", "one\n# ... and\ntwo\nthree\n") is None


@pytest.mark.parametrize(
    "text",
    [
        "one\n// ... existing code ...\ntwo\nthree\n",
        "one\r\ntwo\nthree\n",
        "one\rtwo\nthree\n",
        "",
        "\n\n",
    ],
)
def test_a_file_that_leaves_doubts_itself_is_not_merged(text: str) -> None:
    assert merge("a.js", text, "one\nnew\ntwo\n// ... existing code ...") is None


def test_tabs_and_spaces_are_not_alike() -> None:
    text = "if a:\n\tone()\n\ttwo()\nelse:\n\tthree()\n"
    assert merge("a.py", text, "# ...\n    one()\n    new()\n    two()\n# ...") == text.replace(
        "\tone()\n", "\tone()\n\tnew()\n"
    )
    assert merge("a.py", text, "# ...\n\tone()\n    new()\n\ttwo()\n# ...") is None


def test_a_result_has_to_parse_only_where_the_file_did() -> None:
    broken, snippet = "a = (\nb = 1\nc = 2\nd = 3\n", "# ...\nb = 1\nx = )\nc = 2\n# ..."
    assert merge("a.py", broken, snippet) == "a = (\nb = 1\nx = )\nc = 2\nd = 3\n"
    assert merge("a.py", broken.replace("(", "0"), snippet) is None


@pytest.mark.parametrize(
    ("text", "snippet"),
    [
        ("a = " + "[" * 3_000 + "]" * 3_000 + "\nb = 1\nc = 2\nd = 3\n", "# ...\nb = 1\nnew = 1\nc = 2\n# ..."),
        ("b = 1\nc = 2\n" * 3_000, "# ...\nb = 1\nnew = 1\nc = 2\n# ..."),
        ("b = 1\nc = 2\nd = 3\n", "# ...\nb = 1\n" * 3_000),
        ("x\n" * 4_000, "# ...\nx\ny\nx\n# ...\nx\nz\nx\n# ..."),
    ],
    ids=["deep", "long", "many segments", "all alike"],
)  # fmt: skip
def test_a_hostile_snippet_ends_the_row_and_nothing_else(text: str, snippet: str) -> None:
    assert apply_snippet("a.py", text, snippet) in (
        None,
        text.replace("b = 1\n", "b = 1\nnew = 1\n"),
    )


ARGUMENTS = "`filepath` and `changes` arguments are required to edit an existing file."
INSERTION = "import tax\nimport money\nfrom items import Item\n# ... existing code ..."


def _edit(tree: Tree, release: str = "", /, **arguments: object) -> tuple[str, str, set[str]]:
    """What the model is told, the file afterwards, and on what the result rests."""
    with WorkCopy(tree) as copy:
        copy.write_text("src/shop.py", SHOP)
        session = Session(copy, best_isolation(), release=release, open_file="src/app.py")
        told = load_toolkit("ide").tools["edit_existing_file"](session, arguments, 1)
        return told, copy.read_text("src/shop.py"), session.fixtures


@pytest.mark.parametrize("path", ["src/shop.py", "./src/shop.py", "/src/shop.py", "src\\shop.py"])
def test_a_certain_merge_is_told_as_an_edit_and_marked(path: str, small_tree: Tree) -> None:
    told, text, fixtures = _edit(small_tree, filepath=path, changes=INSERTION)
    assert told == "Successfully edited file:///workspace/src/shop.py"
    assert text == f"import tax\n{SHOP}"
    assert fixtures == {"lazy_merge"}


def test_what_continue_applies_itself_is_not_marked(small_tree: Tree) -> None:
    told, text, fixtures = _edit(small_tree, filepath="src/shop.py", changes=f"import tax\n{SHOP}")
    assert (text, fixtures) == (f"import tax\n{SHOP}", set())
    assert told.startswith("Successfully edited")


@pytest.mark.parametrize(
    ("release", "told"),
    [
        ("v1.1.53-vscode", ""),
        ("v1.3.5-vscode", "No tool output"),
        ("v1.3.7-vscode", "Successfully initiated edit for file:///workspace/src/shop.py"),
        ("v1.2.5-vscode", "Successfully edited file:///workspace/src/shop.py"),
    ],
)
def test_what_is_told_follows_the_release(release: str, told: str, small_tree: Tree) -> None:
    assert _edit(small_tree, release, filepath="src/shop.py", changes=INSERTION)[0] == told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, ARGUMENTS),
        ({"filepath": "src/shop.py"}, ARGUMENTS),
        ({"filepath": "src/shop.py", "changes": ""}, ARGUMENTS),
        ({"filepath": "", "changes": "x"}, ARGUMENTS),
        ({"filepath": "./src/none.py", "changes": "x"}, "src/none.py does not exist"),
    ],
)
def test_a_call_that_cannot_be_meant_fails(
    arguments: dict[str, object], message: str, small_tree: Tree
) -> None:
    with pytest.raises(ToolError) as raised:
        _edit(small_tree, "", **arguments)
    assert raised.value.message == message


@pytest.mark.parametrize(
    ("release", "arguments"),
    [
        ("", {"filepath": "src/shop.py", "changes": DOUBTFUL["a function alone"]}),
        ("", {"filepath": "src", "changes": INSERTION}),
        ("", {"filepath": "src/shop.py", "changes": ["x"]}),
        ("", {"filepath": 7, "changes": "x"}),
        ("", {"filepath": "app.py", "changes": "x"}),
        ("v1.1.60-vscode", {"filepath": "src/shop.py"}),
        ("v1.1.20-vscode", {"filepath": "src/shop.py", "changes": INSERTION}),
    ],
)
def test_what_only_a_model_could_apply_is_not_played(
    release: str, arguments: dict[str, object], small_tree: Tree
) -> None:
    with pytest.raises(NotPlayableError):
        _edit(small_tree, release, **arguments)
