"""What a scalar of YAML means, by the 1.2 core schema (https://yaml.org/spec/1.2.2/#103-core-schema).

PyYAML follows YAML 1.1, where ``1e-3`` is text, ``no`` is false, ``010`` is eight and ``12:30`` is
a number; here they are 0.001, text, ten and text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

Scalar = str | int | float | bool | None

#: Python refuses to convert more than 4,300 digits, and no quantity here needs more than these.
MAX_DIGITS = 100

_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITY = re.compile(r"[-+]?(?:\.inf|\.Inf|\.INF)")
_NAN = re.compile(r"\.nan|\.NaN|\.NAN")


class ScalarError(ValueError):
    """A scalar that does not fit the type it is given by a tag, or is too long to convert."""


def resolve(text: str) -> Scalar:
    """Return the value of the plain (unquoted) scalar `text`.

    Raises:
        ScalarError: for an integer of more than `MAX_DIGITS` digits.
    """
    for pattern, read in _READERS:
        if pattern.fullmatch(text):
            return read(text)
    return text


def tagged(tag: str, text: str) -> Scalar:
    """Return the value of a scalar with an explicit core tag, e.g. ``!!float 1``.

    Args:
        tag: the tag's last part, a key of `TAGS`.
        text: the scalar's text.

    Raises:
        ScalarError: when the text is not of that type.
    """
    kind, patterns = TAGS[tag]
    if not any(pattern.fullmatch(text) for pattern in patterns):
        raise ScalarError(f"`!!{tag}` must be {kind}; got `{text[:40]}`")
    value = resolve(text)
    return float(value or 0) if tag == "float" else value


def _integer(text: str) -> int:
    digits = text.lstrip("+-")
    if len(digits) > MAX_DIGITS:
        raise ScalarError(f"integer of {len(digits)} digits; at most {MAX_DIGITS} are read")
    return int(digits, _BASES.get(digits[:2], 10)) * (-1 if text.startswith("-") else 1)


def _infinity(text: str) -> float:
    return -math.inf if text.startswith("-") else math.inf


_BASES = {"0o": 8, "0x": 16}
_READERS: tuple[tuple[re.Pattern[str], Callable[[str], Scalar]], ...] = (
    (_NULL, lambda text: None),
    (_BOOL, lambda text: text.lower() == "true"),
    (_DECIMAL, _integer),
    (_OCTAL, _integer),
    (_HEXADECIMAL, _integer),
    (_FLOAT, float),
    (_INFINITY, _infinity),
    (_NAN, lambda text: math.nan),
)

#: Explicit scalar tags beside ``!!str``: what they must be, and the patterns that are.
TAGS: dict[str, tuple[str, tuple[re.Pattern[str], ...]]] = {
    "null": ("null", (_NULL,)),
    "bool": ("true or false", (_BOOL,)),
    "int": ("a whole number", (_DECIMAL, _OCTAL, _HEXADECIMAL)),
    "float": ("a number", (_DECIMAL, _FLOAT, _INFINITY, _NAN)),
}
