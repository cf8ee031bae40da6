"""What TypeScript expressions come to, in the forms and with the traps that tool definitions have."""

from collections.abc import Callable

import pytest

from builder.errors import DiscoveryError
from builder.tool_spec import ToolSpec

Find = Callable[..., ToolSpec]

LITERALS = [
    ('"plain"', "plain"),
    ("'single \"quoted\"'", 'single "quoted"'),
    (r'"tab\tnewline\nquote\"back\\slash"', 'tab\tnewline\nquote"back\\slash'),
    (r'"\x41\u0042\u{1F600}\ud83d\ude00"', "AB\U0001f600\U0001f600"),
    (r'"not an escape: \q \d"', "not an escape: q d"),
    ('"joined \\\n  over lines"', "joined   over lines"),
    ("`escaped \\`ticks\\` and \\${no} substitution`", "escaped `ticks` and ${no} substitution"),
    ("`first \\\n      second`", "first       second"),
    ("`\n  leading and trailing space \n`", "\n  leading and trailing space \n"),
    ("`a ${1 + 1} b ${'c'}${\"d\"} e`", "a 2 b cd e"),
    ("`outer ${`inner ${true}`}`", "outer inner true"),
    ("`ünïcode — ✓ ${1} ✓`", "ünïcode — ✓ 1 ✓"),
    ("`${1_000} ${0x10} ${1.5} ${2.0} ${-3}`", "1000 16 1.5 2 -3"),
    ("`${null} ${undefined} ${[1, null, [2, 3]]}`", "null undefined 1,,2,3"),
    ('"a" + "b" + 1 + 2', "ab12"),
    ('1 + 2 + "a"', "3a"),
    ('("in" + ("paren" as string)) satisfies string', "inparen"),
    ('true ? "yes" : "no"', "yes"),
    ('1 > 2 ? "yes" : "no"', "no"),
    ('"" || "second"', "second"),
    ('null ?? "fallback"', "fallback"),
    ('"first" && "second"', "second"),
    ('typeof "x" === "string" ? "string" : "other"', "string"),
    ('["a", "b"].join(" or ")', "a or b"),
    ('["a", ...["b", "c"]].map((x, i) => `${i}${x}`).join("")', "0a1b2c"),
    ('`${["a", "b"].map((x) => `<${x}>`)}`', "<a>,<b>"),
    ("[1, 2, 3].filter((n) => n > 1).join()", "2,3"),
    ('["", "kept"].filter(Boolean).join("|")', "kept"),
    ('"  spaced ".trim().toUpperCase()', "SPACED"),
    ('"a-b-c".split("-").slice(1).join("+")', "b+c"),
    ('"aXbX".replace("X", "1") + "aXbX".replaceAll("X", "2")', "a1bXa2b2"),
    ('JSON.stringify({ a: [1, "x"], b: undefined, c: null })', '{"a":[1,"x"],"c":null}'),
    ("JSON.stringify({ a: 1 }, null, 2)", '{\n  "a": 1\n}'),
    ('Object.keys({ a: 1, "b-c": 2 }).join()', "a,b-c"),
    ('`${{ a: { b: "deep" } }.a.b} ${["x"][0]} ${{ k: "v" }["k"]}`', "deep x v"),
    ('`${(20000).toLocaleString()} of ${"four".length}`', "20,000 of 4"),
]


@pytest.mark.parametrize(("expression", "expected"), LITERALS)
def test_an_expression_has_the_value_that_javascript_gives_it(
    tool_with: Find, expression: str, expected: str
) -> None:
    assert tool_with(expression).description == expected


WITH_DECLARATIONS = [
    ('const A = "a";\nconst B = `${A}!`;', "`${B}${A}`", "a!a"),
    ('import { Names } from "../builtIn";', "`use ${Names.Read}`", "use read_it"),
    ("enum E { A = 1, B, C = B, D }", "`${E.A}${E.B}${E.C}${E.D}`", "1223"),
    ('const enum E { "odd-name" = "x" }', 'E["odd-name"]', "x"),
    ('const META = { a: { b: "x" } } as const;', "META.a.b", "x"),
    ('const [first, second] = ["1", "2"];', "first + second", "12"),
    ('const { a, b: { c } } = { a: "1", b: { c: "2" } };', "a + c", "12"),
    ('function f(x: string, y = "d") { return x + y; }', 'f("c")', "cd"),
    ('const f = (x?: { n: string }) => x?.n ?? "none";', "f() + f({ n: '1' })", "none1"),
    (
        'const f = ({ a, b = "B" }: P, ...rest: string[]) => a + b + rest.length;',
        'f({ a: "A" }, "x")',
        "AB1",
    ),
    (
        'function f(n: number): string {\n  if (n === 1) {\n    return "one";\n  } else if (n === 2)'
        ' return "two";\n  const word = "many";\n  return word;\n}',
        "`${f(1)} ${f(2)} ${f(3)}`",
        "one two many",
    ),
    ("const f = () => { const g = h; function h() { return 'x'; } return g(); };", "f()", "x"),
    ("const f = async () => 'x';", "await f()", "x"),
    ("const later = () => LAST;\nconst LAST = 'x';", "later()", "x"),
    ("const A = 'outer';\nconst f = (A: string) => A;", "f('inner') + A", "innerouter"),
    ('const BASE = { a: "1", b: "2" };\nconst ALL = { ...BASE, b: "3" };', "ALL.a + ALL.b", "13"),
    (
        "const K = 'key';\nconst O = { [K]: 'v', K, m() { return 'm'; } };",
        "O.key + O.K + O.m()",
        "vkeym",
    ),
    ('import { log } from "./log";\nfunction f() { console.log("x"); return "y"; }', "f()", "y"),
]


