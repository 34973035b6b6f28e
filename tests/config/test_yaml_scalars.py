from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurospike_cli.config.yaml_document import Document, dump_yaml
from neurospike_cli.config.yaml_scalars import MAX_DIGITS, ScalarError, resolve, tagged

RESOLVED = {
    "": None, "~": None, "null": None, "NULL": None,
    "true": True, "False": False, "TRUE": True,
    "0": 0, "-3": -3, "+4": 4, "010": 10, "0o17": 15, "0x1F": 31,
    "1e-3": 0.001, "1.": 1.0, ".5": 0.5, "-1.5E+2": -150.0, "1e400": math.inf,
    ".inf": math.inf, "-.Inf": -math.inf,
}  # fmt: skip
TEXT = [
    "no", "yes", "on", "off", "y", "12:30:45", "2024-13-45", "2024-01-01", "1_000", "0b101", "nuLL",
    "tRUE", "1e", "e3", "0o8", "0xG", "-0x1", "1.2.3", ".", "-", "<<", "=", "inf", "nan", "٣",
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), RESOLVED.items())
def test_core_schema(text: str, value: object) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


def test_nan_is_a_number() -> None:
    value = resolve(".nan")
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize("text", TEXT)
def test_everything_else_is_text(text: str) -> None:
    assert resolve(text) == text


def test_integers_have_a_bound() -> None:
    assert resolve("-" + "9" * MAX_DIGITS) == -int("9" * MAX_DIGITS)
    with pytest.raises(ScalarError, match="integer of 5000 digits; at most 100 are read"):
        resolve("1" * 5000)


@pytest.mark.parametrize(
    ("tag", "text", "message"),
    [
        ("int", "abc", "`!!int` must be a whole number; got `abc`"),
        ("int", "1.5", "`!!int` must be a whole number; got `1.5`"),
        ("bool", "x", "`!!bool` must be true or false; got `x`"),
        ("float", "abc", "`!!float` must be a number; got `abc`"),
        ("null", "0", "`!!null` must be null; got `0`"),
    ],
)
def test_a_tag_must_fit(tag: str, text: str, message: str) -> None:
    with pytest.raises(ScalarError) as caught:
        tagged(tag, text)
    assert str(caught.value) == message


def test_float_tag_makes_a_float() -> None:
    assert type(tagged("float", "0")) is float
    assert tagged("float", "3") == 3.0


@settings(deadline=None)
@given(st.integers(min_value=-(10**60), max_value=10**60))
def test_integers_are_read_exactly(value: int) -> None:
    assert resolve(str(value)) == value
    assert resolve(f"{value:+d}") == value


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_are_read_exactly(value: float) -> None:
    assert resolve(repr(value)) == value
    assert resolve(f"{value:.17e}") == value


#: What a file may hold: no control characters, no lone surrogates.
PRINTABLE = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"
    )
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.floats(allow_nan=False), PRINTABLE,
    st.sampled_from([*RESOLVED, *TEXT]),
)  # fmt: skip
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PRINTABLE, inner, max_size=4),
)


@settings(deadline=None)
@given(DATA)
def test_what_is_dumped_is_read_back(data: object) -> None:
    document = Document(dump_yaml({"value": data}), "dumped")
    assert document.problems == []
    assert document.root.plain() == {"value": data}
    assert repr(document.root.plain()) == repr({"value": data})  # 1 and 1.0 and True are equal
