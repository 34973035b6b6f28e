from __future__ import annotations

import time
from pathlib import Path

import pytest

from neurospike_cli.config.yaml_document import MAX_DEPTH, MAX_NODES, Document, dump_yaml
from neurospike_cli.errors import ConfigError, Problem
from tests.config.samples import position


def fatal(text: str) -> Problem:
    """Return the one problem that ends the reading of `text`, which must be found in a second."""
    begin = time.process_time()
    with pytest.raises(ConfigError) as caught:
        Document(text, "f.yaml")
    assert time.process_time() - begin < 1.0
    (problem,) = caught.value.problems
    return problem


def minor(text: str) -> Problem:
    """Return the one problem that reading `text` steps over."""
    (problem,) = Document(text, "f.yaml").problems
    return problem


def test_values_and_places() -> None:
    text = "a: 1\nb:\n  - {c: x y}\n  - 'q'\n"
    root = Document(text, "f.yaml").root
    assert root.plain() == {"a": 1, "b": [{"c": "x y"}, "q"]}
    for path, part in [(("a",), "1"), (("b", 0, "c"), "x y"), (("b", 1), "'q'")]:
        place = root.value_at(path)
        assert (place.line, place.column) == position(text, part)
        assert place.text == part
    for path, part in [(("a",), "a"), (("b",), "b"), (("b", 0, "c"), "c")]:
        place = root.key_at(path)
        assert (place.line, place.column) == position(text, part)
        assert (place.file, place.text) == ("f.yaml", part)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "%YAML 1.1\n---\n~"])
def test_an_empty_document_is_null(text: str) -> None:
    assert Document(text, "f.yaml").root.plain() is None


def test_duplicate_key_names_both_lines_and_keeps_the_first() -> None:
    text = "a: 1\nb:\n  k: 1\n  k: 2\n"
    problem = minor(text)
    assert problem.message == "key `k` is given twice; first on line 3"
    assert (problem.line, problem.column) == position(text, "k: 2")
    assert problem.path == "b.k"
    assert Document(text, "f").root.plain() == {"a": 1, "b": {"k": 1}}


@pytest.mark.parametrize(
    ("key", "kind"),
    [("1", "a whole number"), ("true", "true or false"), ("~", "empty"), ("1.5", "a number"),
     ("[1, 2]", "a list"), ("{a: 1}", "a mapping")],
)  # fmt: skip
def test_keys_are_text(key: str, kind: str) -> None:
    problem = minor(f"? {key}\n: 2\n")
    assert problem.message == f"a key must be text; this one is {kind}"
    assert (problem.line, problem.column) == (1, 3)


def test_a_quoted_number_is_a_key() -> None:
    assert Document("'1': a", "f").root.plain() == {"1": "a"}
    assert Document("'1': a", "f").problems == []


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system", "!!timestamp", "!mine", "!!set"]
)
@pytest.mark.parametrize("value", ["x", "[x]", "{x: y}"])
def test_unknown_tags_are_errors(tag: str, value: str) -> None:
    problem = minor(f"a: {tag} {value}")
    assert problem.message == (
        f"unknown tag `{tag}`; expected one of !!str, !!null, !!bool, !!int, !!float, !!seq, "
        "!!map, or no tag"
    )
    assert (problem.line, problem.column, problem.path) == (1, 4, "a")


def test_no_python_is_run(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    Document(f"a: !!python/object/apply:os.system ['touch {canary}']", "f")
    assert not canary.exists()


def test_core_tags_are_read() -> None:
    text = "{a: !!str 1, b: !!float 2, c: !!int '3', d: !!seq [4], e: !!map {f: !!null ''}, g: ! x}"
    expected = {"a": "1", "b": 2.0, "c": 3, "d": [4], "e": {"f": None}, "g": "x"}
    document = Document(text, "f")
    assert document.problems == []
    assert document.root.plain() == expected


def test_aliases_are_read_and_keep_their_own_place() -> None:
    text = "a: &x {b: 1}\nc: *x\n"
    root = Document(text, "f").root
    assert root.plain() == {"a": {"b": 1}, "c": {"b": 1}}
    assert (root.value_at(("c", "b")).line, root.key_at(("c",)).line) == (1, 2)


@pytest.mark.parametrize("text", ["a: &x [*x]", "a: &x {b: [*x]}", "b: &x [1, {c: *x}]"])
def test_recursive_alias_is_refused(text: str) -> None:
    assert "`*x` contains itself" in fatal(text).message


def test_alias_without_anchor() -> None:
    assert fatal("a: *y").message == "alias `*y` has no anchor above it"


def test_alias_bomb() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 11)]
    assert fatal("\n".join(rows)).message == "more than 10,000 values, with aliases written out"


def test_the_number_of_values_is_exact() -> None:
    # The root, one key, the list; then its items.
    assert Document(f"a: [{'1,' * (MAX_NODES - 3)}]", "f").root.size == MAX_NODES - 1
    fatal(f"a: [{'1,' * (MAX_NODES - 2)}]")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000,
        "a: " + "{a: " * 5000,
        "".join(f"{' ' * i}a:\n" for i in range(3000)),
        "a0: &a0 x\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 3000)),
        "- " * 5000,
    ],
)
def test_depth_is_bounded(text: str) -> None:
    assert fatal(text).message == "nested deeper than 50 levels"


def test_the_depth_is_exact() -> None:
    assert Document("[" * (MAX_DEPTH - 1) + "1" + "]" * (MAX_DEPTH - 1), "f").root.height == 50
    fatal("[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH)


def test_a_second_document_is_refused() -> None:
    problem = fatal("a: 1\n---\nb: 2\n")
    assert problem.message == "a second document begins here; a config is one document"
    assert (problem.line, problem.column) == (2, 1)


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("a: b: c", "mapping values are not allowed here", 1, 5),
        ("a: {b: 1\nc: 2", "expected ',' or '}', but got ':'", 2, 2),
        ("a: 1\n\tb: 1", "found character '\\t' that cannot start any token", 2, 1),
        ('a: "\\q"', "found unknown escape character 'q'", 1, 6),
    ],
)
def test_syntax_errors_have_a_place(text: str, message: str, line: int, column: int) -> None:
    problem = fatal(text)
    assert problem.message == f"not valid YAML: {message}"
    assert (problem.line, problem.column) == (line, column)
    assert problem.excerpt == text.split("\n")[line - 1]


def test_long_integer_is_a_problem_of_its_place() -> None:
    problem = minor("a:\n  b: " + "1" * 5000)
    assert problem.message == "integer of 5000 digits; at most 100 are read"
    assert (problem.line, problem.column, problem.path) == (2, 6, "a.b")


def test_merge_keys_point_to_extends() -> None:
    problem = minor("x: &x {a: 1}\ny:\n  <<: *x\n")
    assert problem.message == "merge keys `<<` are not part of YAML 1.2"
    assert (problem.line, problem.path) == (3, "y.<<")


def test_tabs_are_named() -> None:
    assert fatal("a: 1\n\tb: 1").note == "indent and separate with spaces, not tabs"
    assert fatal("a: [").note == "while parsing a flow node that began on line 1"


def test_a_quoted_merge_key_is_a_key() -> None:
    document = Document(dump_yaml({"<<": {"a": "<<"}}), "f")
    assert document.problems == []
    assert document.root.plain() == {"<<": {"a": "<<"}}