@pytest.mark.parametrize(("before", "expression", "expected"), WITH_DECLARATIONS)
def test_names_functions_and_patterns_are_followed(
    tool_with: Find, before: str, expression: str, expected: str
) -> None:
    assert tool_with(expression, before).description == expected


def test_line_ends_of_windows_count_as_one_newline(tool_with: Find) -> None:
    tool = tool_with("`one\r\ntwo \\\r\n three` + '\\\r\nfour'")
    assert tool.description == "one\ntwo  threefour"


MACHINE = [
    ('import os from "os";', "`${os.platform()} ${os.arch()}`", "linux x64", ("arch", "platform")),
    ('import * as os from "node:os";', "os.platform()", "linux", ("platform",)),
    ('import { platform } from "os";', "platform()", "linux", ("platform",)),
    ('import os from "os";', "`on ${os.platform}`", "on linux", ("platform",)),
    ("", "`in ${process.cwd()}`", "in /workspace", ("cwd",)),
    ("", 'process.env.SHELL || "/bin/zsh"', "/bin/bash", ("shell",)),
    ("", 'process.platform === "win32" ? "a" : "b"', "b", ("platform",)),
    ("", '"x" + (process.env.UNSET ?? "y")', "xy", ("environment",)),
    (
        'import os from "os";\nfunction getPreferredShell(): string { return os.userInfo().shell; }',
        "`${getPreferredShell()}`",
        "/bin/bash",
        ("shell",),
    ),
    ("const CWD = process.cwd();\nconst TEXT = `at ${CWD}`;", "TEXT", "at /workspace", ("cwd",)),
    ("const UNUSED = process.cwd();", '"still"', "still", ()),
]


@pytest.mark.parametrize(("before", "expression", "expected", "inputs"), MACHINE)
def test_the_machine_is_stated_and_what_was_used_of_it_is_kept(
    tool_with: Find, before: str, expression: str, expected: str, inputs: tuple[str, ...]
) -> None:
    tool = tool_with(expression, before)
    assert (tool.description, tool.dynamic_inputs) == (expected, inputs)


UNDECIDED = [
    ("unknownName", "unknownName is declared nowhere"),
    ("`${fetch()}`", "fetch is declared nowhere"),
    ('require("fs").readFileSync("x")', "require is declared nowhere"),
    ("`${new Date()}`", "the text contains new Date()"),
    ("`${() => 1}`", "the source of a function"),
    ("Math.random() > 1 ? 'a' : 'b'", "the operator > is not evaluated"),
    ("process.stdout.isTTY ? 'a' : 'b'", "process.stdout.isTTY"),
    ('"x".replace(/x/g, "y")', "no regular expression"),
    ("html`x`", "tagged templates"),
    ("[1, 2].sort().join()", "the method sort"),
    ("await import('./x')", "is a form that discovery does not evaluate"),
    ("(() => { let a = 'x'; a += 'y'; return a; })()", "changes something"),
    ("(() => { for (const x of []) {} return 'y'; })()", "for_in_statement"),
    ("(() => { throw new Error('x'); })()", "throw_statement"),
    ("undefined.x", "undefined has no member x"),
    ("42", "description is no text"),
]


@pytest.mark.parametrize(("expression", "message"), UNDECIDED)
def test_what_cannot_be_known_is_an_error_with_file_and_line(
    tool_with: Find, expression: str, message: str
) -> None:
    with pytest.raises(DiscoveryError, match=r"^core/tools/definitions/sample\.ts:\d+: ") as caught:
        tool_with(expression)
    assert message in str(caught.value)


def test_the_line_of_an_error_is_that_of_the_expression(tool_with: Find) -> None:
    with pytest.raises(DiscoveryError, match=r"sample\.ts:7: unknown is declared nowhere"):
        tool_with("unknown", "// one\n// two")


def test_a_constant_that_needs_itself_is_an_error_and_no_endless_loop(tool_with: Find) -> None:
    with pytest.raises(DiscoveryError, match="depends on itself"):
        tool_with("A", "const A = `${B}`;\nconst B = `${A}`;")


def test_a_function_that_calls_itself_without_end_is_an_error(tool_with: Find) -> None:
    with pytest.raises(DiscoveryError, match="too deep"):
        tool_with("f('x')", "function f(x: string): string { return f(x); }")


EXHAUSTING = [
    ("f(50)", "function f(n: number): string { return n ? f(n - 1) + f(n - 1) : 'x'; }"),
    ("T30", "const T0 = 'xy';\n" + "\n".join(f"const T{i + 1} = T{i} + T{i};" for i in range(30))),
    (
        "A30.join()",
        "const A0 = [1, 2];\n"
        + "\n".join(f"const A{i + 1} = [...A{i}, ...A{i}];" for i in range(30)),
    ),
    ("'x'.repeat(1e12)", ""),
    ("'x'.padStart(1e12)", ""),
]


@pytest.mark.parametrize(("expression", "before"), EXHAUSTING)
def test_a_source_that_would_exhaust_the_reader_is_refused(
    tool_with: Find, expression: str, before: str
) -> None:
    with pytest.raises(DiscoveryError, match=r"too many|has more than"):
        tool_with(expression, before)


BROKEN = [
    "const = 3;",
    "export const sample: Tool = { function: {",
    "class {}}",
]


@pytest.mark.parametrize("before", BROKEN)
def test_a_file_that_is_no_typescript_is_an_error(tool_with: Find, before: str) -> None:
    with pytest.raises(DiscoveryError):
        tool_with("'x'", before)


def test_an_expression_nested_beyond_reason_is_an_error(tool_with: Find) -> None:
    with pytest.raises(DiscoveryError, match="nested too deeply"):
        tool_with(" + ".join(["'x'"] * 3000))
